// How a fault gets into a document.

import { Kind } from "graphql";

import { argument, node } from "./nodes.mjs";

/** Does something to one of the places, if there are any. */
export const at =
  (places, change) =>
  ({ dice, found, ...rest }) => {
    const list = places(found);
    return list.length > 0 && change(dice.pick(list), dice, { found, ...rest }) !== false;
  };
export const insert = (list, item, dice) => list.splice(dice.below(list.length + 1), 0, item);
export const remove = (list, item) => list.splice(list.indexOf(item), 1);
export const put = (site, value) => (site.holder[site.key] = value);
export const anyType = (schema, dice) => dice.pick(Object.keys(schema.getTypeMap()));

/** Those of the schema, and one that is not. */
export const DIRECTIVES = ["skip", "include", "deprecated", "specifiedBy", "oneOf", "access", "nope"];
export const condition = (dice) => argument("if", dice.pick([node.boolean(true), node.boolean(false)]));

/** The name within a type of the syntax tree. */
export function nameOf(type) {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
