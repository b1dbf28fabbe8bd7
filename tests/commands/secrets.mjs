// No secret is told, whatever is wrong: each setting with a secret in it, from the file and from the
// environment, for each command; what it prints and logs holds no part of the secret.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { end, run, start } from "./process.mjs";

const SECRET = "Kn0rpelf1sch";
const HALVES = [SECRET.slice(0, 6), SECRET.slice(6)];
const s = SECRET;

const COMMANDS = [
  ["serve"], ["demo", "--json"], ["migrate"], ["config"], ["schema"], ["permissions"], ["permissions", "--markdown"],
  ["programme", "load", "fi"], ["account", "add", "--name", "x", "--role", "PROGRAMME_MANAGER", "--programme", "FI"],
  ["account", "link", "acc_01h455vb4pex5vsknk084sn02q", "--issuer", "https://a.example", "--subject", "x"],
  ["client", "add", "--name", "x", "--programme", "FI", "--scope", "plans:read"],
  ["client", "rotate", "cli_01h455vb4pex5vsknk084sn02q"], ["client", "revoke", "cli_01h455vb4pex5vsknk084sn02q"],
  ["audit", "verify"], ["key", "rotate"], ["restore-mark"], ["token", "acc_01h455vb4pex5vsknk084sn02q"],
];

const text = (value) => JSON.stringify(value);
const issuer = (more) => ({ issuer: "https://id.town.example", audience: "x", client_id: "app", ...more });
const inline = (value) => Array.isArray(value) ? `[${value.map(inline).join(", ")}]`
  : value !== null && typeof value === "object" ? `{ ${Object.entries(value).map(([k, v]) => `${k} = ${inline(v)}`).join(", ")} }`
  : text(value);

/// The addresses of a database; `closed` is a port that nobody answers at, `asking` one that asks for the password
/// and refuses it.
const addresses = (closed, asking) => [
  `postgres://u:${s}@127.0.0.1:${closed}/d`, `postgres://u:${s}@127.0.0.1:${asking}/d?sslmode=disable`,
  `postgresql://127.0.0.1:${closed}/d?user=u&password=${s}`, `postgres://127.0.0.1:${closed}/d?pass%77ord=${s}`,
  `postgres://127.0.0.1:${closed}/d?options=-c%20x%3D${s}`, `postgres://u:${s}@127.0.0.1:${closed}/d?passwrd=${s}`,
  `postgres://u:${s}@127.0.0.1:port/d`, `postgres://u:pa/${s}@h/d`, `postgres://u:12/${s}@h/d`, `postgres://u:pa?${s}@h/d`,
  `postgres://u:12#${s}@h/d`, `postgres://u:${s}@h:99999/d`, `postgres://u:${s}@h/d?sslmode=${s}`, `postgres://u:${s}%@[/d`,
  `mysql://u:${s}@h/d`, `sqlite://u:${s}@h/d`, `sqlite://cfc.db?key=${s}`, `sqlite://cfc.db?mode=${s}`, s, ` ${s}`,
];

/// What a setting may wrongly be, by its key: a secret in the place of something else, or beside it.
const wrong = (closed, asking) => ({
  database_url: addresses(closed, asking),
  database_connections: [s, `8 ${s}`],
  bind: [s, `127.0.0.1:${s}`, `u:${s}@127.0.0.1:80`],
  metrics_bind: [s, `u:${s}@127.0.0.1:80`],
  public_url: [`https://u:${s}@api.example`, `https://${s}@api.example`, `https://api.example?token=${s}`, `://${s}`],
  cors_origins: [[`https://u:${s}@map.example`], ["https://map.example", `x ${s}`]],
  trusted_proxies: [[`u:${s}@10.0.0.1`], ["10.0.0.0/8", s]],
  issuers: [
    [issuer({ issuer: `https://u:${s}@id.example` })], [issuer({ issuer: s })], [issuer({ jwks_uri: `https://u:${s}@id.example/k` })],
    [issuer({ algorithms: [s] })], [issuer({ max_lifetime: s })], [issuer({ scopes: s })], [issuer({ token_type: s })],
    [issuer({ client_secret: s })], [issuer({ require_scopes: s })], [issuer({ audience: { secret: s } })], [s], s, `[${s}`,
  ],
});

