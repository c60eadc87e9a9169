// The class while the WebAssembly is not loaded yet, in a minimal document.

import assert from "node:assert/strict";
import { test } from "node:test";

const SHELL = new URL("../listen-in.js", import.meta.url).href;

class FakeElement extends EventTarget {
  isConnected = true;
  ownerDocument = document;
  attributes = new Map();
  children = [];
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    const before = this.getAttribute(name);
    this.attributes.set(name, String(value));
    this.attributeChangedCallback?.(name, before, String(value));
  }
  removeAttribute(name) {
    const before = this.getAttribute(name);
    this.attributes.delete(name);
    this.attributeChangedCallback?.(name, before, null);
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  querySelector() {
    return null;
  }
  attachShadow() {
    return (this.shadowRoot = new FakeElement());
  }
}

const document = {
  defaultView: { CSSStyleSheet: class { replaceSync() {} }, addEventListener() {} },
  createElement: () => new FakeElement(),
};
const navigator = { languages: ["en"] };
for (const [name, value] of Object.entries({ document, navigator, HTMLElement: FakeElement })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

// The class of a separate page; `widget` is the widget of its elements once `come` was called.
let pages = 0;
async function page(widget) {
  pages += 1;
  const { ListenInElement } = await import(`${SHELL}?page=${pages}`);
  const loads = { count: 0 };
  ListenInElement.load = () => {
    loads.count += 1;
    return new Promise((come, fail) => Object.assign(loads, { come, fail }));
  };
  const insert = (attributes = {}) => {
    const element = new ListenInElement();
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.connectedCallback();
    return element;
  };
  const loaded = { core: { style: () => "" }, Widget: function Widget() { return widget; }, files: [] };
  return { insert, loads, come: () => loads.come(loaded) };
}

const turn = () => new Promise((go) => setImmediate(go));

test("a wait that is aborted while the widget loads rejects at once, and nothing is asked for", async () => {
  const asked = [];
  const widget = { changed: () => true, listenIn: (...given) => asked.push(given), stop: () => "stopped" };
  const { insert, come } = await page(widget);
  const element = insert();
  await turn();
  const controller = new AbortController();
  const aborted = element.listenIn({ targetNumber: "6001", signal: controller.signal });
  const waits = element.stop();
  controller.abort(new Error("too late"));
  await assert.rejects(aborted, { message: "too late" });
  come();
  assert.equal(await waits, "stopped");
  assert.deepEqual(asked, []);
});

test("a signal that is aborted beforehand rejects at once, and starts nothing", async () => {
  const { insert, loads } = await page({});
  const element = insert({ autostart: "false" });
  for (const ask of [
    (signal) => element.coach({ targetNumber: "6001", signal }),
    (signal) => element.answer("1", { signal }),
    (signal) => element.switchTo("1", "BargeIn", { signal }),
  ]) {
    await assert.rejects(ask(AbortSignal.abort(new Error("no"))), { message: "no" });
  }
  await turn();
  assert.equal(loads.count, 0);
});

test("what is no signal is left to the widget to refuse", async () => {
  const widget = { changed: () => true, stop: ({ signal }) => signal };
  const { insert, come } = await page(widget);
  const element = insert();
  await turn();
  const waits = element.stop({ signal: 5 });
  come();
  assert.equal(await waits, 5);
});

test("a widget that can't be loaded rejects all that wait, and the next try serves all that come later", async () => {
  const widget = { changed: () => true, stop: () => "stopped" };
  const { insert, loads, come } = await page(widget);
  const [first, second] = [insert(), insert()];
  await turn();
  const told = [];
  first.addEventListener("listen-in-error", ({ detail }) => told.push(detail.code));
  const waits = [first.stop(), second.leave("1"), first.start()];
  loads.fail(Object.assign(new Error("gone"), { code: "network" }));
  for (const wait of waits) await assert.rejects(wait, { code: "network" });
  assert.deepEqual(told, ["network"]);
  await assert.rejects(first.stop(), { code: "network" });
  assert.equal(loads.count, 1);
  const again = second.retry();
  await turn();
  assert.equal(loads.count, 2);
  widget.retry = () => {};
  come();
  await again;
  assert.equal(await first.stop(), "stopped");
});

test("a widget that crashes before it is there is loaded anew", async () => {
  const widget = { changed: () => true, retry() {} };
  const { insert, loads, come } = await page(widget);
  const element = insert();
  await turn();
  const waits = element.start();
  loads.come({ files: [], core: { style: () => { throw new WebAssembly.RuntimeError("unreachable"); } } });
  await assert.rejects(waits, { code: "crashed" });
  const again = element.retry();
  await turn();
  assert.equal(loads.count, 2);
  come();
  await again;
});

test("an element that is removed while it loads rejects what waits, and loads no second time when it is back", async () => {
  const widget = { changed: () => true, stop: () => "stopped", unmount() {} };
  const { insert, loads, come } = await page(widget);
  const [element, other] = [insert(), insert()];
  await turn();
  const waits = [element.stop(), other.stop()];
  element.isConnected = false;
  element.disconnectedCallback();
  await assert.rejects(waits[0], { code: "not-connected" });
  element.isConnected = true;
  element.connectedCallback();
  const later = element.stop();
  come();
  assert.deepEqual(await Promise.all([waits[1], later]), ["stopped", "stopped"]);
  assert.equal(loads.count, 1);
});

test("the label makes a region of the panel, whatever it shows", async () => {
  const { insert } = await page({});
  const element = insert({ label: "Monitoring" });
  const root = element.shadowRoot.children[1];
  const named = () => [root.getAttribute("role"), root.getAttribute("aria-label")];
  assert.deepEqual(named(), ["region", "Monitoring"]);
  element.label = "Supervision";
  assert.deepEqual(named(), ["region", "Supervision"]);
  for (const absent of [null, undefined, false, ""]) {
    element.label = "Monitoring";
    element.label = absent;
    assert.ok(!root.getAttribute("role"), String(absent));
  }
});

test("an error is one of the class that each copy of the script on the page exports", async (context) => {
  const defined = new Map();
  globalThis.customElements = { get: (tag) => defined.get(tag), define: (tag, element) => defined.set(tag, element) };
  context.after(() => delete globalThis.customElements);
  const [first, copy] = [await import(`${SHELL}?first`), await import(`${SHELL}?copy`)];
  first.ListenInElement.load = () => Promise.reject(new Error("gone"));
  const element = new copy.ListenInElement();
  element.connectedCallback();
  for (const { ListenInError } of [first, copy]) {
    await assert.rejects(element.stop(), (error) => error instanceof ListenInError && error.code === "crashed");
  }
});

test("a property is absent where a framework sets it to nothing, with and without an attribute", async () => {
  const { insert } = await page({});
  const element = insert();
  const headers = { "X-Page": "yes" };
  Object.assign(element, { deviceId: "5005", limit: 30, lang: "de", headers });
  assert.deepEqual([element.deviceId, element.limit, element.lang, element.headers], ["5005", "30", "de", headers]);
  for (const name of ["deviceId", "limit", "lang", "headers", "tokenProvider", "fetch", "texts"]) {
    // Svelte sets as a property what has a setter.
    assert.ok(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), name).set, name);
    for (const absent of [undefined, null, false]) {
      element[name] = absent;
      assert.ok(!element[name] && !element.attributes.get(name), name);
    }
  }
});
