// Defines <listen-in>, and loads its WebAssembly. README.md describes the design. The parts between `region` and
// `endregion` are not in core/element.js, which xtask/pack generates from this file.

const VERSION = "0.1.0";
// The hash of the WebAssembly, as `integrity` in HTML, which the build fills in; empty: not checked.
const INTEGRITY = "";

const ATTRIBUTES =
  "base-url device-id sip-cluster limit limit-until shortcuts thresholds credentials autostart loading label".split(" ");
// Methods of the widget (core/widget.js), available once it is loaded.
const METHODS = "start listenIn coach bargeIn stop answer leave switchTo mute retry".split(" ");
// Every element has `lang`, but set to `undefined` it would be that word.
const REFLECTED = [...ATTRIBUTES, "lang"];
// The properties of these, such as `deviceId` of `device-id`, and those without an attribute.
const PROPERTIES = [...REFLECTED, "texts", "headers", "tokenProvider", "fetch"].map((name) =>
  name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
);

// The loading and failure panels; the widget brings its own style sheet.
const CSS = `:host{display:block;container-type:inline-size}
:host([hidden]){display:none}
:focus{outline-offset:-2px}
.root:focus{outline:0}
.shell{min-height:345px;padding:12px;overflow-wrap:anywhere;
color:var(--listen-in-text,light-dark(#1a1f26,#e6e9ee));
background:var(--listen-in-background,light-dark(#fff,#16191d));
font:13px/1.45 var(--listen-in-font,system-ui,sans-serif)}
@container(min-width:720px){.shell{min-height:710px}}
p{margin:0 0 8px}
.quiet{color:var(--listen-in-text-quiet,light-dark(#5a6472,#a0a9b6))}
button{min-height:28px;padding:0 12px;font:inherit;color:inherit;background:none;
border:1px solid var(--listen-in-edge,light-dark(#757f8f,#79838f));border-radius:var(--listen-in-radius,4px)}`;

// The texts if core/words.js, which has the reasons in all languages, can't be loaded.
const ENGLISH = {
  loading: "Loading…",
  unknown: ["The monitoring panel could not be loaded.", "Reload the page."],
  consequence: "Monitoring goes on in the telephone system. No time limit ends it from here.",
  again: "Try again",
  lang: "en",
  dir: "ltr",
};

class ListenInError extends Error {
  name = "ListenInError";
  // Whichever copy of the script on the page it comes from.
  static [Symbol.hasInstance] = (error) => error?.name === "ListenInError";
  constructor(code, reason, receipt = null) {
    super(reason?.message ?? reason);
    this.code = code;
    this.receipt = receipt;
  }
}

const fail = (code) => (reason = code, receipt) => {
  throw new ListenInError(code, reason, receipt);
};

// A module with a function that returns an externref, and one with nothing.
const MODERN = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 111);
const EMPTY = MODERN.slice(0, 8);

// The files of the instance in use, to recognise its traps.
let files = [];

async function check() {
  if (!globalThis.WebAssembly?.validate(MODERN) || !("adoptedStyleSheets" in document)) fail("unsupported")();
  // Compiled and instantiated: WebKit only forbids the latter.
  await WebAssembly.instantiate(EMPTY).catch(fail("policy"));
}

function open(url) {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url);
}