/// Nobody answers at this port: it was taken and given back.
async function closedPort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/// A server that asks for the password in the clear and refuses it.
async function asking() {
  const server = createServer((socket) => {
    let asked = false;
    socket.on("error", () => {});
    socket.on("data", () => {
      if (!asked) {
        asked = true;
        return socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      }
      const fields = Buffer.from('SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0');
      const length = Buffer.alloc(4);
      length.writeInt32BE(fields.length + 4);
      socket.end(Buffer.concat([Buffer.from("E"), length, fields]));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

export async function secrets(program, is) {
  const folder = mkdtempSync(join(tmpdir(), "cfc-secrets-"));
  const server = await asking();
  const settings = wrong(await closedPort(), server.address().port);
  const cases = [];
  for (const [key, values] of Object.entries(settings))
    for (const value of values) {
      const name = key === "database_url" ? "DATABASE_URL" : `CFC_${key.toUpperCase()}`;
      const list = key === "cors_origins" || key === "trusted_proxies";
      const said = list ? value.join(",") : typeof value === "string" ? value : JSON.stringify(value);
      cases.push({ env: { [name]: said } }, { file: `${key} = ${inline(value)}\n` });
    }
  cases.push({ env: { CFC_LIMITS_DEPTH: s } }, { file: `[limits]\ndepth = "${s}"\n` }, { file: `limits = "${s}"\n` });
  cases.push({ file: `database_url = "postgres://u:${s}@h/d\n` }, { file: `password ${s}\n` }, { file: `bind = "${s}" "${s}"\n` });
  cases.push({ file: `x = 1\n\nbind = '127.0.0.1:80' # ${s}\nbind = '${s}'\n` });

  let tried = 0;
  const leaks = [];
  const unended = [];
  const one = async ({ env, file }, command, number) => {
    const args = [...command];
    if (file) {
      const path = join(folder, `${number}.toml`);
      writeFileSync(path, file);
      args.push("--config", path);
    }
    const cwd = mkdtempSync(join(folder, "at-"));
    // The environment goes before the file.
    const bind = file?.startsWith("bind") ? {} : { CFC_BIND: "127.0.0.1:0" };
    const ended = await run(program, args, { env: { ...bind, CFC_LIMITS_CONNECTION_MS: "300", ...env }, cwd });
    const told = ended.stdout + ended.stderr;
    tried++;
    const what = `${command.join(" ")} with ${env ? JSON.stringify(env) : file.trim()}`;
    if (HALVES.some((half) => told.includes(half))) leaks.push(`${what}\n${told}`);
    // What is wrong is said in a sentence, and by no panic.
    if (ended.isKilled || told.includes("panicked")) unended.push(`${what}\n${told}`);
    if (ended.code !== 0 && ended.stderr.trim() === "") unended.push(`${what}: not a word`);
  };
  const queue = cases.flatMap((each) => COMMANDS.map((command) => [each, command]));
  let next = 0;
  const worker = async () => {
    while (next < queue.length) {
      const number = next++;
      await one(...queue[number], number);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  server.close();
  is(`no secret in what ${tried} commands told`, leaks, []);
  is("each ended by itself, with a word", unended, []);

  // A panic tells where, never what. A value that is no text is told by its name.
  const odd = await run("bash", ["-c", `DATABASE_URL=$'postgres://u:${s}\\xff@h/d' exec "$0" config`, program], { env: {} });
  is("what is no text is named", [odd.code, odd.stderr.trim()], [1, "DATABASE_URL is no text in UTF-8."]);

  // An address of keys may have a secret in its parameters: nobody answers there, and the log says so.
  const url = `sqlite://${join(folder, "keys.db")}`;
  await run(program, ["migrate"], { env: { DATABASE_URL: url } });
  await run(program, ["programme", "load", "fi"], { env: { DATABASE_URL: url } });
  const keys = JSON.stringify([issuer({ jwks_uri: `http://127.0.0.1:${await closedPort()}/keys?code=${s}` })]);
  const serving = start(program, ["serve"], { env: { DATABASE_URL: url, CFC_BIND: "127.0.0.1:0", CFC_ISSUERS: keys } });
  await serving.until((told) => told.stderr.includes("no keys of an issuer"));
  const { stdout, stderr } = await end(serving, "SIGTERM");
  is("nor in the log of a server", HALVES.some((half) => (stdout + stderr).includes(half)), false);
  rmSync(folder, { recursive: true });
}
