// The demonstration on a database of its own, with budgets that no run of the oracle uses up.
// Argument: the path of `cfc`.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

// The limits of a document's shape are no question of the language, so they stand aside too.
const LIMITS = {
  BUDGET: 1_000_000_000,
  BUDGET_RESTORE: 1_000_000_000,
  ADDRESS_REQUESTS: 1_000_000_000,
  ADDRESS_RESTORE: 1_000_000_000,
  ADDRESS_CONCURRENT: 64,
  ALIASES: 10_000,
  DEPTH: 60,
  DIRECTIVES: 10_000,
  INTROSPECTION_LISTS: 60,
  ROOT_FIELDS: 1_000,
  DEADLINE_MS: 120_000,
  HEAD_MS: 120_000,
  BODY_MS: 120_000,
  CONNECTION_MS: 120_000,
};

export async function start(program) {
  const folder = mkdtempSync(join(tmpdir(), "cfc-oracle-"));
  const env = { ...process.env, DATABASE_URL: `sqlite://${join(folder, "demo.db")}`, CFC_BIND: "127.0.0.1:0" };
  for (const [name, value] of Object.entries(LIMITS)) env[`CFC_LIMITS_${name}`] = String(value);
  const child = spawn(program, ["demo", "--json"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log = (log + text).slice(-10_000)));
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const { graphql, tokens } = JSON.parse(line);
    return { graphql, tokens, stop, log: () => log };
  }
  stop();
  throw new Error(`The server ended before it was ready.\n${log}`);
}
