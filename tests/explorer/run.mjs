// Usage: node run.mjs EXPLORER_URL
// The URL of an explorer in demo mode. CHROMIUM names another browser than /usr/bin/chromium,
// SCREENSHOT a PNG file to write at the end.
import assert from "node:assert/strict";
import { complaints, launch } from "./browser.mjs";
import { Explorer } from "./explorer.mjs";

const ROLES = "{ viewer { roles } }";
const url = process.argv[2];
if (!url) {
  console.error("Usage: node run.mjs EXPLORER_URL");
  process.exit(2);
}

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1360, height: 820 } });
page.setDefaultTimeout(15_000);
const found = complaints(page, new URL(url).origin);
const explorer = new Explorer(page);
let publicAnswer;

// What is left of a budget comes back while one looks.
const withoutBudget = (answer) => answer.replace(/"remaining": \d+/, '"remaining": …');

const tests = {
  "the page opens": () => explorer.open(url),

  "a query is typed, run and answered": async () => {
    await explorer.type(ROLES);
    const { status } = await explorer.run();
    assert.equal(status, 200);
    publicAnswer = withoutBudget(await explorer.shows("PUBLIC"));
  },

  "another role gets another answer": async () => {
    await explorer.role("COORDINATOR");
    await explorer.type(ROLES);
    await explorer.run();
    const answer = withoutBudget(await explorer.shows("COORDINATOR"));
    assert.notEqual(answer, publicAnswer);
    assert.notEqual(await page.locator("#may").textContent(), "");
  },

  "the token can be laid down again": async () => {
    await explorer.withoutToken();
    await explorer.run();
    assert.equal(withoutBudget(await explorer.shows("PUBLIC")), publicAnswer);
  },

  "the editor knows the schema": async () => {
    await explorer.type("{ viewer { noSuchField } }");
    await page.locator(".graphiql-query-editor .squiggly-error").first().waitFor();
  },

  "the documentation opens": async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    await page.locator(".graphiql-doc-explorer a", { hasText: /^Query$/ }).waitFor();
    await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  },

  "every sample opens in a tab of its own": async () => {
    const names = await explorer.samples();
    assert.equal(names.length, 5);
    for (const name of names) {
      const before = await explorer.tabs();
      await explorer.sample(name);
      assert.equal(await explorer.tabs(), before + 1, name);
      assert.match(await explorer.query(), /^# .*\n[^]*(query|mutation) /, name);
    }
  },

  "the public sample is answered": async () => {
    const [directory] = await explorer.samples();
    await explorer.sample(directory);
    const { status, body } = await explorer.run();
    assert.equal(status, 200);
    assert.equal(body.errors, undefined);
    assert.ok(body.data.municipalities.nodes.length > 0);
    await explorer.shows("municipalities");
  },

  "nothing was refused, failed or asked of another host": () => assert.deepEqual(found, []),
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${error.message.replaceAll("\n", "\n        ")}`);
  }
}
if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
await browser.close();
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
