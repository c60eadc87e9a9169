// Scripts: which come with the emulator, which one is being played and how far it has come, and why
// it ended.

import { play, shippedScripts, stopScript } from "./centre.js";
import { attempt, byId, complaint, element, KeyedList, Panel, setAttribute, setText } from "./page.js";

/** What is waited for, by the words of a script. */
const CONDITIONS = {
  monitoring: "monitors somebody",
  notMonitoring: "monitors nobody",
  ringing: "has a call that rings",
  established: "is in a call",
  free: "has no call",
  connected: "has a page that waits for notifications",
};

export class Scripts {
  constructor(centre) {
    this.centre = centre;
    this.button = byId("scripts-button");
    this.status = byId("script-status");
    this.stop = byId("script-stop");
    this.rows = new KeyedList(byId("script-list"), (script) => script.name, (script) => new Row(script, centre));
    this.known = [];
    new Panel(this.button, byId("scripts"));
    const said = complaint();
    this.status.after(said);
    this.stop.addEventListener("click", () => attempt(this.stop, said, stopScript));
  }

  /** Learns which come with the emulator. */
  async learn() {
    this.known = (await shippedScripts()).scripts;
    this.render();
  }

  show(changes) {
    if (changes.has("script") || changes.has("supervisors")) this.render();
  }

  render() {
    const { script } = this.centre;
    const plays = isPlaying(script);
    setText(this.button, plays ? `Script: ${script.name}` : "Scripts");
    this.button.classList.toggle("is-on", plays);
    setText(this.status, inWords(script, this.centre));
    setAttribute(this.status, "data-tone", script?.progress === "failed" ? "bad" : plays ? "accent" : "quiet");
    // In its place, whether there is something to stop or not.
    const hadFocus = document.activeElement === this.stop;
    this.stop.disabled = !plays;
    if (hadFocus && !plays) this.button.focus();
    this.rows.show(this.known);
  }
}

const isPlaying = (script) => script?.progress === "playing" || script?.progress === "waiting";

/** How far it has come: what happened, what that means, and what to do about it. */
function inWords(script, centre) {
  if (script === undefined) return "No script has been played yet.";
  const { name, steps, done } = script;
  const far = `${done} of ${steps} steps done`;
  switch (script.progress) {
    case "playing":
      return `${name} plays: ${far}.`;
    case "waiting": {
      const { who, is } = script.for;
      return `${name} waits until ${centre.title(who)} ${CONDITIONS[is] ?? is}: ${far}.`;
    }
    case "finished":
      return `${name} has come to its end: ${far}.`;
    case "stopped":
      return `${name} was stopped: ${far}. They stay done.`;
    default:
      return `${name} ended at step ${done + 1} of ${steps} (line ${script.line}), which was refused: ${script.why}. What was done before stays done. Put right what is in its way, and play it again.`;
  }
}

class Row {
  constructor(script, centre) {
    this.centre = centre;
    this.name = script.name;
    const said = complaint();
    const button = element("button", { type: "button", textContent: "Play", "aria-label": `Play ${script.name}` });
    button.addEventListener("click", () => attempt(button, said, () => play(script.name)));
    const text = element("details", {}, element("summary", { textContent: "Steps", "aria-label": `Steps of ${script.name}` }));
    // Most are never unfolded.
    text.addEventListener("toggle", () => {
      if (text.open && text.childElementCount === 1) text.append(element("pre", { tabIndex: 0, textContent: script.text.trim() }));
    });
    const beginsAnew = /^\[emulator\]/m.test(script.text) ? " The contact centre begins anew with it." : "";
    this.playing = element("span", { className: "playing", textContent: "Playing" });
    this.element = element(
      "li",
      { className: "script", "data-name": script.name },
      button,
      element(
        "p",
        {},
        element("b", { textContent: script.name }),
        ` ${script.what}`,
        element("span", { className: "quiet", textContent: beginsAnew }),
      ),
      this.playing,
      text,
      said,
    );
  }

  update() {
    const { script } = this.centre;
    const plays = isPlaying(script) && script.name === this.name;
    this.element.classList.toggle("is-on", plays);
  }
}
