// The explorer as a person uses it: by what is seen, clicked and typed.
const QUERY = ".graphiql-query-editor .monaco-editor";
const RESPONSE = ".graphiql-response .view-lines";

export class Explorer {
  constructor(page) {
    this.page = page;
  }

  async open(url) {
    await this.page.goto(url);
    await this.page.locator(`${QUERY} .view-lines`).waitFor();
    await this.page.locator("#sample:enabled").waitFor();
  }

  async type(query) {
    await this.page.locator(QUERY).click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.type(query, { delay: 15 });
    // A list of completions may be open; it must not take the next key.
    await this.page.keyboard.press("Escape");
  }

  /** Runs what is in the editor and gives the status and the parsed answer of the request. */
  async run() {
    const answered = this.page.waitForResponse((response) => response.request().method() === "POST");
    await this.page.locator(".graphiql-execute-button").click();
    const response = await answered;
    await this.page.locator(".graphiql-spinner").waitFor({ state: "hidden" });
    return { status: response.status(), body: await response.json() };
  }

  /** The text of the query editor as it is shown. */
  query() {
    return shown(this.page.locator(`${QUERY} .view-lines`));
  }

  /** Waits until the answer that is shown holds `text`. */
  async shows(text) {
    await this.page.locator(RESPONSE, { hasText: text }).waitFor();
    return shown(this.page.locator(RESPONSE));
  }

  async role(role) {
    const value = await this.page.locator(`#role option[data-role="${role}"]`).getAttribute("value");
    await this.page.locator("#role").selectOption(value);
  }

  async withoutToken() {
    await this.page.locator("#role").selectOption("");
  }

  samples() {
    return this.page.locator("#sample option:enabled").allTextContents();
  }

  async sample(name) {
    await this.page.locator("#sample").selectOption({ label: name });
  }

  tabs() {
    return this.page.locator(".graphiql-tab").count();
  }
}

/** The editor writes spaces as no-break spaces. */
async function shown(lines) {
  return (await lines.innerText()).replaceAll("\u00a0", " ");
}
