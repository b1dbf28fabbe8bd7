// What the server says of its schema, compared whole with what graphql-js says of the same text.

import { getIntrospectionQuery, introspectionFromSchema } from "graphql";

const OPTIONS = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
  experimentalDirectiveDeprecation: false,
};
export const introspectionQuery = getIntrospectionQuery(OPTIONS);
export const introspectionOf = (schema) => introspectionFromSchema(schema, OPTIONS).__schema;

const nameOf = (item) => item?.name ?? JSON.stringify(item);

/**
 * Every place where the two differ, such as `types.Query.fields.node.description`. The order of
 * lists is nothing that the specification lays down: the text of the schema is sorted, an answer not.
 */
export function differences(expected, actual, path = []) {
  if (Array.isArray(expected) && Array.isArray(actual)) return ofLists(expected, actual, path);
  if (expected !== null && actual !== null && typeof expected === "object" && typeof actual === "object") {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => differences(expected[key], actual[key], [...path, key]));
  }
  return expected === actual ? [] : [{ path: path.join("."), expected, actual }];
}

function ofLists(expected, actual, path) {
  const others = new Map(actual.map((item) => [nameOf(item), item]));
  const found =
    actual.length === others.size ? [] : [{ path: path.join("."), expected: "each once", actual: actual.map(nameOf) }];
  for (const item of expected) {
    const name = nameOf(item);
    if (others.has(name)) found.push(...differences(item, others.get(name), [...path, name]));
    else found.push({ path: [...path, name].join("."), expected: item, actual: undefined });
    others.delete(name);
  }
  for (const [name, item] of others) found.push({ path: [...path, name].join("."), expected: undefined, actual: item });
  return found;
}
