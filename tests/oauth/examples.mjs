// Runs the shell examples of a document against the server. Arguments: the document and the line
// that `cfc demo --json` printed.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const [document, line] = process.argv.slice(2);
const { graphql, client, tokens } = JSON.parse(line);
const env = { ...process.env, API: new URL(graphql).origin, CLIENT_ID: client.id, CLIENT_SECRET: client.secret, TOKEN: tokens.COORDINATOR };
const examples = [...readFileSync(document, "utf8").matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1]);
if (examples.length === 0) throw new Error(`${document} has no examples`);
let failed = 0;
for (const example of examples) {
  const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", example], { env, encoding: "utf8" });
  const holds = status === 0 && stdout !== "" && !stdout.includes('"errors"');
  if (!holds) failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${example.split("\n")[0]}${holds ? "" : `\n${stdout}${stderr}`}`);
}
process.exit(failed ? 1 : 0);
