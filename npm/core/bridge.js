// The frame's end of the connection with the embedding page; frame-host.js is the other. Each message is `{
// protocol, version, type, … }`, sent to one origin, and only accepted from that origin and the parent window.

const PROTOCOL = "listen-in";
const VERSION = 1;

const METHODS = ["listenIn", "coach", "bargeIn", "stop", "answer", "leave", "switchTo", "mute", "retry", "focus"];
const EVENTS = ["connection", "device", "monitoring", "call", "request", "receipt", "before-request", "error", "storage-access"];

/** Lets the embedding page, of `origin`, use the element. */
export function serve(element, origin) {
  const host = window.parent;
  // Distinguishes one load of the frame from the next.
  const instance = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const calls = new Map();
  const send = (type, rest) => host.postMessage({ protocol: PROTOCOL, version: VERSION, type, ...rest }, origin);
  const ready = () => send("ready", { instance, widget: element.version, state: element.state });

  const call = async ({ id, method, given, isAbortable }) => {
    // A pending request is not made again.
    if (calls.has(id)) return;
    const controller = new AbortController();
    calls.set(id, controller);
    const { signal } = controller;
    try {
      if (!METHODS.includes(method)) throw Object.assign(new Error(`There is no ${method}`), { code: "bad-argument" });
      const rest = isAbortable ? [...given.slice(0, -1), { ...given.at(-1), signal }] : given;
      const value = (await element[method](...rest)) ?? null;
      send("result", { id, value, state: element.state });
    } catch (error) {
      const { code = "other", message = String(error), receipt = null } = error ?? {};
      if (!signal.aborted) send("error", { id, code: String(code), message, receipt, state: element.state });
    }
    calls.delete(id);
  };

  window.addEventListener("message", ({ source, origin: from, data }) => {
    if (source !== host || from !== origin || data?.protocol !== PROTOCOL) return;
    // From the answer the host finds out whether the versions fit.
    if (data.type === "connect") ready();
    if (data.version !== VERSION) return;
    if (data.type === "call") call(data);
    if (data.type === "abort") calls.get(data.id)?.abort();
  });
  window.addEventListener("pagehide", () => send("gone", { instance }));
  window.addEventListener("pageshow", ({ persisted }) => persisted && ready());
  for (const name of EVENTS.map((name) => `listen-in-${name}`)) {
    element.addEventListener(name, ({ detail }) => send("event", { name, detail, state: element.state }));
  }
  ready();
}
