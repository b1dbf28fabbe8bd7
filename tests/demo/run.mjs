// What `cfc demo` promises, asked over HTTP. Arguments: the GraphQL address and the line that
// `cfc demo --json` printed.

const [graphql, line] = process.argv.slice(2);
const { tokens, client } = JSON.parse(line);
let passed = 0;
let failed = 0;

async function ask(query, variables = {}, token = undefined) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(graphql, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const body = await response.json();
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

function is(what, actual, expected) {
  const holds = JSON.stringify(actual) === JSON.stringify(expected);
  holds ? passed++ : failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : `: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`}`);
}

const all = await ask(`{ municipalities(first: 100, filter: { programme: { eq: "FI" } }) { totalCount nodes {
  code currentCycle { status } currentRecognition { status } } } }`);
is("47 municipalities take part", all.municipalities.totalCount, 47);
is("each has a cycle", all.municipalities.nodes.filter((m) => m.currentCycle?.status === "ACTIVE").length, 47);
is("15 have a recognition in force", all.municipalities.nodes.filter((m) => m.currentRecognition?.status === "ACTIVE").length, 15);

const seen = new Map([["24", new Set()], ["30", new Set()]]);
for (const { code } of all.municipalities.nodes) {
  const data = await ask(`query P($code: String!) { municipality(by: { code: $code }) { cycles { actionPlans {
    objectives { indicator { code } } } } } }`, { code }, tokens.PROGRAMME_MANAGER);
  for (const cycle of data.municipality.cycles)
    for (const plan of cycle.actionPlans)
      for (const objective of plan.objectives) seen.get(objective.indicator?.code)?.add(code);
}
is("indicator 24 is an objective in 20", seen.get("24").size, 20);
is("indicator 30 is an objective in 9", seen.get("30").size, 9);

const tampere = (await ask(`{ municipality(by: { code: "FI-837" }) { currentCycle {
  baseline: assessment(kind: BASELINE) { status }
  midterm: assessment(kind: MIDTERM) { status completeness { answered total } }
  actionPlan { status objectives { actions { indicators { latestMeasurement { value } } } } } } } }`,
  {}, tokens.COORDINATOR)).municipality.currentCycle;
is("Tampere has a confirmed baseline", tampere.baseline.status, "CONFIRMED");
is("and a plan in force", tampere.actionPlan.status, "IN_FORCE");
const measured = tampere.actionPlan.objectives.flatMap((o) => o.actions).flatMap((a) => a.indicators);
is("with measurements", measured.some((indicator) => indicator.latestMeasurement), true);
is("and an open midterm", tampere.midterm.status, "OPEN");
const { answered, total } = tampere.midterm.completeness;
is("that is partly answered", answered > 0 && answered < total, true);

for (const [role, token] of Object.entries(tokens)) {
  const { viewer } = await ask("{ viewer { roles } }", {}, token);
  is(`the token of ${role} is of that role`, viewer.roles.includes(role), true);
}
is("the machine client decides nothing", client.scopes.some((scope) => /^(recognitions|accounts|clients):write$/.test(scope)), false);
is("there is a token for each of ten roles", Object.keys(tokens).length, 10);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
