// Requests that chance seldom makes, written by hand. `like` is another way to ask for the same:
// both must have one answer. MUN becomes the id of a municipality.

const input = (rest = "") =>
  `input: {programme: "FI", municipalityId: "MUN", name: "Schools", kind: DEPARTMENT${rest}}`;
const returned = (version) =>
  `startAction(input: {actionId: "MUN", expectedVersion: ${version}}) { userErrors { code } }`;
const entity = "userErrors { code }";

export const CASES = [
  // Nothing runs where a later root cannot.
  {
    text: `mutation { a: addResponsibleEntity(${input()}) { ${entity} } b: changeResponsibleEntity(input: {responsibleEntityId: "oops", expectedVersion: 1}) { ${entity} } }`,
  },
  {
    text: `mutation { a: addResponsibleEntity(${input()}) { ${entity} } b: changeResponsibleEntity(input: {responsibleEntityId: "MUN", expectedVersion: 2147483648}) { ${entity} } }`,
  },
  {
    text: `mutation($id: ID!) { a: addResponsibleEntity(${input()}) { ${entity} } b: changeResponsibleEntity(input: {responsibleEntityId: $id, expectedVersion: 1}) { ${entity} } }`,
  },
  {
    text: `mutation($id: ID!) { a: addResponsibleEntity(${input()}) { ${entity} } b: changeResponsibleEntity(input: {responsibleEntityId: $id, expectedVersion: 1}) { ${entity} } }`,
    variables: '{"id":"oops"}',
  },

  // Conditions: defaults of variables, and variables that may be null.
  {
    text: "query($dry: Boolean = true) { viewer { roles } programmes @skip(if: $dry) { key } }",
    like: "{ viewer { roles } }",
  },
  {
    text: "query($d: Boolean = true) { viewer { roles } programmes @include(if: $d) { key } }",
    like: "{ viewer { roles } programmes { key } }",
  },
  {
    text: "query($d: Boolean! = true) { viewer { roles scopes @include(if: $d) } }",
    like: "{ viewer { roles scopes } }",
  },
  { text: "query($v: Boolean) { viewer { roles @skip(if: $v) } }" },
  { text: "query($v: Boolean) { viewer { roles @skip(if: $v) } }", variables: '{"v":true}' },
  { text: "query($v: Boolean!) { viewer { roles @include(if: $v) } }", variables: '{"v":null}' },

  // Merging, and what is left when all is skipped.
  { text: "{ viewer { roles @skip(if: true) } viewer { scopes } }", like: "{ viewer { scopes } }" },
  {
    text: '{ node(id: "MUN") { ... on Account { status } } node(id: "MUN") { ... on Municipality { code } } }',
    like: '{ node(id: "MUN") { ... on Municipality { code } } }',
  },
  {
    text: '{ node(id: "MUN") { ... on Municipality { code } } node(id: "MUN") { ... on Account { status } } }',
    like: '{ node(id: "MUN") { ... on Municipality { code } } }',
  },
  { text: '{ node(id: "MUN") { ... on Account { clash: status } ... on Municipality { clash: code } } }' },
  {
    text: '{ node(id: "MUN") { ... on ResponsibleEntity { clash: name } ... on Municipality { clash: code } } }',
    like: '{ node(id: "MUN") { ... on Municipality { clash: code } } }',
  },
  { text: "{ viewer { roles @skip(if: true) } }" },
  { text: "{ viewer @skip(if: true) { roles } }" },
  { text: "{ programmes { key @skip(if: true) } }" },
  {
    text: "{ municipalities(first: 2) { edges { node { code @skip(if: true) } } nodes { name @include(if: false) } pageInfo { hasNextPage @skip(if: true) } } }",
  },
  {
    text: '{ nodes(ids: ["MUN", "MUN"]) { ... on Account { status } } node(id: "MUN") { ... on Account { status } } }',
  },
  { text: '{ __type(name: "Role") { name @skip(if: true) } __schema { queryType { name @skip(if: true) } } }' },
  { text: "{ programmes { a: key @skip(if: true) b: key a: key } }", like: "{ programmes { b: key a: key } }" },
  {
    text: '{ node(id: "MUN") { ... on Account { version } id ... on Municipality { version code } } }',
    like: '{ node(id: "MUN") { id ... on Municipality { version code } } }',
  },
  { text: "{ auditLog(first: 1) { totalCount } auditLog(first: 1) { nodes { at } } }" },
  {
    text: '{ a: municipalities(after: "nope") { totalCount } a: municipalities(after: "nope") { nodes { code } } viewer { roles } }',
  },

  // Input objects.
  { text: "query($f: Boolean) { municipalities(first: 1, filter: {isCurrent: {eq: $f}, nope: 1}) { totalCount } }" },
  { text: "query($c: String!) { municipality(by: {code: $c, nope: 1}) { code } }", variables: '{"c":"FI-837"}' },
  { text: 'query($c: String!) { municipality(by: {code: $c, id: "MUN"}) { code } }', variables: '{"c":"FI-837"}' },
  {
    text: "query($c: String, $id: ID) { municipality(by: {code: $c, id: $id}) { code } }",
    variables: '{"c":"FI-837"}',
  },
  { text: "query($c: String) { municipality(by: {code: $c}) { code } }", variables: '{"c":"FI-837"}' },
  {
    text: "query($by: MunicipalityRef!) { municipality(by: $by) { code } }",
    variables: '{"by":{"code":"FI-837","id":null}}',
  },
  { text: "query($by: MunicipalityRef!) { municipality(by: $by) { code } }", variables: '{"by":{"code":null}}' },
  { text: "query($by: MunicipalityRef!) { municipality(by: $by) { code } }", variables: '{"by":{}}' },
  {
    text: "query($by: MunicipalityRef!) { municipality(by: $by) { code } }",
    variables: '{"by":{"code":"FI-837"}}',
    like: '{ municipality(by: {code: "FI-837"}) { code } }',
  },
  {
    text: `mutation($k: String) { addResponsibleEntity(${input(", idempotencyKey: $k, validateOnly: null")}) { ${entity} } }`,
  },
  { text: `mutation($k: String) { addResponsibleEntity(${input(", idempotencyKey: $k, nope: 1")}) { ${entity} } }` },
  { text: `mutation { addResponsibleEntity(${input(", validateOnly: true, validateOnly: false")}) { ${entity} } }` },
  { text: `mutation($v: Boolean) { addResponsibleEntity(${input(", validateOnly: $v")}) { ${entity} } }` },
  { text: `mutation($v: Boolean = null) { addResponsibleEntity(${input(", validateOnly: $v")}) { ${entity} } }` },

  // Fields that conflict.
  {
    text: '{ municipality(by: {code: "FI-837"}) { code } ... on Query { municipality(by: {code: "FI-091"}) { name } } }',
  },
  {
    text: '{ municipality(by: {code: "FI-837"}) { code } ...F } fragment F on Query { municipality(by: {code: "FI-091"}) { name } }',
  },
  { text: '{ municipality(by: {code: "FI-837"}) { a: code } municipality(by: {code: "FI-837"}) { a: name } }' },
  {
    text: '{ municipality(by: {code: "FI-837"}) { name(locale: "fi") } municipality(by: {code: "FI-837"}) { name(locale: "sv") } }',
  },
  { text: '{ municipality(by: {code: "FI-837"}) { name(locale: null) } municipality(by: {code: "FI-837"}) { name } }' },
  {
    text: 'query($a: Locale, $b: Locale) { municipality(by: {code: "FI-837"}) { name(locale: $a) ... { name(locale: $b) } } }',
  },
  { text: "{ a: viewer { roles } a: programmes { key } }" },

  // Variables: where a default lets a null variable stand, and where types do not fit.
  { text: "query($d: Boolean) { rateLimit(dryRun: $d) { limit } }", like: "{ rateLimit { limit } }" },
  { text: "query($d: Boolean) { rateLimit(dryRun: $d) { limit } viewer { roles } }", variables: '{"d":null}' },
  { text: "query($d: Boolean = false) { rateLimit(dryRun: $d) { limit } viewer { roles } }", variables: '{"d":null}' },
  {
    text: "query($d: OrderDirection) { municipalities(first: 2, orderBy: [{field: NAME, direction: $d}]) { nodes { code } } }",
    like: "{ municipalities(first: 2, orderBy: [{field: NAME}]) { nodes { code } } }",
  },
  {
    text: "query($d: OrderDirection) { municipalities(first: 2, orderBy: [{field: NAME, direction: $d}]) { nodes { code } } viewer { roles } }",
    variables: '{"d":null}',
  },
  {
    text: "query($d: OrderDirection = DESC) { municipalities(first: 2, orderBy: {field: NAME, direction: $d}) { nodes { code } } }",
    like: "{ municipalities(first: 2, orderBy: [{field: NAME, direction: DESC}]) { nodes { code } } }",
  },
  { text: "query($k: ID!) { programme(key: $k) { key } }", variables: '{"k":"MUN"}' },
  { text: "query($k: String) { programme(key: $k) { key } }", variables: '{"k":"FI"}' },
  { text: "query($i: ID!) { nodes(ids: $i) { id } }", variables: '{"i":"MUN"}' },
  { text: "query($i: [ID]!) { nodes(ids: $i) { id } }", variables: '{"i":["MUN"]}' },
  {
    text: "query($i: [ID!]!) { nodes(ids: $i) { id } }",
    variables: '{"i":"MUN"}',
    like: '{ nodes(ids: ["MUN"]) { id } }',
  },
  { text: '{ nodes(ids: "MUN") { id } }', like: '{ nodes(ids: ["MUN"]) { id } }' },
  { text: "query($v: [Nope] = 1) { __typename }" },
  { text: "query($v: Nope) { __typename }" },
  { text: '{ accessCheck(document: "query($v: [Nope] = 1) { __typename }") { outcome } }' },
  { text: "query($v: Query) { __typename }" },
  {
    text: "query($n: Int!) { municipalities(first: $n) { nodes { code } } }",
    variables: '{"n":1.0}',
    like: "{ municipalities(first: 1) { nodes { code } } }",
  },
  {
    text: "query($n: Int!) { municipalities(first: $n) { nodes { code } } }",
    variables: '{"n":1e0}',
    like: "{ municipalities(first: 1) { nodes { code } } }",
  },
  { text: "query($n: Int!) { municipalities(first: $n) { nodes { code } } }", variables: '{"n":1.5}' },
  { text: "query($n: Int!) { municipalities(first: $n) { nodes { code } } }", variables: '{"n":"1"}' },
  { text: `mutation($n: Int!) { ${returned("$n")} }`, variables: '{"n":-0}' },
  { text: `mutation($n: Int!) { ${returned("$n")} }`, variables: '{"n":-0.0}' },
  { text: `mutation { ${returned("-0")} }` },
  { text: "{ municipalities(first: 1.0) { nodes { code } } }" },
  { text: "{ municipalities(first: 1e0) { nodes { code } } }" },
  {
    text: "query($r: MunicipalityFilter) { municipalities(first: 1, filter: $r) { totalCount } }",
    variables: '{"r":{"kind":{"eq":"TOWN","nope":1}}}',
  },
  { text: "query($a: Int, $b: String) { __typename }", variables: "{}" },

  // Names, enums, directives.
  { text: "{ __typename(a: 1) }" },
  { text: "{ __typename @nope }" },
  { text: "{ __typename { a } }" },
  { text: "{ viewer { __typename(if: true) roles } }" },
  { text: "{ viewer { __typename @skip(if: true) @skip(if: false) } }" },
  { text: "query($a: Int @skip(if: true)) { municipalities(first: $a) { totalCount } }" },
  { text: "query @skip(if: true) { viewer { roles } }" },
  { text: "{ ...F } fragment F on Query @include(if: true) { viewer { roles } }" },
  { text: '{ municipalities(first: 1, orderBy: [{field: "NAME"}]) { totalCount } }' },
  { text: "{ municipalities(first: 1, orderBy: [{field: name}]) { totalCount } }" },
  { text: "{ viewer @access(roles: []) { roles } }" },
  { text: "{ viewer @deprecated { roles } }" },

  // Texts.
  { text: '{ programme(key: "\\u0046I") { key } }', like: '{ programme(key: "FI") { key } }' },
  { text: '{ programme(key: "\\u{46}\\u{000049}") { key } }', like: '{ programme(key: "FI") { key } }' },
  { text: '{ programme(key: """FI""") { key } }', like: '{ programme(key: "FI") { key } }' },
  { text: '{ programme(key: """\n\n      FI\n\n    \n""") { key } }', like: '{ programme(key: "FI") { key } }' },
  { text: '{ programme(key: "\\uD83D\\uDE00") { key } }' },
  { text: '{ programme(key: "\\u{1F600}") { key } }' },
  { text: '{ programme(key: "\\uD83D") { key } }' },
  { text: '{ programme(key: "\\u{D83D}\\u{DE00}") { key } }' },
  { text: '{ programme(key: """say \\"""hello\\""" """) { key } }' },
  {
    text: '{ accessCheck(document: """\n  query A {\n\n    viewer {\n      roles\n    }\n  }\n""") { outcome } }',
    like: '{ accessCheck(document: "query A {\\n\\n  viewer {\\n    roles\\n  }\\n}") { outcome } }',
  },
  { text: "\uFEFF{ viewer { roles } }", like: "{ viewer { roles } }" },
  { text: "{ viewer { roles\u00a0} }" },

  // The grammar.
  { text: "query($i: [ID!] !) { nodes(ids: $i) { id } }", variables: '{"i":["MUN"]}' },
  { text: "query($i: [ ID ! ] !) { nodes(ids: $i) { id } }", variables: '{"i":["MUN"]}' },
  { text: '"What is asked." query A { viewer { roles } }', like: "{ viewer { roles } }" },
  {
    text: '"""\nWhat is asked.\n""" query A("How many." $n: Int = 1) { municipalities(first: $n) { nodes { code } } }',
    like: "{ municipalities(first: 1) { nodes { code } } }",
  },
  { text: 'query A { ...F } "A part." fragment F on Query { viewer { roles } }', like: "{ viewer { roles } }" },
  { text: '"What is asked." { viewer { roles } }' },
  { text: "query A() { viewer { roles } }" },
  { text: "{ viewer() { roles } }" },
  { text: "{ ...on } fragment on on Query { viewer { roles } }" },
  { text: "query on { viewer { roles } }" },
  { text: "{ }" },
  { text: "{ viewer { } }" },
  { text: "{ viewer { ... { } } }" },
  { text: "query A { viewer { roles } } fragment F on Query { }" },
  { text: "" },
  { text: "# nothing but a comment" },
  { text: "{ viewer { roles } } type A { a: Int }" },
  { text: "subscription { viewer { roles } }" },
  { text: "query A { viewer { roles } } subscription B { viewer { roles } }", operationName: "A" },
  { text: "query A { viewer { roles } } query B { programmes { key } }" },
  { text: "query A { viewer { roles } } query B { programmes { key } }", operationName: "B" },
  { text: "query A { viewer { roles } } query B { programmes { key } }", operationName: "C" },
  { text: "query A { viewer { roles } } query A { programmes { key } }", operationName: "A" },
  { text: "{ viewer { roles } } query A { viewer { roles } }", operationName: "A" },
  { text: "{ viewer { roles } }", operationName: "A" },
  { text: "fragment F on Query { viewer { roles } }" },
  { text: "{ __schema { description } }" },
  { text: '{ __type(name: "Node") { interfaces { name } possibleTypes { name @skip(if: true) } } }' },
];
