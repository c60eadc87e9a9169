// The collapsed panels: scripts, faults and instructions.

import { ask, instruct, play, stopScript } from "./centre.js";
import { attempt, button, byId, complaint, counted, element, rows, setText } from "./page.js";

/** Instructions without parameters, with the labels of their buttons. */
const ONCE = {
  forgetNotificationSessions: "Forget notification sessions",
  forgetSignIns: "Sign everybody out",
  changeCsrfTokens: "Change CSRF tokens",
  restart: "Restart, down for 3 s",
};

const scripts = rows(byId("script-list"), (script) => script.name, scriptRow);
const faults = rows(byId("fault-list"), (about) => about.fault, faultRow);
const stop = byId("script-stop");
const allOff = byId("faults-off");

let known = { scripts: [], faults: [] };
let centre;

for (const [control, doing] of [[stop, stopScript], [allOff, () => instruct({ do: "faultsOff" })]]) {
  const said = complaint();
  control.after(said);
  control.addEventListener("click", () => attempt(control, said, doing));
}

/** Reads which scripts, faults and instructions there are. */
export async function learn() {
  const [shipped, words] = await Promise.all([ask("/emulator/scripts"), ask("/emulator/instructions")]);
  known = { scripts: shipped.scripts, faults: words.faults };
  byId("once").replaceChildren(...words.instructions.filter(({ do: name }) => name in ONCE).map(once));
}

export function showPanels(state) {
  centre = state;
  const { script, faults: on } = state;
  const plays = isPlaying(script);
  setText(byId("scripts-button"), plays ? `Script: ${script.name}` : "Scripts");
  setText(byId("script-status"), inWords(script));
  const hadFocus = document.activeElement === stop;
  stop.disabled = !plays;
  if (hadFocus && !plays) byId("scripts-button").focus();
  scripts(known.scripts);
  setText(byId("faults-button"), on.length === 0 ? "Faults" : `Faults: ${counted(on.length)} on`);
  byId("faults-button").classList.toggle("is-on", on.length > 0);
  faults(known.faults);
}

function once({ do: name, what, example }) {
  const said = complaint();
  const made = element("button", { type: "button", textContent: ONCE[name], title: what });
  made.addEventListener("click", () => attempt(made, said, () => instruct(example)));
  return element("div", {}, made, said);
}

const isPlaying = (script) => script?.progress === "playing" || script?.progress === "waiting";

/** The progress of a script. */
function inWords(script) {
  if (script === null) return "No script has been played yet.";
  const { name, steps, done, progress } = script;
  const far = `${done} of ${steps} steps done`;
  if (progress === "waiting") return `${name} waits until ${centre.title(script.for.who)} is ${script.for.is}: ${far}.`;
  if (progress !== "failed") return `${name} ${{ playing: "plays", finished: "is finished", stopped: "was stopped" }[progress]}: ${far}.`;
  return `${name} ended at step ${done + 1} of ${steps} (line ${script.line}), which was refused: ${script.why}. Steps done before stay done.`;
}

function scriptRow({ name, what, text }) {
  const said = complaint();
  const start = button("Play", `Play ${name}`);
  start.addEventListener("click", () => attempt(start, said, () => play(name)));
  const steps = element("details", {}, element("summary", { textContent: "Steps", "aria-label": `Steps of ${name}` }));
  steps.append(element("pre", { tabIndex: 0, textContent: text.trim() }));
  const words = element("p", {}, element("b", { textContent: name }), ` ${what}`);
  const made = element("li", { className: "script" }, start, element("div", {}, words, steps, said));
  const update = () => made.classList.toggle("is-on", isPlaying(centre.script) && centre.script.name === name);
  return { element: made, update };
}

function faultRow({ fault, what, limits, flag }) {
  const id = `fault-${fault}`;
  const toggle = element("input", { type: "checkbox", role: "switch", id });
  const parameters = element("input", {
    type: "text",
    value: flag.slice(fault.length + 1),
    autocomplete: "off",
    spellcheck: false,
    "aria-label": `Parameters of ${fault}`,
  });
  const struck = element("span", { className: "struck" });
  const said = complaint();

  /** Ends all faults of this name; with `on`, begins one with the values shown. */
  async function turn(on) {
    const off = { do: "faultOff", fault };
    const wanted = { do: "faultOn", fault: `${fault}:${parameters.value}` };
    await attempt(toggle, said, () => instruct(on ? [off, wanted] : off));
    update();
  }
  toggle.addEventListener("change", () => turn(toggle.checked));
  parameters.addEventListener("change", () => toggle.checked && turn(true));

  function update() {
    const on = centre.faults.find((found) => found.fault === fault);
    if (!toggle.hasAttribute("aria-busy")) toggle.checked = on !== undefined;
    setText(struck, on === undefined ? "" : `struck ${counted(on.struck)} ×`);
    if (on === undefined || document.activeElement === parameters) return;
    const pairs = Object.entries(on).filter(([key]) => key !== "fault" && key !== "struck");
    parameters.value = pairs.map(([key, value]) => `${key}=${value}`).join(",");
  }

  const label = element("label", { for: id }, element("b", { textContent: fault }), ` ${what}`);
  const also = element("span", { className: "quiet", textContent: `limited by ${limits.join(", ")}` });
  const made = element("li", { className: "fault" }, toggle, label, struck, element("span", { className: "parameters" }, parameters, also), said);
  return { element: made, update };
}
