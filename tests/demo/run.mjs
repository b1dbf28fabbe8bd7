// What `cfc demo` promises, asked over HTTP. Arguments: the GraphQL address and the line that
// `cfc demo --json` printed.

const [graphql, line] = process.argv.slice(2);
const { tokens, client, clients, database } = JSON.parse(line);
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

const manager = tokens.PROGRAMME_MANAGER;
const states = await ask(`{ municipalities(first: 100, filter: { programme: { eq: "FI" } }) { nodes {
  currentRecognition { status validUntil } cycles {
    milestones { status isOverdue } assessments { kind status completeness { answered } }
    planInForce { objectives { actions { dueOnPrecision dueSeason { season } dueOutsideReason } } } } } } }`, {}, manager);
const cycles = states.municipalities.nodes.flatMap((m) => m.cycles);
const milestones = cycles.flatMap((c) => c.milestones);
const assessments = cycles.flatMap((c) => c.assessments);
const actions = cycles.flatMap((c) => c.planInForce?.objectives ?? []).flatMap((o) => o.actions);
const recognitions = states.municipalities.nodes.map((m) => m.currentRecognition).filter((r) => r);
const soon = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);
is("a milestone is overdue before it was handed over", milestones.some((m) => m.isOverdue && m.status === "IN_PROGRESS"), true);
for (const status of ["SUBMITTED", "RETURNED"])
  is(`a milestone is ${status}`, milestones.some((m) => m.status === status), true);
is("an assessment came back", assessments.some((a) => a.status === "RETURNED"), true);
is("children assess too", assessments.some((a) => a.kind === "CHILD_LED" && a.completeness.answered > 0), true);
is("a recognition ends within six months", recognitions.some((r) => r.status === "ACTIVE" && r.validUntil <= soon), true);
is("one is suspended", recognitions.some((r) => r.status === "SUSPENDED"), true);
is("an action is due by a season", actions.some((a) => a.dueSeason), true);
is("one goes on for ever", actions.some((a) => a.dueOnPrecision === "ONGOING"), true);
is("one says why it is due after its plan", actions.some((a) => a.dueOutsideReason), true);
const { signInOptions } = await ask(`{ signInOptions(municipality: { code: "FI-837" }) { name issuer } }`);
is("there is a place to sign in", signInOptions.length, 1);
is("the committee has a machine client of its own", clients.map((c) => c.id === client.id), [true, false]);
is("it is said where the database is", database.startsWith("sqlite://") || database.startsWith("postgres://"), true);

for (const [role, token] of Object.entries(tokens)) {
  const { viewer } = await ask("{ viewer { roles } }", {}, token);
  is(`the token of ${role} is of that role`, viewer.roles.includes(role), true);
}
is("the machine client decides nothing", client.scopes.some((scope) => /^(recognitions|accounts|clients):write$/.test(scope)), false);
is("there is a token for each of ten roles", Object.keys(tokens).length, 10);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
