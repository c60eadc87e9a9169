// A mounted widget for the element's class: its methods, its state, and how its requests are sent. Loaded together
// with the WebAssembly. README.md describes the design.

// Steps of a receipt that end a request.
const ENDS = ["confirmed", "refused", "unconfirmed", "unknown"];
const SCOPES = ["Call", "Agent"];
const MODES = ["AllCalls", "NextCall"];
const OWN_MUTE = ["UnmuteCall", "MuteCall"];
const MUTE = { supervisor: OWN_MUTE, agent: ["UnmuteMonitoredUser", "MuteMonitoredUser"] };
// Attributes and properties that are read for each request or before the widget starts, or that the class handles
// itself.
const NOT_THE_WIDGETS = ["credentials", "headers", "tokenProvider", "fetch", "autostart", "loading", "label"];

// A token that expires this soon is no longer used, in milliseconds.
const EARLY = 30_000;

// How long after the first poll the worker for further ones is started, in milliseconds: what is on the panel comes first.
const SETTLED = 1_000;

export class Widget {
  /** The address of core/polls.js; null: the page sends the long polls. */
  static polls = null;

  #place;
  #element;
  #fail;
  #setStates;
  #mounted;
  #state = null;
  // The current custom states.
  #marked = "";
  // By the id of a request: the function that takes its last receipt.
  #waiting = new Map();
  // The last receipts of this turn: a request may end before its id is known here.
  #ended = new Map();
  #tokens = null;
  // What sends the long polls, once it is loaded.
  #polls = null;
  #isPollsWanted = false;

