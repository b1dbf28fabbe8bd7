// A stock OpenID provider on loopback for one public client, whose keys can be changed under way.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

import Provider from "oidc-provider";

export const API = "https://api.town.example";
export const CLIENT = "mobile-app";
export const REDIRECT = "example.town.app:/callback";

function key(kid) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
}

// What the provider remembers, whichever keys it has.
const kept = new Map();

class Memory {
  constructor(name) {
    this.name = name;
  }
  #of = (id) => `${this.name} ${id}`;
  #where = (holds) => [...kept].filter(([key, value]) => key.startsWith(`${this.name} `) && holds(value));
  upsert = async (id, value) => void kept.set(this.#of(id), value);
  find = async (id) => kept.get(this.#of(id));
  findByUid = async (uid) => this.#where((value) => value.uid === uid)[0]?.[1];
  findByUserCode = async (code) => this.#where((value) => value.userCode === code)[0]?.[1];
  consume = async (id) => void (kept.get(this.#of(id)).consumed = Math.floor(Date.now() / 1000));
  destroy = async (id) => void kept.delete(this.#of(id));
  revokeByGrantId = async (grant) => this.#where((value) => value.grantId === grant).forEach(([key]) => kept.delete(key));
}

function configuration(keys) {
  return {
    adapter: Memory,
    jwks: { keys },
    cookies: { keys: ["only for this test"] },
    clients: [
      {
        client_id: CLIENT,
        application_type: "native",
        token_endpoint_auth_method: "none",
        redirect_uris: [REDIRECT],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        id_token_signed_response_alg: "ES256",
      },
    ],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "plans:read",
          audience: API,
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
  };
}

export async function start() {
  let answer;
  const server = createServer((request, response) => answer(request, response));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const sign = (kid) => {
    answer = new Provider(issuer, configuration([key(kid)])).callback();
  };
  sign("first");
  return { issuer, sign, stop: () => server.close() };
}
