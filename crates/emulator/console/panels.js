// What is folded away: scripts to play, and what goes wrong.

import { ask, instruct, play, stopScript } from "./centre.js";
import { attempt, button, byId, complaint, counted, element, rows, setText } from "./page.js";

/** What is waited for, by the words of a script. */
const CONDITIONS = {
  monitoring: "monitors somebody",
  notMonitoring: "monitors nobody",
  ringing: "has a call that rings",
  established: "is in a call",
  free: "has no call",
  connected: "has a page that waits for notifications",
};

/** Instructions that happen once, with what they need. */
const ONCE = {
  forgetNotificationSessions: { words: "Forget notification sessions" },
  forgetSignIns: { words: "Sign everybody out" },
  changeCsrfTokens: { words: "Change CSRF tokens" },
  restart: { words: "Restart, down for 3 s", with: { downFor: "3s" } },
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

/** Learns which scripts, faults and instructions there are. */
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

function once({ do: name, what }) {
  const said = complaint();
  const made = element("button", { type: "button", textContent: ONCE[name].words, title: what });
  made.addEventListener("click", () => attempt(made, said, () => instruct({ do: name, ...ONCE[name].with })));
  return element("div", {}, made, said);
}

const isPlaying = (script) => script?.progress === "playing" || script?.progress === "waiting";

/** How far a script has come: what happened, what that means, and what to do about it. */
function inWords(script) {
  if (script === null) return "No script has been played yet.";
  const { name, steps, done, progress } = script;
  const far = `${done} of ${steps} steps done`;
  switch (progress) {
    case "playing":
      return `${name} plays: ${far}.`;
    case "waiting":
      return `${name} waits until ${centre.title(script.for.who)} ${CONDITIONS[script.for.is] ?? script.for.is}: ${far}.`;
    case "finished":
      return `${name} has come to its end: ${far}.`;
    case "stopped":
      return `${name} was stopped: ${far}. They stay done.`;
    default:
      return `${name} ended at step ${done + 1} of ${steps} (line ${script.line}), which was refused: ${script.why}. What was done before stays done. Put right what is in its way, and play it again.`;
  }
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

function faultRow({ fault, what, limits, flag, example }) {
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

  /** Switches it on, or over to other parameters, or off. */
  async function turn(on) {
    const off = { do: "faultOff", fault };
    const wanted = () => [off, { do: "faultOn", fault, ...parsed(parameters.value, example) }];
    // Of one fault there may be several with other limits: this page has one switch for them.
    await attempt(toggle, said, () => instruct(on ? wanted() : off));
    update();
  }
  toggle.addEventListener("change", () => turn(toggle.checked));
  parameters.addEventListener("change", () => toggle.checked && turn(true));

  function update() {
    const on = centre.faults.find((found) => found.fault === fault);
    if (!toggle.hasAttribute("aria-busy")) toggle.checked = on !== undefined;
    setText(struck, on === undefined ? "" : on.struck === 0 ? "has not struck yet" : `struck ${counted(on.struck)} ×`);
    if (on === undefined || document.activeElement === parameters) return;
    const pairs = Object.entries(on).filter(([key]) => key !== "fault" && key !== "struck");
    parameters.value = pairs.map(([key, value]) => `${key}=${value}`).join(",");
  }

  const label = element("label", { for: id }, element("b", { textContent: fault }), ` ${what}`);
  const also = element("span", { className: "quiet", textContent: `takes ${limits.join(", ")}` });
  const made = element("li", { className: "fault" }, toggle, label, struck, element("span", { className: "parameters" }, parameters, also), said);
  return { element: made, update };
}

/** `by=2s,times=1` as JSON. What is no number is sent as it is: the emulator says what is wrong with it. */
function parsed(text, example) {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, ...value] = pair.trim().split("=");
      const isNumber = key === "every" || key === "times" || typeof example?.[key] === "number";
      return [key, isNumber && /^\d+$/.test(value) ? Number(value) : value.join("=")];
    }),
  );
}
