// Ids of what the demonstration holds, some of each kind, so that documents find something.

import { ask } from "./verdicts.mjs";

const EACH = 3;
const WHERE = `{
  municipalities(first: 3) { nodes { id history(first: 100) { nodes { targetId changes { id } } } } }
  municipality(by: { code: "FI-837" }) { history(first: 100) { nodes { targetId changes { id } } } }
  newest: auditLog(first: 100) { nodes { id targetId changes { id } } }
  oldest: auditLog(last: 100) { nodes { targetId changes { id } } }
  programmes { id currentVersion { id } }
  indicators(programme: "FI") { id }
  recognitionDecisions(first: 3) { nodes { id } }
}`;

export async function someIds(server) {
  const { body } = await ask(server, { text: WHERE, variables: "{}" });
  const kinds = new Map();
  for (const [id, kind] of JSON.stringify(body).matchAll(/\b([a-z]+)_[0-7][0-9a-z]{25}\b/g)) {
    if (!kinds.has(kind)) kinds.set(kind, new Set());
    if (kinds.get(kind).size < EACH) kinds.get(kind).add(id);
  }
  if (kinds.size < 10) throw new Error(`The demonstration tells too little: ${JSON.stringify(body).slice(0, 500)}`);
  return Object.fromEntries([...kinds].map(([kind, ids]) => [kind, [...ids]]));
}
