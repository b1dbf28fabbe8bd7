// A mobile app signs a person in at a stock OpenID provider (authorization code with PKCE), accepts
// an invitation and works; the provider changes its keys under way. Argument: the path of `cfc`.

import * as oauth from "openid-client";

import { visit } from "./browser.mjs";
import { API, CLIENT, REDIRECT, start as startProvider } from "./provider.mjs";
import { start as startServer } from "./server.mjs";

let failed = 0;

function is(what, actual, expected) {
  const holds = JSON.stringify(actual) === JSON.stringify(expected);
  if (!holds) failed++;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds ? "" : `: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`}`);
}

const provider = await startProvider();
const server = await startServer(process.argv[2], [
  { issuer: provider.issuer, name: "A town", audience: API, client_id: CLIENT, algorithms: ["ES256"],
    scopes: ["openid", "offline_access"], authorized_parties: [CLIENT] },
]);

async function ask(query, variables, token) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(`${server.base}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { status: response.status, ...(await response.json()) };
}

const header = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url"));

try {
  // Before anybody signs in, the app asks where.
  const where = await ask(`{ signInOptions(municipality: { code: "FI-837" }) { name issuer clientId audience scopes } }`);
  const [option] = where.data.signInOptions;
  is("the app learns where people sign in", option,
    { name: "A town", issuer: provider.issuer, clientId: CLIENT, audience: API, scopes: ["openid", "offline_access"] });

  // The code flow, as RFC 8252 asks of a native app.
  const issuer = await oauth.discovery(new URL(option.issuer), option.clientId, undefined, oauth.None(),
    { execute: [oauth.allowInsecureRequests] });
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const expectedState = oauth.randomState();
  const begin = oauth.buildAuthorizationUrl(issuer, {
    redirect_uri: REDIRECT,
    scope: option.scopes.join(" "),
    resource: option.audience,
    prompt: "consent",
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await visit(begin, REDIRECT, "person-1");
  is("the answer names its issuer", back.searchParams.get("iss"), provider.issuer);
  const granted = await oauth.authorizationCodeGrant(issuer, back, { pkceCodeVerifier, expectedState }, { resource: option.audience });
  is("the access token is one", header(granted.access_token).typ, "at+jwt");

  const viewer = "{ viewer { account { status } roles scopes unlinkedIdentity { issuer subject } } }";
  const stranger = (await ask(viewer, {}, granted.access_token)).data.viewer;
  is("a stranger is known to the provider alone", [stranger.account, stranger.roles, stranger.unlinkedIdentity],
    [null, ["PUBLIC"], { issuer: provider.issuer, subject: "person-1" }]);

  // A manager invites, the person accepts.
  const manager = server.cfc("token", server.cfc("account", "add", "--name", "A manager", "--role", "PROGRAMME_MANAGER", "--programme", "FI"));
  const { data: { municipality } } = await ask(`{ municipality(by: { code: "FI-837" }) { id } }`);
  const invite = `mutation Invite($input: InviteAccountInput!) { inviteAccount(input: $input) {
    account { invitationCode status } userErrors { code message } } }`;
  const input = { name: "A coordinator", email: "one@town.example", role: "COORDINATOR", programme: "FI", municipalityId: municipality.id };
  const invited = (await ask(invite, { input }, manager)).data.inviteAccount;
  is("an invitation has a code", invited.account?.status, "INVITED");
  const accept = `mutation Accept($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
    account { status } userErrors { code message } } }`;
  const code = { input: { code: invited.account.invitationCode } };
  const accepted = (await ask(accept, code, granted.access_token)).data.acceptInvitation;
  is("the person accepts it", accepted, { account: { status: "ACTIVE" }, userErrors: [] });
  const known = (await ask(viewer, {}, granted.access_token)).data.viewer;
  is("and is the coordinator", [known.roles, known.unlinkedIdentity], [["PUBLIC", "COORDINATOR"], null]);
  const helper = { ...input, name: "A member", email: "two@town.example", role: "STEERING_MEMBER" };
  is("who works", (await ask(invite, { input: helper }, granted.access_token)).data.inviteAccount.userErrors, []);
  is("an ID token is no access token", (await ask(viewer, {}, granted.id_token)).status, 401);

  // The provider signs with another key, and forgets the first.
  provider.sign("second");
  const renewed = await oauth.refreshTokenGrant(issuer, granted.refresh_token, { resource: option.audience });
  is("the new token has another key", [header(granted.access_token).kid, header(renewed.access_token).kid], ["first", "second"]);
  const after = await ask(viewer, {}, renewed.access_token);
  is("and is accepted at once", after.data?.viewer.roles, ["PUBLIC", "COORDINATOR"]);
  is("a token of the old key is refused", (await ask(viewer, {}, granted.access_token)).status, 401);
  is("the refresh token was changed too", renewed.refresh_token !== granted.refresh_token, true);
} finally {
  server.stop();
  provider.stop();
}
process.exit(failed ? 1 : 0);
