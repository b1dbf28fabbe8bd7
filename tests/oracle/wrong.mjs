// A request that was valid with one fault, or with several.

import { Kind, getNamedType, getNullableType, isInputObjectType, isListType, print, typeFromAST } from "graphql";

import { conflicts } from "./conflicts.mjs";
import { mutations } from "./mutations.mjs";
import { node } from "./nodes.mjs";
import { references } from "./references.mjs";
import { sites } from "./sites.mjs";
import { texts, withFault, withSwap } from "./text.mjs";
import { oddValue, toJson } from "./values.mjs";

const TREES = { ...mutations, ...references, ...conflicts };

const often = (count, ...names) => Array(count).fill(names).flat();

/** The names of all faults; those with many faces more often. */
export const FAULTS = [
  ...Object.keys(TREES),
  ...Object.keys(texts),
  "swap",
  "variables",
  ...often(8, "variables"),
  ...often(2, "oddValue", "oddVariableDefault", "typeOfVariable", "oneOf", "oddToken", "otherToken", "definition"),
  ...often(
    1,
    "below",
    "elsewhere",
    "otherArguments",
    "writtenOtherwise",
    "missingArgument",
    "nullValue",
    "oddItem",
    "otherVariable",
    "inlineElsewhere",
    "alone",
  ),
];

/** The request with the fault of this name; nothing where it has no place for it. */
export function broken(schema, dice, request, name) {
  if (name === "variables") return withOddVariables(schema, dice, request);
  if (name in texts) return { ...request, text: withFault(dice, name, print(request.document)) };
  if (name === "swap") {
    const text = withSwap(dice, print(request.document));
    return text && { ...request, text };
  }
  const changed = { ...request, document: structuredClone(request.document) };
  const change = (fault) =>
    TREES[fault]({
      schema,
      dice,
      document: changed.document,
      found: sites(schema, changed.document),
      request: changed,
    });
  if (change(name) === false) return undefined;
  // Now and then a second one, of which the first must not distract.
  if (dice.chance(0.1)) change(dice.pick(Object.keys(TREES)));
  return { ...changed, text: print(changed.document) };
}

const LOST = Symbol("lost");

/** Something else is sent for one variable, or for a place within it. */
function withOddVariables(schema, dice, request) {
  const operation = request.document.definitions.find(
    ({ kind, operation: type, variableDefinitions }) =>
      kind === Kind.OPERATION_DEFINITION && type === request.operation && variableDefinitions.length > 0,
  );
  if (!operation) return undefined;
  const definition = dice.pick(operation.variableDefinitions);
  const type = typeFromAST(schema, definition.type);
  const name = definition.variable.name.value;
  const odd = dice.weighted([
    [1, LOST],
    [1, node.null()],
    [6, near(dice, type)],
    [2, oddValue(dice, getNamedType(type))],
  ]);
  const sent = Object.entries(rawMembers(request.variables)).filter(([key]) => key !== name);
  if (odd !== LOST) sent.push([name, toJson(odd)]);
  if (dice.chance(0.1)) sent.push(["more", "1"]);
  return {
    ...request,
    text: print(request.document),
    variables: `{${sent.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`,
  };
}

/** The members of a JSON object as they are written. */
function rawMembers(json) {
  const members = {};
  let depth = 0;
  let start = 1;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const letter = json[at];
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
      continue;
    }
    if (letter === '"') inString = true;
    if ("{[".includes(letter)) depth++;
    const ends = letter === "}" || letter === "]";
    if ((letter === "," && depth === 1) || (ends && depth === 1)) {
      const member = json.slice(start, at);
      const key = /^"(?:[^"\\]|\\.)*"/.exec(member);
      if (key) members[JSON.parse(key[0])] = member.slice(key[0].length + 1);
      start = at + 1;
    }
    if (ends) depth--;
  }
  return members;
}

/** A value whose outside is of the type and whose inside may not be. */
function near(dice, type, depth = 0) {
  const bare = getNullableType(type);
  if (dice.chance(0.1)) return node.null();
  if (isListType(bare)) {
    if (dice.chance(0.3)) return near(dice, bare.ofType, depth);
    return node.list(Array.from({ length: dice.between(0, 2) }, () => near(dice, bare.ofType, depth)));
  }
  if (!isInputObjectType(bare) || depth > 3 || dice.chance(0.1)) return oddValue(dice, bare);
  const fields = Object.values(bare.getFields()).filter(
    (field) => field.type.toString().endsWith("!") || dice.chance(0.3),
  );
  const values = fields
    .filter(() => dice.chance(0.95))
    .map((field) => node.field(field.name, near(dice, field.type, depth + 1)));
  if (dice.chance(0.1)) values.push(node.field("nope", node.int(1)));
  return node.object(values);
}