  /**
   * @param core the bindings of the WebAssembly
   * @param place where to mount it, instead of its contents
   * @param element with the attributes and properties
   * @param emit (name, detail, cancelable) dispatches an event, and returns whether it was not prevented
   * @param mark (...states) sets the custom states
   * @param fail (code) returns a function that throws an error with that code: (reason, receipt)
   */
  constructor(core, place, element, { emit, mark, fail }) {
    this.#place = place;
    this.#element = element;
    this.#fail = fail;
    this.#setStates = mark;
    const hadFocus = element.shadowRoot.activeElement;
    place.replaceChildren();
    this.#mounted = core.mount(place, element, {
      emit: (name, detail) => {
        this.#state = null;
        if (name === "listen-in-receipt") this.#settle(detail);
        else this.#mark();
        emit(name, detail);
      },
      allows: (detail, canPrevent) => emit("listen-in-before-request", detail, canPrevent),
      fetch: (url, init, isPoll) => this.#fetch(url, init, isPoll),
    });
    this.#mark();
    // The page may have asked for the focus without scrolling.
    if (hadFocus) this.focusable().focus({ preventScroll: true });
  }

  changed(attribute) {
    return NOT_THE_WIDGETS.includes(attribute) || this.#mounted.changed(attribute);
  }

  unmount() {
    const mounted = this.#mounted;
    this.#mounted = null;
    for (const requestId of this.#waiting.keys()) this.#settle({ step: "unknown", requestId, message: null });
    // Chromium keeps a slot as long as the shadow root, and with it the panel around the slot.
    for (const slot of this.#place.querySelectorAll("slot")) slot.remove();
    // Also if the widget has crashed.
    this.#polls?.close();
    mounted.unmount();
  }

  /** The element that gets the focus: a question that waits for an answer, or the field *Agent*. */
  focusable() {
    const find = (selector) => [...this.#place.querySelectorAll(selector)].find((it) => !it.closest(".absent"));
    return find(".confirm") ?? find("[role=combobox]") ?? find("button");
  }

  get state() {
    return (this.#state ??= freeze(this.#mounted?.state() ?? null));
  }

  // Methods of the page.

  // It is loaded already.
  start() {}

  listenIn(options) {
    return this.#monitor("ListenIn", options);
  }

  coach(options) {
    return this.#monitor("Coach", options);
  }

  bargeIn(options) {
    return this.#monitor("BargeIn", options);
  }

  stop(options) {
    return this.#ask({ operation: "Stop" }, options);
  }

  answer(callId, options) {
    return this.#operate(callId, "Answer", options);
  }

  leave(callId, options) {
    return this.#operate(callId, "Hangup", options);
  }

  switchTo(callId, kind, options) {
    this.#check(kind === "ListenIn" || kind === "BargeIn", "kind");
    return this.#operate(callId, `SwitchTo${kind}`, options);
  }

  mute(callId, options) {
    const party = options?.party ?? "supervisor";
    const muted = options?.muted ?? true;
    this.#check(Object.hasOwn(MUTE, party) && typeof muted === "boolean", "party or muted");
    return this.#operate(callId, MUTE[party][Number(muted)], options);
  }

  retry() {
    this.#mounted.retry();
  }

  #monitor(kind, options) {
    const { targetDeviceId: device, targetNumber: number, limit } = options ?? {};
    const scope = options?.scope ?? "Call";
    const mode = options?.mode ?? "AllCalls";
    this.#check(SCOPES.includes(scope), "scope");
    this.#check(MODES.includes(mode), "mode");
    this.#check(limit == null || (Number.isInteger(limit) && limit >= 0 && limit <= 1440), "limit");
    this.#check(device == null || number == null, "targetDeviceId and targetNumber");
    const [targetDeviceId, targetNumber] = [device, number].map((it) => (it == null ? null : String(it)));
    return this.#ask({ operation: kind, targetDeviceId, targetNumber, scope, mode, limit }, options);
  }

  #operate(callId, operation, options) {
    this.#check(callId != null, "callId");
    return this.#ask({ callId: String(callId), operation }, options);
  }

  #check(isRight, what) {
    if (!isRight) this.#fail("bad-argument")(`${what} is missing or not accepted`);
  }

  // Settles on what the device or the call shows. Aborting the wait does not change the request.
  async #ask(wanted, options) {
    const signal = options?.signal;
    this.#check(signal == null || typeof signal.throwIfAborted === "function", "signal");
    signal?.throwIfAborted();
    if (!this.#mounted) this.#fail("not-connected")("The element was removed");
    let id;
    try {
      id = this.#mounted.ask(wanted);
    } catch (error) {
      if (error?.code) this.#fail(error.code)(error.message ?? error.code);
      // A trap: the class looks for it among the errors of the page.
      reportError(error);
      this.#fail("crashed")(error);
    }
    if (id === undefined) return null;
    const receipt = this.#ended.get(id) ?? (await this.#end(id, signal));
    if (receipt.step === "confirmed") return receipt;
    this.#fail(receipt.step)(receipt.message ?? receipt.why ?? receipt.step, receipt);
  }

  #end(id, signal) {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal?.addEventListener("abort", abort);
      this.#waiting.set(id, (receipt) => {
        signal?.removeEventListener("abort", abort);
        resolve(receipt);
      });
    });
  }

  #settle(receipt) {
    const { requestId: id, step } = receipt;
    if (!ENDS.includes(step)) return;
    this.#ended.set(id, receipt);
    queueMicrotask(() => this.#ended.delete(id));
    this.#waiting.get(id)?.(receipt);
    this.#waiting.delete(id);
  }

  // Sets the custom states if they have changed.
  #mark() {
    // Nothing is known until it is mounted.
    const states = this.#mounted?.states() ?? "starting";
    if (states === this.#marked) return;
    this.#marked = states;
    this.#setStates(...states.split(" "));
  }

  // Sends requests: at once if there is nothing to wait for, so that no poll is late.

  #fetch(url, init, isPoll) {
    const { headers, credentials, tokenProvider, fetch: send } = this.#element;
    // Cheaper without a `Request`.
    if (!(headers || credentials || tokenProvider || send)) {
      return (isPoll && this.#poll(url, init)) || this.#report(() => fetch(url, init));
    }
    const request = new Request(url, init);
    if (!tokenProvider) return this.#send(request);
    if (this.#tokens?.provider !== tokenProvider) this.#tokens = new Tokens(tokenProvider);
    return this.#tokens.fetch(request, (request, token) => this.#send(request, token));
  }

  // Null if the page has to send it, as it does while what sends them elsewhere is loaded.
  #poll(url, init) {
    // A worker's script is of the page's origin.
    if (!this.#isPollsWanted && Widget.polls?.origin === origin) {
      this.#isPollsWanted = true;
      setTimeout(() => this.#loadPolls(Widget.polls), SETTLED);
    }
    return this.#polls?.fetch(url, init);
  }

  async #loadPolls(from) {
    if (!this.#mounted) return;
    // The browser reports why it can't be loaded.
    const loaded = await import(/* @vite-ignore */ /* webpackIgnore: true */ from).catch(() => null);
    if (loaded && this.#mounted) this.#polls = new loaded.Polls(from);
  }

  // The machine takes a mistake of the page for a lost connection.
  #report(send) {
    try {
      return send();
    } catch (error) {
      reportError(error);
      throw error;
    }
  }

  #send(request, token) {
    return this.#report(() => this.#begin(request, token));
  }

  // Headers of the widget are not replaced.
  #begin(request, token) {
    const { headers, credentials, fetch: send } = this.#element;
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    const own = typeof headers === "function" ? headers({ url: request.url, method: request.method }) : headers;
    new Headers(own ?? {}).forEach((value, name) => {
      if (!request.headers.has(name)) request.headers.set(name, value);
    });
    const sent = credentials ? new Request(request, { credentials }) : request;
    if (!send) return fetch(sent);
    return Promise.resolve(send(sent)).then((response) => {
      if (!(response instanceof Response)) reportError(new TypeError("The property fetch gave no Response"));
      return response;
    });
  }
}

