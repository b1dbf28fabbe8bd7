// Usage: node run.mjs URL
// Asks the server at URL all audits of GraphQL over HTTP. A recommendation that is not met counts
// as a failure like a demand that is not met, and so does a changed number of audits.
import { serverAudits } from "graphql-http";

const EXPECTED = 61;
const DEADLINE_MS = 10_000;

const url = process.argv[2];
if (!url) {
  console.error("Usage: node run.mjs URL");
  process.exit(2);
}

const withDeadline = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) });

/** Why the audit failed, or nothing. */
async function failure(audit) {
  try {
    const result = await audit.fn();
    return result.status === "ok" ? undefined : `${result.status}: ${result.reason}`;
  } catch (error) {
    return `no answer: ${error.cause?.message ?? error.message}`;
  }
}

const audits = serverAudits({ url, fetchFn: withDeadline });
let failed = 0;
for (const audit of audits) {
  const reason = await failure(audit);
  if (reason === undefined) continue;
  failed += 1;
  console.log(`FAILED ${audit.id} ${audit.name}\n       ${reason}`);
}
console.log(`${audits.length - failed} passed, ${failed} failed`);
if (audits.length !== EXPECTED) console.log(`Expected ${EXPECTED} audits, found ${audits.length}`);
process.exit(failed === 0 && audits.length === EXPECTED ? 0 : 1);
