// Signs in to GWS, as a page does before its client starts: HTTP Basic once, then cookies, and with
// every change the CSRF token, which any GET returns.

export class SignIn {
  #base;
  #authorization;
  #cookies = new Map();
  #csrf = {};

  constructor({ base, user, password }) {
    this.#base = base;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }

  /** Signs in, or signs in again. */
  async renew() {
    const response = await fetch(`${this.#base}/me`, {
      headers: { Authorization: this.#authorization },
    });
    if (!response.ok) throw new Error(`sign-in: HTTP ${response.status}`);
    for (const line of response.headers.getSetCookie()) this.take(line);
    const name = response.headers.get("x-csrf-header");
    this.#csrf = { [name]: response.headers.get(name) };
  }

  /** Stores the cookie of a Set-Cookie header. */
  take(line) {
    const [pair] = line.split(";");
    const [name] = pair.split("=", 1);
    this.#cookies.set(name.trim(), pair.trim());
  }

  /** The cookies to send, each as `name=value`. */
  get cookies() {
    return [...this.#cookies.values()];
  }

  /** The header that proves that a change comes from this page. */
  get csrf() {
    return this.#csrf;
  }

  /** Makes a request to the REST API; resolves to the reply's JSON. */
  async request(method, path, body) {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { Cookie: this.cookies.join("; "), "Content-Type": "application/json", ...this.#csrf },
      body: body && JSON.stringify(body),
    });
    return response.json();
  }
}