function freeze(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

// The tokens of a page's `tokenProvider`, and requests with them.
class Tokens {
  provider;
  #token = null;
  #expires = Infinity;
  // The reason for requesting the next one.
  #reason = "start";
  // The promise of a requested token.
  #asked = null;

  /** @param provider ({ reason }) returns a token, or `{ token, expires }`, or nothing if nobody is signed in */
  constructor(provider) {
    this.provider = provider;
  }

  /**
   * Sends a request with `send`, at once if there is a token. A rejected read is sent once more, with another token.
   * Nothing else is ever repeated here.
   */
  fetch(request, send) {
    const isRead = request.method === "GET";
    const again = isRead && request.clone();
    const isFresh = this.#token && Date.now() < this.#expires - EARLY;
    // A request that outlives the page can't wait.
    if (isFresh || request.keepalive) {
      const token = this.#token;
      return send(request, token).then((response) => this.#look(response, token, again, send));
    }
    if (this.#token) this.#reason = "expired";
    return this.#ask().then(async (token) => {
      // Aborted while it waited: it must no longer be sent, whatever the page's `fetch` does.
      request.signal.throwIfAborted();
      if (!token) return new Response(null, { status: 401 });
      return this.#look(await send(request, token), token, again, send);
    });
  }

  // For other requests, a 403 may have a reason other than the token.
  async #look(response, token, again, send) {
    const isRefused = response.status === 401 || (again && response.status === 403);
    if (!isRefused) return response;
    if (this.#token === token) {
      this.#token = null;
      this.#reason = "refused";
    }
    if (!again) return response;
    const other = this.#token ?? (await this.#ask());
    return other && other !== token ? send(again, other) : response;
  }

  // One at a time, for all waiting requests.
  #ask() {
    this.#asked ??= this.#get().finally(() => (this.#asked = null));
    return this.#asked;
  }

  async #get() {
    let given = null;
    try {
      given = await this.provider({ reason: this.#reason });
    } catch (error) {
      // The page's own error, which nobody else sees.
      reportError(error);
    }
    const { token, expires } = typeof given === "string" ? { token: given } : (given ?? {});
    this.#token = token || null;
    this.#expires = expires == null ? Infinity : Number(expires);
    return this.#token;
  }
}
