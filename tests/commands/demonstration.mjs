// Two demonstrations of one seed: the same content, and no secret of the one in the other.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { end, start } from "./process.mjs";

const CONTENT = `{ municipalities(first: 100, filter: { programme: { eq: "FI" } }) { nodes { id code cycles { id status
  assessments { id status } actionPlans { id status } } } } }`;

/// Asks a demonstration for its content and for a new secret and a new code.
async function asked({ graphql, tokens, client }) {
  const ask = async (query, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(graphql, { method: "POST", headers, body: JSON.stringify({ query }) });
    return (await response.json()).data;
  };
  const content = JSON.stringify(await ask(CONTENT));
  const { municipality } = await ask('{ municipality(by: { code: "FI-837" }) { id } }');
  const invite = `mutation { inviteAccount(input: { name: "x", email: "x@town.example", role: COORDINATOR, programme: "FI",
    municipalityId: "${municipality.id}" }) { account { invitationCode } } }`;
  const code = (await ask(invite, tokens.PROGRAMME_MANAGER)).inviteAccount.account.invitationCode;
  const rotate = `mutation { rotateApiClientSecret(input: { clientId: "${client.id}" }) { apiClient { newSecret } } }`;
  const secret = (await ask(rotate, tokens.PROGRAMME_MANAGER)).rotateApiClientSecret.apiClient.newSecret;
  return { content, made: [code, secret] };
}

export async function demonstration(program, is) {
  const folder = mkdtempSync(join(tmpdir(), "cfc-demo-"));
  const contents = [];
  const secrets = [];
  for (const name of ["one.db", "two.db"]) {
    const env = { DATABASE_URL: `sqlite://${join(folder, name)}`, CFC_BIND: "127.0.0.1:0" };
    const started = start(program, ["demo", "--json", "--today", "2026-11-20"], { env });
    await started.until((told) => told.stdout.includes("\n"));
    const line = JSON.parse(started.told.stdout);
    const { content, made } = await asked(line);
    contents.push(content);
    secrets.push(...line.clients.map((client) => client.secret), ...made);
    const { code, signal } = await end(started, "SIGTERM");
    is(`${name}: who serves and is asked to stop ends well`, [code, signal], [0, null]);
  }
  is("the content is the same on every machine", contents[0] === contents[1] && contents[0].length > 10_000, true);
  is("each has four secrets", secrets.filter((secret) => secret?.length > 40).length, 8);
  is("and none is that of another machine", new Set(secrets).size, 8);
  rmSync(folder, { recursive: true });
}
