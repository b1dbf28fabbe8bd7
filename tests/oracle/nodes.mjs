// Nodes of the syntax tree.

import { Kind } from "graphql";

export const node = {
  int: (value) => ({ kind: Kind.INT, value: String(value) }),
  float: (value) => ({ kind: Kind.FLOAT, value: String(value) }),
  string: (value) => ({ kind: Kind.STRING, value }),
  boolean: (value) => ({ kind: Kind.BOOLEAN, value }),
  enum: (value) => ({ kind: Kind.ENUM, value }),
  null: () => ({ kind: Kind.NULL }),
  list: (values) => ({ kind: Kind.LIST, values }),
  object: (fields) => ({ kind: Kind.OBJECT, fields }),
  field: (name, value) => ({ kind: Kind.OBJECT_FIELD, name: node.name(name), value }),
  name: (value) => ({ kind: Kind.NAME, value }),
  variable: (name) => ({ kind: Kind.VARIABLE, name: node.name(name) }),
};

export const copy = (value) => structuredClone(value);
export const typename = () => ({ kind: Kind.FIELD, name: node.name("__typename"), arguments: [], directives: [] });
export const selectionSet = (...selections) => ({ kind: Kind.SELECTION_SET, selections });
export const named = (name) => ({ kind: Kind.NAMED_TYPE, name: node.name(name) });
export const argument = (name, value) => ({ kind: Kind.ARGUMENT, name: node.name(name), value });
export const directive = (name, ...args) => ({ kind: Kind.DIRECTIVE, name: node.name(name), arguments: args });
export const spread = (name) => ({ kind: Kind.FRAGMENT_SPREAD, name: node.name(name), directives: [] });
export const inline = (type, ...selections) => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: type && named(type),
  directives: [],
  selectionSet: selectionSet(...selections),
});
export const fragment = (name, type, ...selections) => ({
  kind: Kind.FRAGMENT_DEFINITION,
  name: node.name(name),
  typeCondition: named(type),
  directives: [],
  selectionSet: selectionSet(...selections),
});
