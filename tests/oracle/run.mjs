// graphql-js judges the server over HTTP: which documents are valid, how variables are read, how
// answers are put together, what the introspection says. Fails on whatever `explained.mjs` does not.
// Usage: node run.mjs PROGRAM [--seed N] [--valid N] [--mutated N] [--print N] [--only valid:N|mutated:N|case:N]

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { buildSchema } from "graphql";

import { CASES } from "./cases.mjs";
import { EXPLAINED } from "./explained.mjs";
import { someIds } from "./ids.mjs";
import { Judge } from "./judge.mjs";
import { mutatedRequest, validRequest } from "./requests.mjs";
import { start } from "./server.mjs";

const SEED = "20261127";
const SIZE = "3000";
const AT_ONCE = 6;

const {
  positionals: [program],
  values: options,
} = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: SEED },
    valid: { type: "string", default: SIZE },
    mutated: { type: "string", default: SIZE },
    only: { type: "string" },
    print: { type: "string", default: "20" },
  },
});
if (!program) {
  console.error(
    "Usage: node run.mjs PROGRAM [--seed N] [--valid N] [--mutated N] [--print N] [--only valid:N|mutated:N|case:N]",
  );
  process.exit(2);
}
const wanted = { valid: Number(options.valid), mutated: Number(options.mutated) };
const isUsual =
  !options.only && options.seed === SEED && wanted.valid >= Number(SIZE) && wanted.mutated >= Number(SIZE);

const server = await start(program);
process.on("exit", server.stop);
const text = await (await fetch(new URL("/schema.graphql", server.graphql))).text();
const schema = buildSchema(text);
if (text !== readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"))
  console.log("The schema of the program is not the one of this checkout.");
const judge = new Judge(schema, server);
const kinds = await someIds(server);
const ids = Object.values(kinds).flat();

const tally = { counted: { valid: 0, mutated: 0, case: 0 }, limited: 0, executed: 0, twice: 0, invalid: 0, found: [] };

/** Asks the documents of one group, some at once, until `wanted` of them were judged or `most` asked. */
async function group(name, wanted, most, judged) {
  let next = 0;
  const isDone = () => (options.only ? next > 0 : tally.counted[name] >= wanted || next >= most);
  const work = async () => {
    while (!isDone()) {
      const number = options.only ? Number(options.only.split(":")[1]) : next;
      next++;
      const { isCounted, isExecuted, isAskedTwice, isValid, found } = await judged(number);
      if (isCounted) tally.counted[name]++;
      else tally.limited++;
      if (isExecuted) tally.executed++;
      if (isAskedTwice) tally.twice++;
      if (isValid === false) tally.invalid++;
      tally.found.push(...found.map((one) => ({ ...one, where: `${name}:${number}` })));
    }
  };
  if (options.only && !options.only.startsWith(`${name}:`)) return;
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function caseRequest(number) {
  const fill = (written) => written?.replaceAll("MUN", kinds.mun[0]);
  const { text: document, like, variables = "{}", operationName } = CASES[number];
  return {
    text: fill(document),
    like: fill(like),
    variables: fill(variables),
    operationName,
    isOpen: !document.includes("mutation"),
  };
}

/** One disagreement, and how to see it alone. */
function print({ where, kind, path, request, oracle, server: answer }) {
  console.log(`\nDISAGREEMENT ${kind} ${where}${request?.fault ? ` (${request.fault})` : ""}`);
  if (path !== undefined) console.log(`  at         ${path}`);
  if (request)
    console.log(
      `  document   ${request.text}\n  variables  ${request.variables}\n  operation  ${request.operationName ?? "-"}`,
    );
  console.log(`  graphql-js ${oracle.slice(0, 2000)}\n  server     ${answer.slice(0, 2000)}`);
  if (request) console.log(`  alone      node tests/oracle/run.mjs ${program} --seed ${options.seed} --only ${where}`);
}

try {
  const introspection = options.only
    ? []
    : (await judge.introspection()).map((one) => ({ ...one, where: "introspection" }));
  await group("case", CASES.length, CASES.length, (number) => judge.byHand(caseRequest(number)));
  await group("valid", wanted.valid, 2 * wanted.valid, (number) =>
    judge.valid(validRequest(schema, ids, options.seed, number)),
  );
  await group("mutated", wanted.mutated, 2 * wanted.mutated, (number) =>
    judge.mutated(mutatedRequest(schema, ids, options.seed, number)),
  );
  tally.found.push(...introspection);
} catch (error) {
  console.log(server.log());
  throw error;
}

const explained = new Map(EXPLAINED.map((entry) => [entry, 0]));
const unexplained = tally.found.filter((one) => {
  const entry = EXPLAINED.find(({ test }) => test(one));
  if (entry) explained.set(entry, explained.get(entry) + 1);
  return !entry;
});
unexplained.slice(0, Number(options.print)).forEach(print);
if (unexplained.length > Number(options.print)) console.log(`\nand ${unexplained.length - Number(options.print)} more`);

const { counted, executed, twice, invalid, limited } = tally;
console.log(
  `\nseed ${options.seed}: ${counted.case} by hand, ${counted.valid} valid (${executed} answers judged, ${twice} of them also asked in plain words), ${counted.mutated} mutated (${invalid} not valid); ${limited} beyond a limit`,
);
for (const [{ reason }, times] of explained) console.log(`explained ${times} times: ${reason}`);
console.log(`${unexplained.length} disagreements without explanation`);
const isIdle = isUsual && [...explained.values()].includes(0);
if (isIdle) console.log("What explains nothing has to leave explained.mjs.");
const isShort = !options.only && (counted.valid < wanted.valid || counted.mutated < wanted.mutated);
if (isShort) console.log("Too many documents were beyond a limit.");
process.exit(unexplained.length > 0 || isIdle || isShort ? 1 : 0);
