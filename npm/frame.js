// The page for a frame: only <listen-in>, with settings from the query, and the connections to the embedding page.
// docs/embedding.md describes the settings.

import { ListenInElement } from "./listen-in.js";

const ATTRIBUTES = [...ListenInElement.observedAttributes, "lang"];
// The origins that may talk to this page: through frame-host.js, and through Workspace Web Edition's Service Client
// API.
const HOSTS = ["origin", "wwe"];
const CHOICES = {
  "sip-cluster": ["yes", "no"],
  credentials: ["include", "same-origin", "omit"],
  autostart: ["true", "false"],
  loading: ["eager", "lazy"],
};

const CSS = `html,body{height:100%;margin:0}
body{background:var(--listen-in-background,light-dark(#fff,#16191d))}
.told{padding:12px;font:13px/1.45 system-ui,sans-serif;color:light-dark(#1a1f26,#e6e9ee);overflow-wrap:anywhere}
p{margin:0 0 8px}`;

function resolved(...url) {
  try {
    return new URL(...url);
  } catch {
    return null;
  }
}

function isLanguage(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

// Why a setting is invalid, as a text; null if it is not.
function refusal(name, value, allowed) {
  if (CHOICES[name] && !CHOICES[name].includes(value)) return `It must be one of: ${CHOICES[name].join(", ")}.`;
  if (name === "base-url") {
    return /^https?:/.test(resolved(value, location.href)?.href) ? null : "It must be an address of HTTP, absolute or relative to this page.";
  }
  if (name === "lang") return !value || isLanguage(value) ? null : "It must be a language, such as de or pt-BR.";
  if (!HOSTS.includes(name)) return null;
  if (value === "null" || resolved(value)?.origin !== value) return "It must be an origin, such as https://desktop.example.";
  if (allowed.includes(value)) return null;
  return `The administrator of this page has to add it to "listen-in-origins" in ${location.pathname}.`;
}

// The settings of a query, the invalid ones, and unknown parameters.
function read(query, allowed) {
  const found = { settings: {}, refused: [], unknown: [] };
  for (const [name, value] of new URLSearchParams(query)) {
    if (![...ATTRIBUTES, ...HOSTS].includes(name)) {
      found.unknown.push(name);
      continue;
    }
    const why = Object.hasOwn(found.settings, name) ? "It is there twice." : refusal(name, value, allowed);
    found.settings[name] = value;
    if (why) found.refused.push(`${name}=${value}: ${why}`);
  }
  return found;
}

function told(...lines) {
  const place = document.createElement("div");
  place.className = "told";
  place.lang = "en";
  place.append(
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }),
  );
  return place;
}

async function start({ settings, refused, unknown }) {
  if (refused.length) {
    const words = told("The monitoring panel was not started, because of settings in the address of this page:", ...refused);
    words.setAttribute("role", "alert");
    document.body.append(words);
    return;
  }
  if (settings.lang) document.documentElement.lang = settings.lang;
  const element = document.createElement("listen-in");
  for (const name of ATTRIBUTES) if (settings[name] !== undefined) element.setAttribute(name, settings[name]);
  if (unknown.length) {
    console.warn(`<listen-in>: the address of the frame has what is no setting and has no effect: ${unknown.join(", ")}`);
  }
  const { watch } = await import("./core/storage-access.js");
  watch(element);
  if (settings.wwe) {
    const { connect } = await import("./wwe.js");
    await connect(element, { origin: settings.wwe });
  }
  document.body.append(element);
  if (settings.origin) {
    const { serve } = await import("./core/bridge.js");
    serve(element, settings.origin);
  }
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
document.adoptedStyleSheets.push(sheet);
const { content } = document.querySelector("meta[name=listen-in-origins]") ?? { content: "" };
start(read(location.search, [location.origin, ...content.split(/\s+/).filter(Boolean)])).catch((error) => {
  document.body.append(told("The monitoring panel was not started, because a file is missing or blocked.", String(error)));
});
