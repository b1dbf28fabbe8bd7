/**
 * One POST per operation. The role that is chosen decides the `Authorization` header; without
 * one, what the headers editor says stands.
 */
export function fetcherFor(url, currentToken) {
  return async (body, options) => {
    const headers = new Headers(options?.headers);
    headers.set("content-type", "application/json");
    headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
    const token = currentToken();
    if (token) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`The server answered ${response.status} with something that is not JSON: ${text.slice(0, 500)}`);
    }
  };
}
