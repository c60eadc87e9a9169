// Sends the long polls in a worker: `fetch`, and reading the response, would take a quarter of the main thread's time for
// a message. This file is the page's end, and as the worker's script the worker's end. README.md describes the design.

// A body of known length up to this many bytes is read at once, which is quicker.
const SMALL = 32 * 1024;
// Of a body that takes longer to arrive, what there is by then is passed on, in milliseconds: so the page can tell a slow
// response from none.
const PART = 1_000;

// One for all widgets of a page: where the page limits policies, it can only be created once.
let policy;
function script(url) {
  policy ??= globalThis.trustedTypes?.createPolicy("listen-in", { createScriptURL: (url) => url });
  return policy?.createScriptURL(url) ?? url;
}

// The browser's own `fetch`, once its text was looked at, which takes half as long as sending a poll.
let nativeFetch;
function isNative() {
  if (fetch !== nativeFetch && /\[native code\]/.test(Function.prototype.toString.call(fetch))) nativeFetch = fetch;
  return fetch === nativeFetch;
}

/** The polls of a widget. Sending one again does no harm, so the page sends those that the worker can't. */
export class Polls {
  #url;
  #serviceWorkers;
  #worker = null;
  #isReady = false;
  // Until a poll has succeeded, it is open whether the worker may send any: policy and cookies can differ from the page's.
  #isProven = false;
  #isRefused = false;
  // By their ids, until the worker has no more to say about them.
  #pending = new Map();
  #lastId = 0;
  #stop = () => this.#end();

  /** @param url the address of this file */
  constructor(url) {
    this.#url = String(url);
    // A worker can keep a page from being restored when somebody returns to it.
    addEventListener("pagehide", this.#stop);
    // A page of an opaque origin has no service workers, and may not even ask for them.
    if (origin === "null") return this.#refuse();
    this.#serviceWorkers = navigator.serviceWorker;
    this.#begin();
  }

  /** Like `fetch`, but null if the page has to send it. */
  fetch(url, init) {
    if (!this.#worker && !this.#isRefused) this.#begin();
    // A worker that has not confirmed that a poll is aborted may have ceased to run.
    const isLost = [...this.#pending.values()].some(({ signal }) => signal.aborted);
    // A page's replacement for `fetch`, or its service worker, must get the polls, too.
    const isPlain = isNative() && !this.#serviceWorkers?.controller;
    if (!this.#isReady || isLost || !isPlain) return null;
    const { signal, ...rest } = init;
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const again = () => resolve(fetch(url, init));
      this.#pending.set(id, { resolve, reject, again, signal, body: null });
      this.#worker.postMessage({ id, url, init: rest });
      signal.addEventListener("abort", () => this.#abort(id));
    });
  }

  /** Ends for good. */
  close() {
    removeEventListener("pagehide", this.#stop);
    for (const poll of this.#pending.values()) fail(poll, new TypeError("The widget was removed"));
    this.#pending.clear();
    this.#refuse();
  }

  #begin() {
    try {
      this.#worker = new Worker(script(this.#url), { type: "module", name: "listen-in" });
    } catch {
      // Not allowed by the page's policy, which the browser reports, or this file is of another origin.
      return this.#refuse();
    }
    this.#worker.addEventListener("message", ({ data }) => this.#take(data));
    this.#worker.addEventListener("error", () => this.#refuse());
  }

  #refuse() {
    this.#isRefused = true;
    this.#end();
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = this.#isProven = false;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const poll of pending) {
      if (poll.body) fail(poll, new TypeError("The worker has ended"));
      else if (!poll.signal.aborted) poll.again();
    }
  }

  #abort(id) {
    const poll = this.#pending.get(id);
    if (!poll) return;
    fail(poll, poll.signal.reason);
    // Perhaps the worker's requests never end, and the poll was given up because of that.
    if (!this.#isProven) return this.#refuse();
    this.#worker.postMessage({ id });
  }

  // From the worker: nothing, when it is ready; a whole response, or its beginning; a further part; or why there is none.
  #take({ id, head, bytes, isLast, error }) {
    if (!id) return (this.#isReady = true);
    const poll = this.#pending.get(id);
    if (isLast) this.#pending.delete(id);
    if (!poll || poll.signal.aborted) return;
    if (poll.body && error) return fail(poll, new TypeError(error));
    if (poll.body) return add(poll.body, bytes, isLast);
    const isOk = head?.status >= 200 && head?.status < 300;
    this.#isProven ||= isOk;
    if (!this.#isProven) {
      poll.again();
      return this.#refuse();
    }
    if (error) return fail(poll, new TypeError(error));
    // A redirect, of which only the page's own response tells.
    if (!head.status) return poll.again();
    if (isLast) return poll.resolve(new Received(head, bytes));
    const stream = new ReadableStream({ start: (body) => (poll.body = body) });
    poll.resolve(new Response(stream, head));
    add(poll.body, bytes, isLast);
  }
}

function fail({ reject, body }, error) {
  reject(error);
  body?.error(error);
}

function add(body, bytes, isLast) {
  if (bytes.byteLength) body.enqueue(new Uint8Array(bytes));
  if (isLast) body.close();
}

// A whole response. A `Response` and `Headers` take longer to make than everything else here.
class Received {
  type = "basic";
  body = null;
  status;
  headers;
  arrayBuffer;

  constructor({ status, headers }, bytes) {
    this.status = status;
    const values = new Map(headers);
    this.headers = { get: (name) => values.get(name.toLowerCase()) ?? null };
    this.arrayBuffer = async () => bytes;
  }
}
Object.setPrototypeOf(Received.prototype, Response.prototype);

// The worker's end.

const controllers = new Map();

async function send({ data: { id, url, init } }) {
  if (!url) return controllers.get(id)?.abort();
  const controller = new AbortController();
  controllers.set(id, controller);
  try {
    await pass(id, await fetch(url, { ...init, signal: controller.signal }));
  } catch ({ message }) {
    postMessage({ id, error: message, isLast: true });
  }
  controllers.delete(id);
}

async function pass(id, response) {
  let head = { status: response.status, headers: [...response.headers] };
  const tell = (bytes, isLast) => {
    postMessage({ id, head, bytes, isLast }, [bytes]);
    head = undefined;
  };
  const length = response.headers.get("content-length");
  if (!response.body || (length !== null && length <= SMALL)) return tell(await response.arrayBuffer(), true);
  const reader = response.body.getReader();
  let parts = [];
  let told = performance.now();
  for (;;) {
    const { done, value } = await reader.read();
    if (value) parts.push(value);
    if (done || performance.now() - told >= PART) {
      tell(joined(parts), done);
      parts = [];
      told = performance.now();
    }
    if (done) return;
  }
}

function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

if (!globalThis.document) {
  addEventListener("message", send);
  postMessage({});
}
