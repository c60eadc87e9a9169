// A GWS in place of `fetch` and `XMLHttpRequest`: one supervisor, one agent, notifications that the test pushes.
// It notes every request, and what the page showed at that moment.

const SUPERVISOR = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
const TARGET = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";

// Each installation answers at an address of its own, so that the last words of the element of one
// test are not taken for words of the next.
const state = { base: "", installations: 0, requests: [], held: null, look: () => "" };

const device = (extra) => ({
  id: SUPERVISOR,
  deviceState: "Active",
  phoneNumber: "5005",
  userState: { state: "NotReady" },
  capabilities: ["ListenIn"],
  ...extra,
});

const json = (body) => new Response(JSON.stringify(body), { headers: { "X-CSRF-TOKEN": "17" } });

function bayeux(messages, signal) {
  const [first] = messages;
  const reply = { channel: first.channel, id: first.id, successful: true };
  switch (first.channel) {
    case "/meta/handshake":
      Object.assign(reply, { clientId: "c1", version: "1.0", supportedConnectionTypes: ["long-polling"] });
      return json([reply]);
    case "/meta/connect":
      if (first.advice?.timeout === 0) return json([reply]);
      return new Promise((resolve, reject) => {
        state.held = (data) => resolve(json([{ channel: "/v2/me/devices", data }, reply]));
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      });
    default:
      return json(messages.map((m) => ({ channel: m.channel, id: m.id, successful: true, subscription: m.subscription })));
  }
}

async function fakeFetch(input, init) {
  const request = new Request(input, init);
  const path = new URL(request.url).pathname;
  if (!path.startsWith(state.base)) return json([]);
  const shown = state.look();
  const text = request.method === "POST" ? await request.text() : "";
  const body = text ? JSON.parse(text) : null;
  const channel = Array.isArray(body) ? body[0].channel : "";
  state.requests.push({ path, channel, keepalive: request.keepalive, shown });
  if (path.includes("/notifications")) return bayeux(body, request.signal);
  if (path.endsWith("/me")) return json({ statusCode: 0, user: { id: "u1", firstName: "Sue", lastName: "Visor" } });
  if (path.endsWith("/me/devices")) return json({ statusCode: 0, devices: [device()] });
  if (path.endsWith("/me/calls")) return json({ statusCode: 0, calls: [] });
  if (path.endsWith("/users")) {
    const devices = [{ id: TARGET, phoneNumber: "6001", deviceState: "Active", userState: { state: "Ready" } }];
    return json({ statusCode: 0, users: [{ id: "u2", firstName: "Bo", lastName: "Abbott", devices }] });
  }
  return json({ statusCode: 6, statusMessage: "no such thing" });
}

/** What polls travel by; answered like a `fetch`. */
class FakeXMLHttpRequest {
  #address = {};
  #controller = new AbortController();
  status = 0;
  response = null;
  onloadend = null;

  open(method, url) {
    this.#address = { method, url };
  }

  setRequestHeader() {}

  getAllResponseHeaders() {
    return "";
  }

  abort() {
    this.#controller.abort();
  }

  async send(body) {
    const { method, url } = this.#address;
    // The bytes are the module's, and only lent.
    const request = new Request(url, { method, body: body.slice(), signal: this.#controller.signal });
    try {
      const response = await fakeFetch(request);
      this.response = await response.arrayBuffer();
      this.status = response.status;
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    this.onloadend?.(new Event("loadend"));
  }
}

/** Puts the fake in place and tells its address. `look` tells what the page shows. */
export function install(look) {
  const base = `/fake-${++state.installations}/api/v2`;
  Object.assign(state, { base, requests: [], held: null, look });
  window.fetch = fakeFetch;
  window.XMLHttpRequest = FakeXMLHttpRequest;
  return base;
}

/** Whether a connect is held. */
export const isHeld = () => state.held !== null;

/** Answers the held connect with a device that listens in to the agent. */
export function pushListening() {
  const held = state.held;
  state.held = null;
  const targetDeviceUri = `http://elsewhere/api/v2/devices/${TARGET}`;
  held({
    messageType: "DeviceStateChangeMessage",
    devices: [
      device({ supervisorMonitoringState: { state: "ListenIn", mode: "AllCalls", scope: "Call", targetDeviceUri } }),
    ],
  });
}

/** How many requests carried that channel. */
export const count = (channel) => state.requests.filter((r) => r.channel === channel).length;

/** What the page showed when the last request with that channel left. */
export const shownAtLast = (channel) => state.requests.filter((r) => r.channel === channel).at(-1)?.shown ?? "";

/** Whether the last request with that channel may outlive the page. */
export const lastIsKeptAlive = (channel) => state.requests.filter((r) => r.channel === channel).at(-1)?.keepalive ?? false;
