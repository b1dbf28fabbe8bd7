// What a person does in the browser that an app opens: follows redirects, signs in, consents. Ends
// with the address that the app is called back at.

export async function visit(start, redirect, login) {
  const jar = new Map();
  let address = new URL(start);
  let form;
  for (let step = 0; step < 20; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, { method: form ? "POST" : "GET", body: form, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    form = undefined;
    const next = response.headers.get("location");
    if (next?.startsWith(redirect)) return new URL(next);
    if (next) {
      address = new URL(next, address);
      continue;
    }
    const page = await response.text();
    const action = page.match(/<form[^>]*action="([^"]+)"/)?.[1];
    const prompt = page.match(/name="prompt" value="([^"]+)"/)?.[1];
    if (!response.ok || !action) throw new Error(`${address}: ${response.status}\n${page}`);
    address = new URL(action, address);
    form = new URLSearchParams(prompt === "login" ? { prompt, login, password: "x" } : { prompt });
  }
  throw new Error("The app was never called back.");
}
