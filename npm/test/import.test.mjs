// The effect of importing the package on a server, and where another version is on the page
// already.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const here = (path) => new URL(path, import.meta.url);
const SHELL = here("../listen-in.js").href;

test("importing on a server defines nothing and loads nothing", async (context) => {
  const fetch = context.mock.method(globalThis, "fetch");
  const { ListenInElement } = await import(SHELL);
  assert.equal(typeof ListenInElement, "function");
  assert.equal(globalThis.customElements, undefined);
  assert.equal(fetch.mock.callCount(), 0);
});

test("the version is that of the crate and of the package", async () => {
  const { ListenInElement } = await import(SHELL);
  const { version } = JSON.parse(await readFile(here("../package.json")));
  const manifest = await readFile(here("../../Cargo.toml"), "utf8");
  assert.equal(ListenInElement.version, version);
  assert.equal(/^version = "(.*)"$/m.exec(manifest)[1], version);
});

test("the first of two versions stays defined, and the second warns once", async (context) => {
  const defined = new Map();
  globalThis.HTMLElement = class {};
  globalThis.customElements = { get: (tag) => defined.get(tag), define: (tag, element) => defined.set(tag, element) };
  context.after(() => {
    delete globalThis.HTMLElement;
    delete globalThis.customElements;
  });
  const { mock } = context.mock.method(console, "warn", () => {});

  const first = await import(`${SHELL}?first`);
  const copy = await import(`${SHELL}?copy`);
  assert.equal(copy.ListenInElement, first.ListenInElement);
  assert.equal(mock.callCount(), 0);

  const text = await readFile(here("../listen-in.js"), "utf8");
  const newer = text.replace(/VERSION = ".*?"/, 'VERSION = "99.0.0"');
  const second = await import(`data:text/javascript,${encodeURIComponent(newer)}`);
  assert.equal(second.ListenInElement, first.ListenInElement);
  assert.equal(defined.get("listen-in"), first.ListenInElement);
  assert.equal(mock.callCount(), 1);
  assert.match(mock.calls[0].arguments[0], /99\.0\.0/);
});

test("the types name every property and method, and every error code", async () => {
  const types = await readFile(here("../listen-in.d.ts"), "utf8");
  const { ListenInElement } = await import(SHELL);
  const own = new Set(["constructor", "connectedCallback", "disconnectedCallback", "attributeChangedCallback", "focus"]);
  const names = Object.getOwnPropertyNames(ListenInElement.prototype).filter((name) => !own.has(name));
  assert.ok(names.length > ListenInElement.observedAttributes.length);
  for (const name of names) assert.match(types, new RegExp(`^  (get |readonly )?${name}[(:]`, "m"), name);

  const sources = ["../listen-in.js", "../core/widget.js", "../../src/control.rs"];
  const text = (await Promise.all(sources.map((path) => readFile(here(path), "utf8")))).join("\n");
  const codes = text.matchAll(/(?:fail\(|ListenInError\(|code", |Obstacle::.* => )"(.*?)"/g);
  const found = new Set(Array.from(codes, ([, code]) => code));
  assert.ok(found.size > 20, [...found].join());
  for (const code of found) assert.ok(types.includes(`| "${code}"`), code);
});
