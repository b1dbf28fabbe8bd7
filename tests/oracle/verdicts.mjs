// What graphql-js and the server say of one request: valid or not, and why.

import { getOperationAST, getVariableValues, parse, validate } from "graphql";

import { RULES } from "./rules.mjs";

const INVALID = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
]);
const REFUSED = new Set(["UNAUTHENTICATED", "FORBIDDEN", "INSUFFICIENT_SCOPE"]);
// Limits of the server, of which the language says nothing.
const LIMIT = /^(MAX_\w+|QUERY_TOO_COMPLEX|PAGE_SIZE_EXCEEDED)$/;

/** `isValid`, and the document and the variables where it is, or `why` not. */
export function ofOracle(schema, { text, variables, operationName }) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return { isValid: false, why: error.message };
  }
  const [fault] = validate(schema, document, RULES, { maxErrors: 1 });
  if (fault) return { isValid: false, why: fault.message };
  const operation = getOperationAST(document, operationName);
  if (!operation) return { isValid: false, why: "No such operation." };
  const given = JSON.parse(variables);
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (errors) return { isValid: false, why: errors[0].message };
  return { isValid: true, document, operation, variables: given, coerced };
}

/** `isValid` is undefined where a limit of the server came first. */
export function ofServer({ status, body }) {
  if (body !== null && typeof body === "object" && "data" in body)
    return { isValid: true, why: `data, status ${status}` };
  const codes = (body?.errors ?? []).map((error) => error.extensions?.code);
  const why = `${codes[0]}, status ${status}: ${body?.errors?.[0]?.message}`;
  if (codes.some((code) => LIMIT.test(code))) return { isValid: undefined, why };
  if (codes.length > 0 && codes.every((code) => REFUSED.has(code))) return { isValid: true, why };
  if (codes.length > 0 && codes.every((code) => INVALID.has(code))) return { isValid: false, why };
  return { isBroken: true, why };
}

/** The variables go as they are written: of a number 1.0 the server sees the point. */
export async function ask(server, { text, variables, operationName, isOpen = true }) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  // Mutations that would store go without a token: what is valid is then refused with 401.
  if (isOpen) headers.authorization = `Bearer ${server.tokens.PROGRAMME_MANAGER}`;
  const name = operationName === undefined ? "" : `,"operationName":${JSON.stringify(operationName)}`;
  const body = `{"query":${JSON.stringify(text)},"variables":${variables}${name}}`;
  const response = await fetch(server.graphql, { method: "POST", headers, body });
  const answer = await response.text();
  try {
    return { status: response.status, body: JSON.parse(answer) };
  } catch {
    return { status: response.status, body: { errors: [{ message: answer }] } };
  }
}
