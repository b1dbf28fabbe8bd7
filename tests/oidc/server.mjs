// A server over a database of its own that trusts one issuer. Argument: the path of `cfc`.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export async function start(program, issuers) {
  const folder = mkdtempSync(join(tmpdir(), "cfc-oidc-"));
  const bind = `127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    DATABASE_URL: `sqlite://${join(folder, "people.db")}?mode=rwc`,
    CFC_BIND: bind,
    CFC_ISSUERS: JSON.stringify(issuers),
  };
  const cfc = (...words) => execFileSync(program, words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  cfc("migrate");
  cfc("programme", "load", "fi");
  const log = [];
  const child = spawn(program, ["serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => log.push(text));
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const base = `http://${bind}`;
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${base}/health/ready`).catch(() => undefined);
    if (ready?.ok) return { base, cfc, stop };
    if (tries > 300 || child.exitCode !== null) {
      stop();
      throw new Error(`The server is not ready.\n${log.join("")}`);
    }
    await new Promise((later) => setTimeout(later, 100));
  }
}
