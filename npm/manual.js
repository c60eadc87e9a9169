// Defines and loads <listen-in> when the page asks for it, with the page's WebAssembly. Importing it does nothing.

import { bindings } from "./core/bindings.js";
import { ListenInElement, ListenInError, check, compile, fail } from "./core/element.js";
import { Widget } from "./core/widget.js";

let options = null;
// The promise of the compiled module; null before, and after it failed.
let module = null;
let begin;
const begun = new Promise((resolve) => (begin = resolve));
// The scripts and the module's own address, to recognise traps.
const files = [import.meta.url];

export function define({ tag = "listen-in" } = {}) {
  const first = globalThis.customElements?.get(tag);
  if (!first) globalThis.customElements?.define(tag, class extends ListenInElement {});
  else if (!(first.prototype instanceof ListenInElement)) {
    console.warn(`<${tag}> is defined by another script on this page, which stays in use`);
  }
}

export async function init(given) {
  if (!module) {
    options = given;
    const own = (module = find(given.wasm));
    // Elements may have failed with the previous argument.
    own.then(ListenInElement.startAgain, () => module === own && (module = null));
    begin();
  }
  await module;
}

async function find(given) {
  await check();
  const wasm = await Promise.resolve(given).catch(fail("network"));
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return WebAssembly.compile(wasm).catch(fail("invalid"));
  const address = wasm.url ?? wasm;
  if (address) files[1] = new URL(address, document.baseURI).href;
  return wasm instanceof Response ? compile(address, "", Promise.resolve(wasm)) : compile(wasm, options.integrity);
}

// The addresses of the translations, in the order of the WebAssembly's list.
function locales() {
  const own = [
    new URL("./core/locales/ar.txt", import.meta.url),
    new URL("./core/locales/de.txt", import.meta.url),
    new URL("./core/locales/es.txt", import.meta.url),
    new URL("./core/locales/fr.txt", import.meta.url),
    new URL("./core/locales/ja.txt", import.meta.url),
    new URL("./core/locales/keys.txt", import.meta.url),
    new URL("./core/locales/pt.txt", import.meta.url),
  ];
  if (!options.locales) return own;
  const folder = new URL(options.locales, document.baseURI);
  return ["ar", "de", "es", "fr", "ja", "keys", "pt"].map((name) => new URL(`${name}.txt`, folder));
}

ListenInElement.load = async () => {
  await begun;
  await init(options);
  const core = bindings();
  await core.default({ module_or_path: await module }).catch(fail("invalid"));
  core.locate(locales());
  return { core, Widget, files };
};

export { ListenInElement, ListenInError };