// region
// A crashed instance stays in its module, so each attempt imports the bindings again. Bundlers find the files by `new
// URL`, and move them.
async function load(attempt) {
  const query = attempt ? `?${attempt}` : "";
  const bindings = new URL("./core/listen-in.js", import.meta.url) + query;
  const wasm = new URL("./core/listen-in_bg.wasm", import.meta.url) + query;
  const widget = new URL("./core/widget.js", import.meta.url) + query;
  const script = (url) => open(url).catch(fail("network"));
  // All requests leave before the first frame, and the check of the browser comes before any response.
  const [, core, { Widget }, module] = await Promise.all([check(), script(bindings), script(widget), compile(wasm)]);
  await core.default({ module_or_path: module }).catch(fail("invalid"));
  // One by one, because Vite's dev server does not find them by a pattern.
  core.locate([
    new URL("./core/locales/ar.txt", import.meta.url),
    new URL("./core/locales/de.txt", import.meta.url),
    new URL("./core/locales/es.txt", import.meta.url),
    new URL("./core/locales/fr.txt", import.meta.url),
    new URL("./core/locales/ja.txt", import.meta.url),
    new URL("./core/locales/keys.txt", import.meta.url),
    new URL("./core/locales/pt.txt", import.meta.url),
  ]);
  // A worker needs a file of its own, which Vite would put into the script otherwise.
  Widget.polls = new URL("./core/polls.js?no-inline", import.meta.url);
  return { core, Widget, files: [bindings, wasm] };
}
// endregion

async function compile(url, integrity = INTEGRITY, given = fetch(url, { integrity })) {
  let blocked;
  // A wrong hash is reported like a network error, whatever the response.
  const again = (error) => {
    blocked = integrity && error;
    return fetch(url);
  };
  const response = await given.catch(again).catch(fail("network"));
  if (!response.ok) fail("network")(`${url}: ${response.status}`);
  const type = response.headers.get("content-type");
  try {
    if (type === "application/wasm" && !blocked) return await WebAssembly.compileStreaming(response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (EMPTY.some((byte, at) => bytes[at] !== byte)) fail("mime-type")(`${url}: ${type}`);
    if (blocked) fail("integrity")(blocked);
    console.warn(`${url} is ${type}, not application/wasm`);
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw error.code ? error : new ListenInError(error instanceof WebAssembly.CompileError ? "invalid" : "network", error);
  }
}

// A constructed style sheet belongs to a document. All elements in it share one.
const sheets = new WeakMap();
function sheet(document) {
  const sheet = sheets.get(document) ?? new document.defaultView.CSSStyleSheet();
  sheets.set(document, sheet);
  document.defaultView.addEventListener("pagehide", ListenInElement.leave);
  if (sheet.css !== CSS + style) sheet.replaceSync((sheet.css = CSS + style));
  return sheet;
}

function set(element, name, value) {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) set(element, name, attributes[name]);
  element.append(...children);
  return element;
}

const slot = (name, ...children) => make("slot", { name }, ...children);

// In Angular's zone, everything that the widget does would cause change detection.
function outside(run) {
  const { root } = globalThis.Zone ?? {};
  return root?.run ? root.run(run) : run();
}

// The connected elements; the promise of the instance that they share, and its style sheet; the number of failed
// instances.
const elements = new Set();
let instance = null;
let attempt = 0;
let style = "";

function abandon() {
  instance = null;
  attempt += 1;
}

function shared() {
  instance ??= ListenInElement.load(attempt)
    .then((loaded) => {
      files = loaded.files;
      style = loaded.core.style();
      return loaded;
    })
    .catch((error) => {
      abandon();
      throw error;
    });
  return instance;
}

const isTrap = (error) =>
  error instanceof WebAssembly.RuntimeError && files.some((file) => error.stack.includes(file));

// On a server there is no HTMLElement, and nothing is defined.
class ListenInElement extends (globalThis.HTMLElement ?? Object) {
  static version = VERSION;
  static observedAttributes = ATTRIBUTES;

