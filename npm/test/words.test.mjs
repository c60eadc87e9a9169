// Texts outside of the panel exist in every language, and follow the language of the element.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { wordsFor } from "../core/words.js";

const at = (lang, parentNode = null) => ({ lang, parentNode });

test.before(() => Object.defineProperty(globalThis, "navigator", { value: { languages: ["xx"] }, configurable: true }));

test("every language of the widget has all words", async () => {
  const files = await readdir(new URL("../../locales", import.meta.url));
  const languages = files.flatMap((file) => /^(..)\.txt$/.exec(file)?.[1] ?? []);
  assert.ok(languages.length >= 7);
  const english = Object.keys(wordsFor(at("en")));
  for (const lang of languages) {
    const words = wordsFor(at(lang));
    assert.equal(words.lang, lang);
    assert.deepEqual(Object.keys(words).sort(), english.sort(), lang);
    for (const code of ["unknown", "policy", "mime-type"]) assert.equal(words[code].length, 2, `${lang} ${code}`);
  }
});

test("the closest language that is known counts, through shadow roots, and then the browser's", () => {
  const host = at("", at("fr-CA"));
  assert.equal(wordsFor(at("", { host })).lang, "fr");
  assert.equal(wordsFor(at("nl", at("de"))).lang, "de");
  assert.equal(wordsFor(at("")).lang, "en");
  assert.equal(wordsFor(at("ar-EG")).dir, "rtl");
});
