// Loads the WebAssembly for bundle.js: xtask/pack replaces the shell's own `load` by this. Each attempt has fresh
// bindings.
async function load(attempt) {
  await check();
  const wasm = new URL("./core/listen-in_bg.wasm", import.meta.url) + (attempt ? `?${attempt}` : "");
  const core = bindings();
  await core.default({ module_or_path: await compile(wasm) }).catch(fail("invalid"));
  core.locate([
    new URL("./core/locales/ar.txt", import.meta.url),
    new URL("./core/locales/de.txt", import.meta.url),
    new URL("./core/locales/es.txt", import.meta.url),
    new URL("./core/locales/fr.txt", import.meta.url),
    new URL("./core/locales/ja.txt", import.meta.url),
    new URL("./core/locales/keys.txt", import.meta.url),
    new URL("./core/locales/pt.txt", import.meta.url),
  ]);
  return { core, Widget, files: [import.meta.url, wasm] };
}