  #root = make("div", { class: "root", tabindex: -1 });
  #states = globalThis.CSS?.supports("selector(:state(a))") && this.attachInternals().states;
  #widget = null;
  #failure = null;
  #objects = {};
  #isLoading = false;
  // It has started, or is about to.
  #isWanted = false;
  #isScheduled = false;
  #changed = new Set();
  #waiting = [];

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).append(slot("notice"), this.#root, slot("footer"));
  }

  get version() {
    return VERSION;
  }

  get state() {
    return this.#widget?.state ?? null;
  }

  focus(options) {
    (this.#widget?.focusable() ?? this.#root.querySelector("button") ?? this.#root).focus(options);
  }

  connectedCallback() {
    // Properties set before the definition would hide the accessors.
    for (const name of PROPERTIES) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    // Its ancestors may have another language.
    this.#changed.add("lang");
    this.#dress();
    this.#schedule();
  }

  disconnectedCallback() {
    this.#schedule();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "label") {
      set(this.#root, "role", after && "region");
      set(this.#root, "aria-label", after);
    }
    this.#changed.add(name);
    this.#schedule();
  }

  // By then a moved element is in its new place, and a listener that changes the element does not call the widget
  // recursively.
  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    outside(() =>
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#update();
      }),
    );
  }

  #update() {
    if (!this.isConnected || !this.ownerDocument.defaultView) {
      elements.delete(this);
      ListenInElement.#near?.unobserve(this);
      this.#failure = null;
      this.#isWanted = false;
      this.#unmount();
      this.#answer(new ListenInError("not-connected", "It is not in a document"));
      return;
    }
    elements.add(this);
    if (this.#widget) this.#apply();
    if (!this.#widget && !this.#failure && !this.#isLoading) this.#begin();
    this.#answer();
  }

  // Starts at once, or when the element comes near the viewport, or when a method is called.
  #begin() {
    const isAuto = this.autostart !== "false";
    this.#isWanted ||= this.#waiting[0] || (isAuto && this.loading !== "lazy");
    if (this.#isWanted) return this.#start();
    if (isAuto) ListenInElement.#near?.observe(this);
    this.#mark("idle");
    this.#show({}, slot("loading"));
  }

  // Passes changed attributes to the widget, and remounts it if it can't apply one.
  #apply() {
    const changed = [...this.#changed];
    this.#changed.clear();
    try {
      if (!changed.every((name) => this.#widget.changed(name))) this.#unmount();
    } catch (error) {
      ListenInElement.#crash(error);
    }
  }

  async #start() {
    this.#isLoading = true;
    this.#failure = null;
    this.#mark("loading");
    const text = make("p", { class: "quiet" });
    this.#show({ "aria-busy": true }, slot("loading", text));
    // Usually it is loaded sooner.
    setTimeout(async () => text.isConnected && text.append((await this.#words()).loading), 1_000);
    try {
      const loaded = await shared();
      if (this.isConnected) this.#mount(loaded);
    } catch (error) {
      if (this.isConnected) this.#fail(error);
    }
    this.#isLoading = false;
  }

  #mount({ core, Widget }) {
    this.#changed.clear();
    this.#dress();
    try {
      this.#widget = new Widget(core, this.#root, this, {
        emit: (...given) => this.#emit(...given),
        mark: (...given) => this.#mark(...given),
        fail,
      });
    } catch (error) {
      ListenInElement.#crash(error);
      throw error;
    }
    this.#answer();
  }

  #unmount() {
    const mounted = this.#widget;
    this.#widget = null;
    try {
      mounted?.unmount();
    } catch (error) {
      ListenInElement.#crash(error);
    }
  }

  #fail(error) {
    this.#failure = error.code ? error : new ListenInError("crashed", error);
    // Aborts its requests, if it still can.
    this.#unmount();
    const failure = this.#failure;
    const { code, message } = failure;
    this.#say(ENGLISH);
    this.#words().then((words) => this.#failure === failure && this.#say(words, "alert"));
    this.#mark("failed");
    this.#answer(failure);
    this.#emit("listen-in-error", { code, message });
  }

  #words() {
    return open(new URL("./core/words.js", import.meta.url)).then(
      (it) => it.wordsFor(this),
      () => ENGLISH,
    );
  }

  #say({ unknown, consequence, again, lang, dir, ...failures }, role) {
    const { code, message } = this.#failure;
    const [what, remedy] = failures[code] ?? unknown;
    const retry = make("button", { type: "button", part: "retry" }, again);
    retry.addEventListener("click", ListenInElement.startAgain);
    const lines = [make("strong", {}, what), consequence, remedy].map((line) => make("p", {}, line));
    this.#show({ lang, dir }, make("div", { role }, ...lines), make("p", { class: "quiet", lang: "en", dir: "ltr" }, message), retry);
  }

  /** @internal */
  static startAgain() {
    for (const element of elements) if (element.#failure) element.#start();
  }

  /** @internal A window closes. An element that the page has not moved back by then is in a document without a window. */
  static leave() {
    setTimeout(() => {
      for (const element of elements) element.#schedule();
    });
  }

  // Calls the widget as soon as it is loaded.
  async #do(name, given) {
    // Options are the last argument.
    const { signal } = given.at(-1) ?? {};
    signal?.throwIfAborted?.();
    if (name === "retry") ListenInElement.startAgain();
    if (!this.#isLoading) this.#schedule();
    const widget = await new Promise((resolve, reject) => {
      this.#waiting.push([resolve, reject]);
      // The widget itself listens later.
      if (!this.#widget) signal?.addEventListener?.("abort", () => reject(signal.reason));
    });
    return outside(() => widget[name](...given));
  }

  #answer(error = this.#failure) {
    if (!error && !this.#widget) return;
    for (const [resolve, reject] of this.#waiting.splice(0)) error ? reject(error) : resolve(this.#widget);
  }

  #mark(...states) {
    this.#states?.clear();
    for (const state of states) this.#states?.add(state);
  }

  // After a trap the instance can't continue: its memory may be inconsistent.
  static #crash(error) {
    abandon();
    for (const element of elements) if (element.#widget) element.#fail(error);
  }

  // Shows a panel instead of the previous contents. The focus stays within.
  #show(attributes, ...children) {
    const hadFocus = this.shadowRoot.activeElement;
    this.#root.replaceChildren(make("div", { class: "shell", part: "panel", ...attributes }, ...children));
    if (hadFocus) this.focus({ preventScroll: true });
  }

  // Adopted style sheets are lost when the element moves to another document.
  #dress() {
    const document = this.ownerDocument;
    if (!document.defaultView?.CSSStyleSheet.prototype.replaceSync) return;
    this.shadowRoot.adoptedStyleSheets = [sheet(document)];
  }

  #emit(name, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  }

  // Notifies elements when they come near the viewport.
  static #near = globalThis.IntersectionObserver && new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      target.#isWanted ||= isIntersecting && target.autostart !== "false";
      target.#schedule();
    }
  });

  static {
    for (const name of METHODS) {
      this.prototype[name] = function (...given) {
        return this.#do(name, given);
      };
    }
    // All have setters, by which Svelte knows properties.
    PROPERTIES.forEach((name, at) => {
      const attribute = REFLECTED[at];
      Object.defineProperty(this.prototype, name, {
        get() {
          return attribute ? this.getAttribute(attribute) ?? "" : this.#objects[name] ?? null;
        },
        // Frameworks set a property to one of these for what is absent. Whether it is a SIP Cluster, and whether it
        // starts by itself, may be false.
        set(value) {
          if (Number.isNaN(value) || (value === false && !/^(sip|auto)/.test(name))) value = null;
          if (attribute) return set(this, attribute, value);
          this.#objects[name] = value;
          this.#changed.add(name);
          this.#schedule();
        },
      });
    });
    const check = (error) => isTrap(error) && ListenInElement.#crash(error);
    globalThis.window?.addEventListener("error", (event) => check(event.error));
    globalThis.window?.addEventListener("unhandledrejection", (event) => check(event.reason));
  }
}

// region
// Returns a promise of the bindings of the WebAssembly, of `Widget`, and of the files of both.
ListenInElement.load = load;
const first = globalThis.customElements?.get("listen-in");
if (!first) globalThis.customElements?.define("listen-in", ListenInElement);
else if (first.version !== VERSION) {
  console.warn(`<listen-in> ${VERSION} is not used: ${first.version} came first`);
}
const InUse = first ?? ListenInElement;
export { InUse as ListenInElement, ListenInError };
// endregion
