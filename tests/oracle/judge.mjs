// Asks one request of both, and tells where they disagree.

import { print } from "graphql";

import { examine, readIntrospectionFromAnswers, withTypes } from "./execution.mjs";
import { differences, introspectionOf, introspectionQuery } from "./introspection.mjs";
import { bare } from "./plain.mjs";
import { conform } from "./specification.mjs";
import { ask, ofOracle, ofServer } from "./verdicts.mjs";

const words = ({ isValid, why }) => (isValid ? "valid" : `not valid: ${why}`);

export class Judge {
  constructor(schema, server) {
    this.schema = schema;
    this.server = server;
    // What graphql-js itself says, before its schema is made to conform.
    this.introspected = introspectionOf(schema);
    conform(schema);
    readIntrospectionFromAnswers();
  }

  /** What both say of whether a request is valid: `isCounted` unless a limit of the server came first. */
  async verdicts(request) {
    const oracle = ofOracle(this.schema, request);
    const answer = await ask(this.server, request);
    const server = ofServer(answer);
    const isCounted = server.isBroken || server.isValid !== undefined;
    const agree = !server.isBroken && (!isCounted || oracle.isValid === server.isValid);
    const found = agree ? [] : [{ kind: "verdict", request, oracle: words(oracle), server: server.why }];
    return { oracle, server, answer, isCounted, found };
  }

  /** A document that may be valid or not. */
  async mutated(request) {
    const { isCounted, found, oracle } = await this.verdicts(request);
    return { isCounted, isValid: oracle.isValid, found };
  }

  /** A valid document: its answer is judged too. */
  async valid(request) {
    const tree = withTypes(this.schema, request.document);
    const whole = { ...request, text: request.write(tree) };
    const { oracle, server, answer, isCounted, found } = await this.verdicts(whole);
    // Of a mutation without a token there is no answer to judge.
    if (!isCounted || found.length > 0 || !server.isValid || !("data" in answer.body)) return { isCounted, found };
    const { found: faults, plain } = this.examine(whole, oracle, answer);
    const unlike = plain && request.isAskedTwice ? await this.compare(whole, answer, plain) : [];
    return {
      isCounted,
      isExecuted: answer.body.data !== null,
      isAskedTwice: plain && request.isAskedTwice,
      found: [...faults, ...unlike],
    };
  }

  /** What is wrong with an answer, and the request in plain words. */
  examine(request, oracle, { body }) {
    const { found, plain } = examine(this.schema, oracle, body);
    return {
      plain,
      found: found.map(({ what, expected, actual }) => ({
        kind: "execution",
        request,
        oracle: `${what}${expected === undefined ? "" : `, expected ${JSON.stringify(expected)}`}`,
        server: JSON.stringify(actual === undefined ? body.errors : actual) ?? "no errors",
      })),
    };
  }

  /** Whether another document has the same answer. */
  async compare(request, answer, text) {
    const { body } = await ask(this.server, { text, variables: "{}", isOpen: request.isOpen });
    if (bare(body.data) === bare(answer.body.data)) return [];
    return [
      {
        kind: "likeness",
        request,
        oracle: `the answer to ${text}\n  which is   ${JSON.stringify(body.data ?? body.errors)}`,
        server: JSON.stringify(answer.body.data),
      },
    ];
  }

  /** A request of `cases.mjs`: where it is valid its answer is judged, and compared with that of the one it is like. */
  async byHand(request) {
    const { oracle, server, answer, isCounted, found } = await this.verdicts(request);
    if (!isCounted || found.length > 0 || !server.isValid || !answer.body.data) return { isCounted, found };
    const tree = withTypes(this.schema, oracle.document);
    const typed = { ...request, text: tree === oracle.document ? request.text : print(tree) };
    const whole = await ask(this.server, typed);
    const { found: faults, plain } = this.examine(typed, ofOracle(this.schema, typed), whole);
    for (const text of [plain, request.like]) {
      if (text && faults.length === 0) faults.push(...(await this.compare(typed, whole, text)));
    }
    return { isCounted, found: faults };
  }

  async introspection() {
    const request = { text: introspectionQuery, variables: "{}" };
    const { body } = await ask(this.server, request);
    if (!body.data) return [{ kind: "introspection", path: "", oracle: "an answer", server: JSON.stringify(body) }];
    return differences(this.introspected, body.data.__schema).map(({ path, expected, actual }) => ({
      kind: "introspection",
      path,
      oracle: JSON.stringify(expected) ?? "missing",
      server: JSON.stringify(actual) ?? "missing",
    }));
  }
}
