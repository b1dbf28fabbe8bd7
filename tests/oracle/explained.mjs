// Where the server and graphql-js disagree and the server is right, or where neither is wrong. Each
// entry has the reason, and says as narrowly as it can which disagreements it explains. The list
// may only shrink: what is new is a fault of the server or of the oracle, and is mended there.

const introspection =
  (pattern) =>
  ({ kind, path }) =>
    kind === "introspection" && pattern.test(path);

export const EXPLAINED = [
  {
    reason: "the specification of September 2025 has `includeDeprecated: Boolean! = false`, graphql-js 16 not yet",
    test: introspection(/^types\.__\w+\.fields\.\w+\.args\.includeDeprecated\.type\.(kind|name|ofType)$/),
  },
  {
    reason: "the specification of September 2025 has `@deprecated(reason: String! = …)`, graphql-js 16 not yet",
    test: introspection(/^directives\.deprecated\.args\.reason\.type\.(kind|name|ofType)$/),
  },
  {
    reason: "null for the condition of @skip or @include: what is selected cannot be known, so the whole request is refused",
    test: ({ kind, server }) => kind === "verdict" && /BAD_USER_INPUT.*`@(skip|include)` needs true or false\.$/.test(server),
  },
  {
    reason: 'clients that name no operation send `operationName: ""`',
    test: ({ kind, oracle, request }) =>
      kind === "verdict" && request.operationName === "" && /No such operation/.test(oracle),
  },
];
