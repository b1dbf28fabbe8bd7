// Fields of one response key that stand for two things (5.3.2), beside each other, through
// fragments, below fields, and on types that never meet, where they may differ in all but shape.

import { Kind, getNamedType, isLeafType, isRequiredArgument } from "graphql";

import { argument, copy, fragment, inline, node, selectionSet, spread } from "./nodes.mjs";

const keyOf = (field) => (field.alias ?? field.name).value;

/** The field by itself, in an inline fragment, or in a fragment of the document. */
function wrapped(dice, field, type, document) {
  const way = dice.below(4);
  if (way === 0) return field;
  if (way < 3) return inline(way === 1 ? type.name : undefined, field);
  document.definitions.push(fragment("Clash", type.name, field));
  return spread("Clash");
}

function add(dice, siblings, field, type, document) {
  siblings.splice(dice.below(siblings.length + 1), 0, wrapped(dice, field, type, document));
}

const clash =
  (change) =>
  ({ dice, found, document }) => {
    const site = dice.pick(found.fields.filter(({ parent, definition, siblings }) => parent && definition && siblings));
    const field = site && change(dice, site);
    if (!field) return false;
    add(dice, site.siblings, field, site.parent, document);
  };

/** A leaf of the type, under the key of another field. */
function leafAs(dice, type, key, isRight = () => true) {
  const isFree = ({ args }) => args.every((arg) => !isRequiredArgument(arg));
  const leaves = Object.values(type.getFields()).filter((one) => isLeafType(getNamedType(one.type)) && isFree(one));
  const leaf = dice.pick(leaves.filter((one) => isRight(one.type, one.name)));
  return leaf && { kind: Kind.FIELD, alias: node.name(key), name: node.name(leaf.name), arguments: [], directives: [] };
}

export const conflicts = {
  otherField: clash((dice, { node: field, parent }) =>
    leafAs(dice, parent, keyOf(field), (type, name) => name !== field.name.value),
  ),
  otherArguments: clash((dice, { node: field, definition }) => {
    const arg = definition.args.length > 0 && dice.pick(definition.args);
    if (!arg) return undefined;
    const twin = copy(field);
    const own = twin.arguments.find(({ name }) => name.value === arg.name);
    if (!own) twin.arguments.push(argument(arg.name, node.null()));
    else if (dice.chance(0.5)) twin.arguments.splice(twin.arguments.indexOf(own), 1);
    else
      own.value = dice.pick([
        node.null(),
        node.int(2),
        node.string("FI"),
        node.object([node.field("code", node.string("FI-091"))]),
      ]);
    return twin;
  }),
  // The same arguments in another order are no conflict.
  argumentsInOtherOrder: clash((dice, { node: field }) =>
    field.arguments.length > 1 ? { ...copy(field), arguments: dice.shuffled(copy(field.arguments)) } : undefined,
  ),
  below: clash((dice, { node: field, definition }) => {
    const type = getNamedType(definition.type);
    const inner = field.selectionSet?.selections.filter(({ kind }) => kind === Kind.FIELD) ?? [];
    const other = inner.length > 0 && leafAs(dice, type, keyOf(dice.pick(inner)));
    return other && { ...copy(field), directives: [], selectionSet: selectionSet(other) };
  }),
  elsewhere: ({ dice, found, schema }) => {
    const site = dice.pick(found.sets.filter(({ type }) => type?.name === "Node"));
    if (!site) return false;
    const [one, other] = dice.shuffled(schema.getPossibleTypes(site.type));
    const field = leafAs(dice, one, "clash");
    const isLike = dice.chance(0.5) && ((type) => String(type) === String(one.getFields()[field.name.value].type));
    const twin = leafAs(dice, other, "clash", isLike || undefined);
    if (!field || !twin) return false;
    site.node.selections.push(inline(one.name, field), inline(other.name, twin));
  },
};
