// Connects <listen-in> to the Workspace Web Edition (WWE, Agent Workspace) around its page, through the Service
// Client API: takes settings and tokens from it, and opens a toast when a monitored call rings. Each service may be
// refused.

import { wordsFor } from "./core/words.js";

// The section of the options; a section also has the view's `url` and `label`.
const SECTION = "ListenIn";
const MINUTE = 60_000;
// How long WWE does not answer after too many requests, by default.
const QUARANTINE = 30_000;

class WweError extends Error {
  name = "WweError";
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// The services, by the messages of Genesys' own client.
class Services {
  #target;
  #origin;
  #timeout;
  #perMinute;
  #frameId;
  #count = 0;
  #waiting = new Map();
  #refused = new Set();
  #sent = [];
  #quietUntil = 0;
  #take = ({ source, origin, data }) => {
    if (source !== this.#target || origin !== this.#origin || !String(data?.userAgent).includes("WWE")) return;
    if (data.frameId !== undefined) this.#frameId = data.frameId;
    const { referenceId, userAgent, frameId, protocolVersion, ...reply } = data;
    this.#waiting.get(referenceId)?.(reply);
  };

  constructor(target, { origin, timeout, perMinute }) {
    this.#target = target;
    this.#origin = origin;
    this.#timeout = timeout;
    this.#perMinute = perMinute;
    window.addEventListener("message", this.#take);
  }

  end() {
    window.removeEventListener("message", this.#take);
  }

  // A refused service is not requested again. Beyond the limit nothing is sent, because later would be too late.
  async ask(request, ...parameters) {
    const now = Date.now();
    if (this.#refused.has(request)) throw new WweError("refused", `${request} is not allowed`);
    if (now < this.#quietUntil) throw new WweError("timeout", "WWE did not answer a moment ago");
    this.#sent = this.#sent.filter((time) => time > now - MINUTE);
    if (this.#sent.length >= this.#perMinute) throw new WweError("rate-limit", "Too many requests in a minute");
    this.#sent.push(now);
    const referenceId = `listen-in-${++this.#count}`;
    const message = { userAgent: "WWE Client", protocolVersion: 2, referenceId, request, parameters };
    if (this.#frameId !== undefined) message.frameId = this.#frameId;
    const answered = new Promise((resolve, reject) => {
      this.#waiting.set(referenceId, resolve);
      setTimeout(() => reject(new WweError("timeout", `WWE has not answered ${request}`)), this.#timeout);
    });
    try {
      this.#target.postMessage(message, this.#origin);
      const reply = await answered;
      if (reply.errorMessage === undefined) return reply;
      this.#refused.add(request);
      throw new WweError("refused", `${request}: ${reply.errorMessage}`);
    } catch (error) {
      if (error.code === "timeout") this.#quietUntil = Date.now() + QUARANTINE;
      throw error;
    } finally {
      this.#waiting.delete(referenceId);
    }
  }
}

/** Connects `element` to WWE at `origin`. Fulfilled when settings and token have arrived or were refused. Never rejected. */
export async function connect(element, { origin, target, timeout = 3_000, perMinute = 20 } = {}) {
  const services = new Services(target ?? window.opener ?? window.parent, { origin, timeout, perMinute });
  const [options, token] = await Promise.all([
    services.ask("configuration.getOption", [`${SECTION}/*`]).then(readOptions, () => ({})),
    services.ask("auth.getJwtToken").then(readToken, () => null),
  ]);
  for (const name of [...element.constructor.observedAttributes, "lang"]) {
    if (options[name] !== undefined && !element.hasAttribute(name)) element.setAttribute(name, options[name]);
  }
  if (token) element.tokenProvider = tokens(services, token);
  const ends = [toastWhileRinging(element, services)];
  if (/^(yes|true)$/i.test(options["trigger-activity"])) ends.push(triggerActivity(element, services));
  return {
    ask: (request, ...parameters) => services.ask(request, ...parameters),
    destroy() {
      for (const end of ends) end();
      services.end();
    },
  };
}

// Assumption: the documentation only calls the reply an array of sections, so an option is anything that has its name
// as a key, or a name beside a value.
function readOptions(reply, options = {}) {
  const take = (name, value) => (options[name.slice(name.indexOf("/") + 1)] = String(value));
  if (typeof reply?.name === "string" && Object(reply.value) !== reply.value) take(reply.name, reply.value);
  for (const [name, value] of Object.entries(Object(reply))) {
    if (Object(value) === value) readOptions(value, options);
    else if (value != null && name !== "name" && name !== "value") take(name, value);
  }
  return options;
}

// The token itself has its expiry, in seconds; if that can't be read, the token is replaced after a refusal.
function readToken({ jwtToken }) {
  if (typeof jwtToken !== "string") return null;
  try {
    const claims = JSON.parse(atob(jwtToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return { token: jwtToken, expires: Number.isFinite(claims.exp) ? claims.exp * 1_000 : null };
  } catch {
    return { token: jwtToken };
  }
}

function tokens(services, held) {
  return async ({ reason }) => {
    const isFresh = reason === "start" && !(held?.expires < Date.now());
    if (!isFresh) held = readToken(await services.ask("auth.getJwtToken"));
    return held;
  };
}

function toastWhileRinging(element, services) {
  // The promise of a toast's id, by the id of the call.
  const toasts = new Map();
  const open = async ({ participants }) => {
    // Assumption: the only boolean of the reply is the answer. If it is unknown, a toast is better than none.
    const isSeen = await services.ask("system.amIVisible").then((reply) => Object.values(reply).includes(true), () => false);
    if (isSeen) return null;
    const toast = { title: "listen-in", subject: wordsFor(element).ringing, message: participants.join(", "), buttonShowDismiss: true };
    const reply = await services.ask("system.popupToast", toast);
    // Assumption: the toast's id is the value whose name ends like this, or the reply's only text.
    const [, id] = Object.entries(reply).find(([name]) => /id$/i.test(name)) ?? [];
    return id ?? Object.values(reply).find((value) => typeof value === "string") ?? null;
  };
  const close = async (toast) => {
    const id = await toast;
    if (id !== null) await services.ask("system.closeToast", id);
  };
  // A failed toast is ignored: the panel shows the call.
  const ignore = () => null;
  const follow = ({ detail: { calls } }) => {
    const ringing = calls.filter((call) => call.isMonitoring && call.state === "Ringing");
    for (const call of ringing) if (!toasts.has(call.id)) toasts.set(call.id, open(call).catch(ignore));
    for (const [id, toast] of toasts) {
      if (ringing.some((call) => call.id === id)) continue;
      toasts.delete(id);
      close(toast).catch(ignore);
    }
  };
  element.addEventListener("listen-in-call", follow);
  return () => element.removeEventListener("listen-in-call", follow);
}

// A supervisor who is only listening does not touch the desktop, which would consider them inactive.
function triggerActivity(element, services) {
  let timer;
  const follow = ({ detail: { calls } }) => {
    clearInterval(timer);
    const isInCall = calls.some((call) => call.isMonitoring && call.isEstablished);
    const trigger = () => services.ask("system.triggerActivity").catch(({ code }) => code === "refused" && clearInterval(timer));
    if (isInCall) timer = setInterval(trigger, MINUTE);
  };
  element.addEventListener("listen-in-call", follow);
  return () => {
    clearInterval(timer);
    element.removeEventListener("listen-in-call", follow);
  };
}
