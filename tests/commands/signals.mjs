// Whoever is asked to stop ends by itself, however early: nothing of it stays behind, and it says so by its code.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { end, start } from "./process.mjs";

/// A database that lets everybody in and never says a word.
async function silent(greeted) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    greeted();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `postgres://u@127.0.0.1:${server.address().port}/d?sslmode=disable`, close: () => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  } };
}

export async function signals(program, is) {
  for (const signal of ["SIGTERM", "SIGINT"])
    for (const [command, code] of [["serve", 0], ["migrate", 1]]) {
      let greeted;
      const met = new Promise((done) => (greeted = done));
      const database = await silent(greeted);
      const env = { DATABASE_URL: database.url, CFC_BIND: "127.0.0.1:0", CFC_LIMITS_CONNECTION_MS: "60000", CFC_LIMITS_DEADLINE_MS: "60000" };
      const started = start(program, [command], { env });
      await met;
      const ended = await end(started, signal);
      is(`${signal} before ${command} has its database`, [ended.code, ended.signal], [code, null]);
      database.close();
    }

  for (const signal of ["SIGTERM", "SIGINT"]) {
    const folder = mkdtempSync(join(tmpdir(), "cfc-signals-"));
    const started = start(program, ["demo", "--json"], { env: { TMPDIR: folder, CFC_BIND: "127.0.0.1:0" } });
    const hasBegun = () => readdirSync(folder).some((name) => name.endsWith(".db-wal"));
    while (!hasBegun() && started.child.exitCode === null) await new Promise((done) => setTimeout(done, 5));
    const ended = await end(started, signal);
    is(`${signal} while the demonstration is told`, [ended.code, ended.signal, ended.stdout], [0, null, ""]);
    is("and its database is gone", readdirSync(folder), []);
    rmSync(folder, { recursive: true });
  }
}
