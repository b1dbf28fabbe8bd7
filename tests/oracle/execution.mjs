// Whether an answer is put together as graphql-js would put it together: graphql-js executes the
// document over the answer itself, so keys, their order, merging and nulls must come out the same.

import {
  Kind,
  SchemaMetaFieldDef,
  TypeInfo,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  execute,
  getNamedType,
  getNullableType,
  introspectionTypes,
  isAbstractType,
  isListType,
  isNonNullType,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";

import { FILLER, Record } from "./plain.mjs";

/** The introspection is read from the answer like all else. `introspection.mjs` judges what it says. */
export function readIntrospectionFromAnswers() {
  TypeNameMetaFieldDef.resolve = (source, args, { record }, info) => {
    record.addTypename(info);
    return info.parentType.name;
  };
  for (const field of [SchemaMetaFieldDef, TypeMetaFieldDef]) field.resolve = undefined;
  for (const type of introspectionTypes) {
    for (const field of Object.values(type.getFields?.() ?? {})) field.resolve = undefined;
  }
}

/** The document with the type asked for wherever the schema does not tell it. */
export function withTypes(schema, document) {
  const types = new TypeInfo(schema);
  const typename = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: FILLER },
    name: { kind: Kind.NAME, value: "__typename" },
  };
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave(field) {
          if (!field.selectionSet || !isAbstractType(getNamedType(types.getType()))) return undefined;
          return {
            ...field,
            selectionSet: { ...field.selectionSet, selections: [...field.selectionSet.selections, typename] },
          };
        },
      },
    }),
  );
}

/** A price is asked for instead of an answer. */
const isDryRun = (info, args) => info.fieldName === "rateLimit" && args.dryRun === true;

const isBelow = (path, other) => path.length < other.length && path.every((part, at) => part === other[at]);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** `found` is what is wrong with the answer; `plain` the same question in plain words, where there is one. */
export function examine(schema, { document, operation, variables }, { data, errors = [] }) {
  const fieldResolver = (source, args, context, info) => {
    if (isDryRun(info, args)) context.isDryRun = true;
    context.record.add(args, info);
    return source[info.path.key];
  };
  const contextValue = { isDryRun: false, record: new Record() };
  const expected = execute({
    schema,
    document,
    operationName: operation.name?.value,
    rootValue: data ?? {},
    variableValues: variables,
    contextValue,
    fieldResolver,
    typeResolver: (value) => value[FILLER],
  });
  if (contextValue.isDryRun) return { found: [] };
  const found = [];
  if (data !== null && !same(expected.data, data))
    found.push({ what: "the data differ", expected: expected.data, actual: data });
  if (data === null && expected.data !== null && errors.length === 0) found.push({ what: "no data and no error" });
  for (const error of expected.errors ?? []) {
    const isTold = errors.some(
      ({ path }) => same(path, error.path) || (path && error.path && isBelow(error.path, path)),
    );
    if (data !== null && !isTold)
      found.push({ what: `an error is missing at ${error.path?.join(".")}: ${error.message}` });
  }
  const paths = errors.map(({ path }) => JSON.stringify(path));
  if (new Set(paths).size < paths.length) found.push({ what: "two errors for one field" });
  found.push(...errorFaults(errors, data, (path) => typesAlong(schema, document, operation, path)));
  const isWhole = data !== null && found.length === 0 && !expected.errors && contextValue.record.isComparable;
  return { found, plain: isWhole ? contextValue.record.text(operation.operation) : undefined };
}

/** An error has a path to a null, which stands at the nearest place that may be null. */
function errorFaults(errors, data, typesOf) {
  const places = new Map();
  for (const { path, message } of errors) {
    const types = Array.isArray(path) ? typesOf(path) : undefined;
    if (!types) return [{ what: `an error at nothing that was asked for: ${path?.join(".")}: ${message}` }];
    const place = types.findLastIndex((type) => !isNonNullType(type));
    places.set(JSON.stringify(path.slice(0, place + 1)), path.slice(0, place + 1));
  }
  const found = [];
  for (const place of places.values()) {
    let value = data;
    let at = 0;
    while (at < place.length && value !== null) value = value[place[at++]];
    if (value !== null) found.push({ what: `no null for the error at ${place.join(".")}` });
    // Another error may have taken what is above.
    else if (at < place.length && !places.has(JSON.stringify(place.slice(0, at))))
      found.push({ what: `null above the nearest nullable place: ${place.join(".")}` });
  }
  return found;
}

/** The type of each part of a path. Fields of one key have one shape, whatever the type they stand on. */
function typesAlong(schema, document, operation, path) {
  const fragments = new Map(
    document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  let sets = [[schema.getRootType(operation.operation), operation.selectionSet]];
  let type;
  const types = [];
  for (const part of path) {
    if (typeof part === "number") {
      type = getNullableType(type);
      if (!isListType(type)) return undefined;
      type = type.ofType;
    } else {
      const fields = sets.flatMap(([parent, set]) => collect(schema, fragments, parent, set, part));
      if (fields.length === 0) return undefined;
      type = fields[0][0];
      sets = fields
        .filter(([, field]) => field.selectionSet)
        .map(([own, field]) => [getNamedType(own), field.selectionSet]);
    }
    types.push(type);
  }
  return types;
}

function collect(schema, fragments, parent, set, key) {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      if ((selection.alias ?? selection.name).value !== key) return [];
      return [[fieldOf(parent, selection.name.value).type, selection]];
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const own = fragment.typeCondition ? typeFromAST(schema, fragment.typeCondition) : parent;
    return collect(schema, fragments, own, fragment.selectionSet, key);
  });
}

const META = [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef];
const fieldOf = (parent, name) => META.find((field) => field.name === name) ?? parent.getFields()[name];
