// Where the server and graphql-js disagree and the server is right, or where neither is wrong. Each
// entry has the reason, and says as narrowly as it can which disagreements it explains. The list
// may only shrink: what is new is a fault of the server or of the oracle, and is mended there.

const introspection =
  (pattern) =>
  ({ kind, path }) =>
    kind === "introspection" && pattern.test(path);

export const EXPLAINED = [
  {
    reason: "the specification leaves the words about its own types and directives open",
    test: introspection(
      /^(types\.(__\w+|Int|String|ID)|directives\.(skip|include|specifiedBy|deprecated))\.(.*\.)?description$/,
    ),
  },
  {
    reason: "the specification of September 2025 has `includeDeprecated: Boolean! = false`, graphql-js 16 not yet",
    test: introspection(/^types\.__\w+\.fields\.\w+\.args\.includeDeprecated\.type\.(kind|name|ofType)$/),
  },
  {
    reason: "that directives can be deprecated is a proposal",
    test: introspection(
      /^types\.__Schema\.fields\.directives\.args\.includeDeprecated$|^types\.__Directive\.fields\.(isDeprecated|deprecationReason)$|\.DIRECTIVE_DEFINITION$|\."DIRECTIVE_DEFINITION"$/,
    ),
  },
];
