// The same question in plain words: what graphql-js made of variables, defaults, texts, fragments
// and conditions, written out. The server's answer to it must be the one to the original.

import { Kind, TypeMetaFieldDef, astFromValue, isAbstractType, getNamedType, isLeafType, print } from "graphql";

import { node } from "./nodes.mjs";

// Stands where nothing is known to be asked for; dropped from answers.
export const FILLER = "typeOfTheOracle";

/** Gathers the fields that were executed, each once, by the type they stand on. */
export class Record {
  constructor() {
    this.root = { fields: new Map() };
    // The budget changes between two questions.
    this.isComparable = true;
  }

  add(args, { path, fieldName, parentType, returnType }) {
    if (fieldName === "rateLimit") this.isComparable = false;
    const definition = fieldName === TypeMetaFieldDef.name ? TypeMetaFieldDef : parentType.getFields()[fieldName];
    this.set(path, parentType, { name: fieldName, args: writtenArgs(definition?.args ?? [], args), type: returnType });
  }

  addTypename({ path, parentType }) {
    this.set(path, parentType, { name: "__typename", args: [] });
  }

  set(path, parentType, what) {
    const owner = this.at(path.prev);
    const id = `${parentType.name} ${path.key}`;
    if (!owner.fields.has(id)) owner.fields.set(id, { key: path.key, on: parentType.name, ...what, fields: new Map() });
  }

  at(path) {
    if (path === undefined) return this.root;
    if (path.typename === undefined) return this.at(path.prev);
    return this.at(path.prev).fields.get(`${path.typename} ${path.key}`);
  }

  text(operation) {
    const selectionSet = setOf(this.root.fields, false);
    return print({
      kind: Kind.DOCUMENT,
      definitions: [{ kind: Kind.OPERATION_DEFINITION, operation, selectionSet }],
    });
  }
}

function writtenArgs(definitions, args) {
  return definitions
    .filter(({ name }) => args[name] !== undefined)
    .map(({ name, type }) => ({ kind: Kind.ARGUMENT, name: node.name(name), value: astFromValue(args[name], type) }));
}

function setOf(fields, isAbstract) {
  const filler = { kind: Kind.FIELD, alias: node.name(FILLER), name: node.name("__typename") };
  const selections = [...fields.values()].map((field) => {
    const selection = {
      kind: Kind.FIELD,
      alias: field.key === field.name ? undefined : node.name(field.key),
      name: node.name(field.name),
      arguments: field.args,
      selectionSet:
        field.type && !isLeafType(getNamedType(field.type))
          ? setOf(field.fields, isAbstractType(getNamedType(field.type)))
          : undefined,
    };
    if (!isAbstract) return selection;
    const typeCondition = { kind: Kind.NAMED_TYPE, name: node.name(field.on) };
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    };
  });
  return { kind: Kind.SELECTION_SET, selections: [...selections, filler] };
}

/** An answer as text, without what only the oracle asked for. */
export function bare(data) {
  return JSON.stringify(data, (key, value) => (key === FILLER ? undefined : value));
}
