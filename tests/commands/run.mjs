// The commands as processes: what they tell, how they end. Argument: the path of `cfc`; then names of parts, else all.

import { resolve } from "node:path";

import { demonstration } from "./demonstration.mjs";
import { secrets } from "./secrets.mjs";
import { signals } from "./signals.mjs";

const [named, ...names] = process.argv.slice(2);
const program = resolve(named);
const parts = { signals, secrets, demonstration };
let passed = 0;
let failed = 0;

function is(what, actual, expected) {
  const holds = JSON.stringify(actual) === JSON.stringify(expected);
  holds ? passed++ : failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : `: ${JSON.stringify(actual, null, 1)}, not ${JSON.stringify(expected)}`}`);
}

for (const name of names.length > 0 ? names : Object.keys(parts)) await parts[name](program, is);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
