// Runs `cfc` with an environment of its own and keeps what it tells.

import { spawn } from "node:child_process";

/// Long enough for every command of a development build on a busy machine.
const PATIENCE = 180_000;

export function start(program, args, { env, cwd }) {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, HOME: "/nonexistent", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const told = { stdout: "", stderr: "" };
  const waiting = new Set();
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (part) => {
      told[stream] += part;
      for (const look of waiting) look();
    });
  const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  const ended = new Promise((done) => child.on("close", (code, signal) => {
    clearTimeout(limit);
    done({ ...told, code, signal, isKilled: signal === "SIGKILL" });
  }));
  const until = (holds) => new Promise((done, fail) => {
    const look = () => holds(told) && (waiting.delete(look), done());
    waiting.add(look);
    look();
    ended.then(() => fail(new Error(`It ended before: ${told.stdout}${told.stderr}`)));
  });
  return { child, ended, until, told };
}

export const run = (program, args, options) => start(program, args, options).ended;

export function end(started, signal) {
  started.child.kill(signal);
  return started.ended;
}
