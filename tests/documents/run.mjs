// Runs the shell examples of all documents against the server. Argument: the line that
// `cfc demo --json` printed.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const [line] = process.argv.slice(2);
const folder = new URL("../../docs/", import.meta.url);
const { graphql, client, tokens } = JSON.parse(line);
const env = { ...process.env, API: new URL(graphql).origin, CLIENT_ID: client.id, CLIENT_SECRET: client.secret, TOKEN: tokens.COORDINATOR };
let failed = 0;
let ran = 0;
for (const document of readdirSync(folder).filter((name) => name.endsWith(".md"))) {
  const text = readFileSync(new URL(document, folder), "utf8");
  for (const [, example] of text.matchAll(/^```sh\n(.*?)^```/gms)) {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", example], { env, encoding: "utf8" });
    const holds = status === 0 && stdout !== "" && !stdout.includes('"errors"');
    ran++;
    if (!holds) failed++;
    console.log(`${holds ? "ok  " : "FAIL"} ${document}: ${example.split("\n")[0]}${holds ? "" : `\n${stdout}${stderr}`}`);
  }
}
if (ran === 0) throw new Error("no document has examples");
process.exit(failed ? 1 : 0);
