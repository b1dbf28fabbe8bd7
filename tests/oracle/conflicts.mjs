// Fields of one response key that stand for two things (5.3.2), beside each other, through
// fragments, below fields, and on types that never meet, where they may differ in all but shape.

import { Kind, getNamedType, isLeafType } from "graphql";

import { node } from "./values.mjs";

const copy = (value) => structuredClone(value);
const keyOf = (field) => (field.alias ?? field.name).value;
const set = (...selections) => ({ kind: Kind.SELECTION_SET, selections });

/** The field by itself, in an inline fragment, or in a fragment of the document. */
function wrapped(dice, field, type, document) {
  const way = dice.below(4);
  if (way === 0) return field;
  const typeCondition = { kind: Kind.NAMED_TYPE, name: node.name(type.name) };
  if (way < 3) return { kind: Kind.INLINE_FRAGMENT, typeCondition: way === 1 ? typeCondition : undefined, directives: [], selectionSet: set(field) };
  document.definitions.push({ kind: Kind.FRAGMENT_DEFINITION, name: node.name("Clash"), typeCondition, directives: [], selectionSet: set(field) });
  return { kind: Kind.FRAGMENT_SPREAD, name: node.name("Clash"), directives: [] };
}

function add(dice, siblings, field, type, document) {
  siblings.splice(dice.below(siblings.length + 1), 0, wrapped(dice, field, type, document));
}

const clash = (change) => ({ dice, found, document }) => {
  const site = dice.pick(found.fields.filter(({ parent, definition, siblings }) => parent && definition && siblings));
  const field = site && change(dice, site);
  if (!field) return false;
  add(dice, site.siblings, field, site.parent, document);
};

/** A leaf of the type, under the key of another field. */
const leafAs = (dice, type, key, but) => {
  const leaves = Object.values(type.getFields()).filter((one) => isLeafType(getNamedType(one.type)) && one.name !== but && one.args.every((arg) => !String(arg.type).endsWith("!")));
  return leaves.length > 0 && { kind: Kind.FIELD, alias: node.name(key), name: node.name(dice.pick(leaves).name), arguments: [], directives: [] };
};

export const conflicts = {
  otherField: clash((dice, { node: field, parent }) => leafAs(dice, parent, keyOf(field), field.name.value)),
  otherArguments: clash((dice, { node: field, definition }) => {
    const arg = definition.args.length > 0 && dice.pick(definition.args);
    if (!arg) return undefined;
    const twin = copy(field);
    const own = twin.arguments.find(({ name }) => name.value === arg.name);
    if (!own) twin.arguments.push({ kind: Kind.ARGUMENT, name: node.name(arg.name), value: node.null() });
    else if (dice.chance(0.5)) twin.arguments.splice(twin.arguments.indexOf(own), 1);
    else own.value = dice.pick([node.null(), node.int(2), node.string("FI"), node.object([node.field("code", node.string("FI-091"))])]);
    return twin;
  }),
  // The same arguments in another order are no conflict.
  argumentsInOtherOrder: clash((dice, { node: field }) => (field.arguments.length > 1 ? { ...copy(field), arguments: dice.shuffled(copy(field.arguments)) } : undefined)),
  below: clash((dice, { node: field, definition }) => {
    const type = getNamedType(definition.type);
    const inner = field.selectionSet?.selections.filter(({ kind }) => kind === Kind.FIELD) ?? [];
    const other = inner.length > 0 && leafAs(dice, type, keyOf(dice.pick(inner)));
    return other && { ...copy(field), directives: [], selectionSet: set(other) };
  }),
  elsewhere: ({ dice, found, document, schema }) => {
    const site = dice.pick(found.sets.filter(({ type }) => type?.name === "Node"));
    if (!site) return false;
    const types = dice.shuffled(schema.getPossibleTypes(site.type)).slice(0, 2);
    for (const type of types) {
      const field = leafAs(dice, type, "clash");
      if (!field) return false;
      site.node.selections.push({ kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name: node.name(type.name) }, directives: [], selectionSet: set(field) });
    }
    return document !== undefined;
  },
};
