// Controls <listen-in> in a frame (frame.html) as if it were in this page. core/bridge.js is the other
// end.

const PROTOCOL = "listen-in";
const VERSION = 1;
// How long a page in the frame may take to answer after it has loaded, in milliseconds.
const ANSWER = 3_000;

// Distinguishes the calls of all connections to a frame, including those of another copy of this
// script.
const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-");
let calls = 0;

// The position of each method's options; -1 if it has none.
const METHODS = { listenIn: 0, coach: 0, bargeIn: 0, stop: 0, answer: 1, leave: 1, switchTo: 2, mute: 1, retry: -1, focus: -1 };

/** The error with which `connect` and methods reject. */
export class ListenInFrameError extends Error {
  name = "ListenInFrameError";
  constructor(code, message, receipt = null) {
    super(message);
    this.code = code;
    this.receipt = receipt;
  }
}

class ListenInFrame {
  #iframe;
  #origin;
  #settle;
  #state = null;
  #version = null;
  // Identifies the load of the frame that answers; null if none does.
  #instance = null;
  #waiting = new Map();
  #listeners = new Map();
  #timer;
  #controller = new AbortController();

  constructor(iframe, origin, settle) {
    this.#iframe = iframe;
    this.#origin = origin;
    this.#settle = settle;
    const { signal } = this.#controller;
    window.addEventListener("message", (event) => this.#take(event), { signal });
    iframe.addEventListener("load", () => this.#check(), { signal });
    // A frame that has loaded before is asked; any other reports itself.
    if (this.#hasLoaded()) this.#send("connect");
  }

  get state() {
    return this.#state;
  }

  get version() {
    return this.#version;
  }

  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  destroy() {
    clearTimeout(this.#timer);
    this.#controller.abort();
    this.#instance = this.#state = null;
    this.#end("not-connected", "The connection to the frame was ended");
    this.#settle(new ListenInFrameError("not-connected", "The connection to the frame was ended"));
    this.#listeners.clear();
  }

  // The frame may have another page now, and not every browser lets the previous one report that it is
  // leaving.
  #check() {
    if (!this.#instance) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose("unknown", "Another page is in the frame"), ANSWER);
    this.#send("connect");
  }

  // Posting to the blank page with which a frame begins would be reported as an error in the page.
  #hasLoaded() {
    try {
      return this.#iframe.contentWindow.location.href !== "about:blank";
    } catch {
      return true;
    }
  }

  #send(type, rest) {
    this.#iframe.contentWindow?.postMessage({ protocol: PROTOCOL, version: VERSION, type, ...rest }, this.#origin);
  }

  #take({ source, origin, data }) {
    if (!source || source !== this.#iframe.contentWindow || origin !== this.#origin || data?.protocol !== PROTOCOL) return;
    if (data.version !== VERSION) {
      const message = `The frame has version ${data.version} of the messages, and this page version ${VERSION}`;
      this.#lose("version", message);
      this.#settle(new ListenInFrameError("version", message));
      return;
    }
    if (data.state !== undefined) this.#state = freeze(data.state);
    if (data.type === "ready") this.#begin(data);
    if (data.type === "gone") this.#lose("unknown", "The frame was left before it answered");
    if (data.type === "event") this.#tell(data.name, freeze(data.detail));
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.type === "result") waiting?.resolve(freeze(data.value));
    if (data.type === "error") waiting?.reject(new ListenInFrameError(data.code, data.message, freeze(data.receipt)));
  }

  #begin({ instance, widget }) {
    clearTimeout(this.#timer);
    if (instance === this.#instance) return;
    if (this.#instance) this.#lose("unknown", "The frame was loaded anew before it answered");
    this.#instance = instance;
    this.#version = widget;
    this.#settle(null, this);
    this.#tell("listen-in-frame", Object.freeze({ phase: "ready" }));
  }

  #lose(code, message) {
    const wasThere = this.#instance !== null;
    this.#instance = this.#state = null;
    this.#end(code, message);
    if (wasThere) this.#tell("listen-in-frame", Object.freeze({ phase: "gone" }));
  }

  #end(code, message) {
    for (const { reject } of this.#waiting.values()) reject(new ListenInFrameError(code, message));
    this.#waiting.clear();
  }

  #tell(event, detail) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error);
      }
    }
  }

  async #call(method, optionsAt, given) {
    const signal = given[optionsAt]?.signal;
    signal?.throwIfAborted();
    if (!this.#instance || !this.#iframe.contentWindow) {
      throw new ListenInFrameError("not-connected", "There is no panel in the frame now");
    }
    if (signal) given[optionsAt] = { ...given[optionsAt], signal: undefined };
    const id = `${PAGE}-${++calls}`;
    const abort = () => {
      this.#send("abort", { id });
      this.#waiting.get(id)?.reject(signal.reason);
      this.#waiting.delete(id);
    };
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#send("call", { id, method, given, isAbortable: Boolean(signal) });
      });
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", abort);
    }
  }

  static {
    for (const [method, optionsAt] of Object.entries(METHODS)) {
      this.prototype[method] = function (...given) {
        return this.#call(method, optionsAt, given);
      };
    }
  }
}

/** Connects to the frame page in `iframe`, whose origin is `origin`. */
export function connect(iframe, { origin, timeout = 10_000, signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    if (iframe?.contentWindow === undefined) throw new ListenInFrameError("bad-argument", "There is no iframe");
    if (!isOrigin(origin)) throw new ListenInFrameError("bad-argument", `origin is not an origin: ${origin}`);
    let isSettled = false;
    const settle = (error, frame) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (!error) return resolve(frame);
      reject(error);
      connecting.destroy();
    };
    const abort = () => settle(signal.reason);
    const expire = () => settle(new ListenInFrameError("timeout", `No answer from ${origin} within ${timeout} ms`));
    const timer = setTimeout(expire, timeout);
    signal?.addEventListener("abort", abort);
    const connecting = new ListenInFrame(iframe, origin, settle);
  });
}

function isOrigin(text) {
  try {
    return text !== "null" && new URL(text).origin === text;
  } catch {
    return false;
  }
}

function freeze(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
