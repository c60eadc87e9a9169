// A fake GWS in place of `fetch`: one supervisor, the agents and notifications that the test provides. It
// records every request, and the text of the page at that moment.

const SUPERVISOR = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
const TARGET = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";

const agent = (id, name, number, extra) => ({
  id,
  firstName: name,
  devices: [{ id: `d-${number}`, phoneNumber: number, deviceState: "Active", userState: { state: "Ready" }, ...extra }],
});

const BO = agent("u2", "Bo Abbott", "6001", { id: TARGET });

// Each installation has a different address, so that the last requests of one test's element are not
// mistaken for requests of the next.
const fresh = () => ({ requests: [], held: null, queue: [], look: () => "", answers: {}, refuses: false, users: [BO], gate: null, trickle: null, capabilities: ["ListenIn"], calls: new Map(), extra: {}, beside: {}, files: [], token: null });
const state = { base: "", installations: 0, ...fresh() };

// How far the page's clocks are ahead: the monotonic one, which the machines use, and the wall clock. They
// never go back, nor does the widget's clock.
const ahead = { now: 0, wall: 0 };
const clock = { now: performance.now.bind(performance), wall: Date.now };
performance.now = () => clock.now() + ahead.now;
Date.now = () => clock.wall() + ahead.now + ahead.wall;

// One-minute timers, which elapse when the test says so.
const minutes = new Map();
const timers = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
globalThis.setTimeout = (run, delay, ...rest) => {
  const id = timers.set.call(globalThis, run, delay, ...rest);
  if (delay === 60_000) minutes.set(id, run);
  return id;
};
globalThis.clearTimeout = (id) => {
  minutes.delete(id);
  timers.clear.call(globalThis, id);
};

/** Lets all one-minute timers set so far elapse. */
export function elapseMinutes() {
  const due = [...minutes];
  for (const [id, run] of due) {
    globalThis.clearTimeout(id);
    run();
  }
}

