// A stock OAuth library finds the server by its metadata, gets a token as a machine client and asks
// with it. Argument: the line that `cfc demo --json` printed.

import * as oauth from "openid-client";

const { graphql, client } = JSON.parse(process.argv[2]);
let failed = 0;

function is(what, actual, expected) {
  const holds = JSON.stringify(actual) === JSON.stringify(expected);
  if (!holds) failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : `: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`}`);
}

const issuer = new URL(client.tokenUrl).origin;
const found = (authentication) =>
  oauth.discovery(new URL(issuer), client.id, client.secret, authentication, {
    algorithm: "oauth2",
    execute: [oauth.allowInsecureRequests],
  });

for (const [name, authentication] of [
  ["client_secret_basic", oauth.ClientSecretBasic(client.secret)],
  ["client_secret_post", oauth.ClientSecretPost(client.secret)],
]) {
  const server = await found(authentication);
  is(`${name}: the token endpoint is found`, server.serverMetadata().token_endpoint, client.tokenUrl);
  const granted = await oauth.clientCredentialsGrant(server);
  is(`${name}: all scopes of the client`, granted.scope.split(" "), client.scopes);

  const response = await oauth.fetchProtectedResource(
    server,
    granted.access_token,
    new URL(graphql),
    "POST",
    JSON.stringify({ query: "{ viewer { roles municipalities { code } } }" }),
    new Headers({ "content-type": "application/json" }),
  );
  const { viewer } = (await response.json()).data;
  is(`${name}: the token acts for Tampere`, viewer, { roles: ["PUBLIC", "SERVICE_ACCOUNT"], municipalities: [{ code: "FI-837" }] });

  const narrow = await oauth.clientCredentialsGrant(server, { scope: client.scopes[0] });
  is(`${name}: one scope if one is asked for`, narrow.scope, client.scopes[0]);
  is(`${name}: the token is in force`, (await oauth.tokenIntrospection(server, narrow.access_token)).active, true);
  await oauth.tokenRevocation(server, narrow.access_token);
  is(`${name}: and is not once revoked`, (await oauth.tokenIntrospection(server, narrow.access_token)).active, false);
}
process.exit(failed ? 1 : 0);