const device = (extra) => ({
  id: SUPERVISOR,
  deviceState: "Active",
  phoneNumber: "5005",
  userState: { state: "NotReady" },
  capabilities: state.capabilities,
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
        const held = () => resolve(json([...state.queue.splice(0), reply]));
        state.held = held;
        if (state.queue.length) deliver();
        signal?.addEventListener("abort", () => {
          if (state.held === held) state.held = null;
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    default:
      return json(messages.map((m) => ({ channel: m.channel, id: m.id, successful: true, subscription: m.subscription })));
  }
}

function fakeFetch(input, init) {
  const request = new Request(input, init);
  const path = new URL(request.url).pathname;
  if (!path.startsWith(state.base)) {
    const name = path.split("/").at(-1);
    state.files.push(name);
    const file = state.beside[name];
    const isMissing = file === undefined && path.includes("/locales/");
    return Promise.resolve(isMissing ? new Response("", { status: 404 }) : file ? new Response(file) : json([]));
  }
  const { keepalive, redirect, signal, headers, credentials } = request;
  const noted = { path: path.slice(state.base.length), channel: "", keepalive, redirect, signal, shown: state.look(), headers, credentials };
  state.requests.push(noted);
  if (state.refuses) throw new TypeError("no requests, says the page");
  return answer(request, noted);
}

async function answer(request, noted) {
  const { path } = noted;
  const { base } = state;
  const text = request.method === "POST" ? await request.text() : "";
  // The test may have ended; a connect of its element must not be held for the next one.
  if (state.base !== base) return new Response("", { status: 503 });
  const body = text ? JSON.parse(text) : null;
  if (Array.isArray(body)) noted.channel = body[0].channel;
  if (state.token && request.headers.get("Authorization") !== `Bearer ${state.token}`) return new Response("", { status: 401 });
  if (state.answers[path]) return state.answers[path](request);
  return usual(path, body, request.signal);
}

async function usual(path, body, signal) {
  if (path.startsWith("/notifications")) return bayeux(body, signal);
  switch (path) {
    case "/me":
      return json({ statusCode: 0, user: { id: "u1", firstName: "Sue", lastName: "Visor" } });
    case "/me/devices":
      return json({ statusCode: 0, devices: [device(state.extra)] });
    case "/me/calls":
      return json({ statusCode: 0, calls: [...state.calls.values()] });
    case "/users":
      return json({ statusCode: 0, users: state.users });
    default:
      await state.gate;
      return json({ statusCode: 6, statusMessage: "no such thing" });
  }
}

/** Installs the fake and returns its address. `look` returns the text of the page. */
export function install(look) {
  const base = `/fake-${++state.installations}/api/v2`;
  Object.assign(state, fresh(), { base, look });
  window.fetch = fakeFetch;
  return base;
}

/** Whether a connect is held. */
export const isHeld = () => state.held !== null;

/** Queues a message until the next connect if none is held. */
function push(channel, data) {
  state.queue.push({ channel, data });
  if (state.held) deliver();
}

function deliver() {
  const held = state.held;
  state.held = null;
  held();
}

/** Pushes a change of the device; later reads return the changed device. */
function pushDevice(extra) {
  state.extra = extra;
  push("/v2/me/devices", { messageType: "DeviceStateChangeMessage", devices: [device(extra)] });
}

const listensTo = (id, kind = "ListenIn") => ({
  supervisorMonitoringState: {
    state: kind,
    mode: "AllCalls",
    scope: "Call",
    targetDeviceUri: `http://elsewhere/api/v2/devices/${id}`,
  },
});

/** Answers the held connect with a device that listens in to Bo Abbott. */
export const pushListening = () => pushDevice(listensTo(TARGET));

/** The same for the agent with this number. */
export const pushListeningTo = (number) => pushDevice(listensTo(`d-${number}`));

/** The same with another kind of monitoring. */
export const pushMonitoring = (kind, number) => pushDevice(listensTo(`d-${number}`, kind));

/** Makes the supervisor's device offer every kind of monitoring. */
export const offerEverything = () => (state.capabilities = ["ListenIn", "Coach", "BargeIn"]);

/** Answers the held connect with a call in that state, which offers these operations: `Answer Hangup`.
 * `extra` is JSON of what else it has. */
export function pushCall(callState, capabilities, extra = "{}") {
  const call = {
    id: "call-1",
    state: callState,
    deviceUri: `http://elsewhere/api/v2/devices/${SUPERVISOR}`,
    participants: [{ phoneNumber: "555-1234" }],
    monitoring: true,
    capabilities: capabilities.split(" "),
    ...JSON.parse(extra),
  };
  if (call.state === "Released") state.calls.delete(call.id);
  else state.calls.set(call.id, call);
  push("/v2/me/calls", { messageType: "CallStateChangeMessage", call });
}

/** Answers the held connect with the supervisor's device; `extra` is JSON with the differing properties. */
export const pushOwnDevice = (extra) => pushDevice(JSON.parse(extra));

/** Answers requests to this path with this JSON. */
export const answerWith = (path, text) => {
  state.answers[path] = () => json(JSON.parse(text));
};

/** Sets the listed users: for each, name, number, and the state of their device. */
export function setUsers(text) {
  state.users = JSON.parse(text).map(([name, number, userState]) =>
    agent(`u-${name}`, name, number, { userState: { state: userState ?? "Ready" } }),
  );
}

/** Makes the device of a listed user listen in to the device with this number. */
export function setMonitoring(name, number) {
  const user = state.users.find((user) => user.firstName === name);
  Object.assign(user.devices[0], listensTo(`d-${number}`));
}

/** Holds operations until the returned function is called; then they are refused. */
export function holdOperations() {
  let release;
  state.gate = new Promise((resolve) => (release = resolve));
  return release;
}

/** Moves the page to this time zone, which is `ahead` hours ahead of UTC, or back to the machine's. */
export function travel(zone, ahead) {
  Date.prototype.getTimezoneOffset = zone ? () => -60 * ahead : here.offset;
  Intl.DateTimeFormat = zone
    ? class extends here.format {
        constructor(locales, options) {
          super(locales, { timeZone: zone, ...options });
        }
      }
    : here.format;
}
const here = { offset: Date.prototype.getTimezoneOffset, format: Intl.DateTimeFormat };

/** Makes the page seem hidden, without the events that would end its requests, or no longer. */
export function hide(isHidden) {
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  if (!isHidden) delete document.hidden;
}

/** The last copied text. After the first call, nothing is really copied. */
export function copied() {
  const clipboard = { writeText: async (text) => void (state.copied = text) };
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
  return state.copied ?? "";
}

/** Serves a file next to the WebAssembly, whatever its folder. */
export const serveBeside = (name, text) => void (state.beside[name] = text);

/** How many requests were made for that file. */
export const askedBeside = (name) => state.files.filter((it) => it === name).length;

/** The warnings that the widget has written to the console since the first call. */
export function warnings() {
  if (!noted) {
    noted = [];
    const warn = console.warn.bind(console);
    console.warn = (...texts) => {
      if (String(texts[0]).startsWith("listen-in:")) noted.push(texts[0]);
      else warn(...texts);
    };
  }
  return noted;
}
let noted = null;

/** Advances the page's monotonic and wall clocks. */
export const pass = (millis) => (ahead.now += millis);

/** Advances only the wall clock, as when the machine sleeps. */
export const sleep = (millis) => (ahead.wall += millis);

/** How many requests went to addresses with this ending. */
export const asked = (end) => state.requests.filter((r) => r.path.endsWith(end)).length;

/** Accepts only requests with this bearer token. */
export const letInOnly = (token) => (state.token = token);

/** The distinct values of a header, or of `credentials`, in all requests so far. */
export const sentWith = (name) => {
  const values = state.requests.map((r) => (name === "credentials" ? r.credentials : (r.headers.get(name) ?? "none")));
  return [...new Set(values)];
};

/** How many requests carried this channel. */
export const count = (channel) => state.requests.filter((r) => r.channel === channel).length;

/** The text of the page when the last request with this channel was sent. */
export const shownAtLast = (channel) => state.requests.filter((r) => r.channel === channel).at(-1)?.shown ?? "";

/** Whether the last request with this channel may outlive the page. */
export const lastIsKeptAlive = (channel) => state.requests.filter((r) => r.channel === channel).at(-1)?.keepalive ?? false;

/** How many requests went to this path. */
export const countAt = (path) => state.requests.filter((r) => r.path === path).length;

/** Answers requests to this path as usual again. */
export const answerAt = (path) => delete state.answers[path];

/** Answers requests to this path as a browser does for a redirect that it must not follow. */
export function redirectAt(path) {
  const response = Object.defineProperties(new Response(null), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
  });
  state.answers[path] = () => response;
}

/** Whether a browser would have followed a redirect of any request. */
export const followsRedirects = () => state.requests.some((r) => r.redirect !== "manual");

/** Fails requests to this path as a page's custom `fetch` may: with a value that is not an `Error`. */
export const failAt = (path) => {
  state.answers[path] = () => Promise.reject("no network, says the page");
};

/** Makes every request throw, as a page's custom `fetch` may, or stops doing so. */
export const refuseAll = (refuses) => (state.refuses = refuses);

/** Answers requests to this path piece by piece, when `trickle` is called. */
export function trickleAt(path) {
  state.answers[path] = async (request) => {
    const bytes = new Uint8Array(await (await usual(path, null, null)).arrayBuffer());
    return new Response(
      new ReadableStream({
        start(controller) {
          state.trickle = { bytes, controller };
          request.signal.addEventListener("abort", () => controller.error(request.signal.reason));
        },
      }),
    );
  };
}

/** Delivers this many bytes of that answer, or all the rest. */
export function trickle(count) {
  const { bytes, controller } = state.trickle;
  controller.enqueue(bytes.slice(0, count ?? bytes.length));
  state.trickle.bytes = bytes.slice(count ?? bytes.length);
  if (count === undefined) controller.close();
}

/** Whether that answer has begun, and the page has read everything delivered so far. */
export const isRead = () => state.trickle?.controller.desiredSize > 0;

/** Whether a request to this path was aborted. */
export const wasAborted = (path) => state.requests.some((r) => r.path === path && r.signal.aborted);

/** Answers requests to this path with this status and body. */
export const answerWithStatus = (path, status, body) => (state.answers[path] = () => new Response(body, { status }));
