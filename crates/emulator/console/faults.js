// What goes wrong: a switch for each fault, with its parameters; and what is done once.

import { instruct, vocabulary } from "./centre.js";
import { attempt, byId, complaint, counted, element, KeyedList, Panel, setText } from "./page.js";

/** Instructions that happen once, with what they need. */
const ONCE = {
  forgetNotificationSessions: { words: "Forget notification sessions" },
  forgetSignIns: { words: "Sign everybody out" },
  changeCsrfTokens: { words: "Change CSRF tokens" },
  restart: { words: "Restart, down for 3 s", with: { downFor: "3s" } },
};

/** What all faults can be limited to, and what an empty field means. */
const LIMITS = {
  channel: "all channels",
  to: "everybody",
  operation: "all operations",
  path: "all paths",
  every: "each time",
  times: "always",
  for: "until it is off",
};

export class Faults {
  constructor(centre) {
    this.centre = centre;
    this.button = byId("faults-button");
    this.rows = new KeyedList(byId("fault-list"), (about) => about.fault, (about) => new Row(about));
    this.known = [];
    new Panel(this.button, byId("faults"));
    const said = complaint();
    const allOff = byId("faults-off");
    allOff.after(said);
    allOff.addEventListener("click", () => attempt(allOff, said, () => instruct({ do: "faultsOff" })));
  }

  /** Learns which there are. */
  async learn() {
    const words = await vocabulary();
    this.known = words.faults;
    const once = byId("once");
    once.replaceChildren();
    for (const { do: name, what } of words.instructions) {
      if (ONCE[name] === undefined) continue;
      const said = complaint();
      const button = element("button", { type: "button", textContent: ONCE[name].words, title: what });
      button.addEventListener("click", () => attempt(button, said, () => instruct({ do: name, ...ONCE[name].with })));
      once.append(button, said);
    }
    this.render();
  }

  show(changes) {
    if (changes.has("faults")) this.render();
  }

  render() {
    const on = this.centre.faults;
    setText(this.button, on.length === 0 ? "Faults" : `Faults: ${counted(on.length)} on`);
    this.button.classList.toggle("is-on", on.length > 0);
    this.rows.show(this.known.map((about) => ({ ...about, on: on.find((found) => found.fault === about.fault) })));
  }
}

class Row {
  constructor(about) {
    this.name = about.fault;
    this.switch = element("input", { type: "checkbox", role: "switch", id: `fault-${about.fault}` });
    this.struck = element("span", { className: "struck" });
    this.said = complaint();
    const { fault: _, ...example } = about.example ?? {};
    const own = Object.keys(example).filter((key) => !(key in LIMITS));
    this.inputs = new Map();
    const parameter = (key) => {
      const id = `fault-${about.fault}-${key}`;
      const shown = key in LIMITS ? "" : String(example[key]);
      const input = element("input", {
        type: "text",
        id,
        value: shown,
        placeholder: LIMITS[key] ?? "",
        autocomplete: "off",
        spellcheck: false,
        size: Math.max(4, Math.min(18, (LIMITS[key] ?? shown).length)),
      });
      input.addEventListener("change", () => this.switch.checked && this.turn(true));
      this.inputs.set(key, { input, isNumber: typeof example[key] === "number" || key === "every" || key === "times" });
      return element("span", { className: "field" }, element("label", { for: id, textContent: key }), input);
    };
    this.switch.addEventListener("change", () => this.turn(this.switch.checked));
    const limits = about.limits.filter((key) => !own.includes(key));
    this.element = element(
      "li",
      { className: "fault" },
      this.switch,
      element("label", { for: this.switch.id, className: "what" }, element("b", { textContent: about.fault }), ` ${about.what}`),
      this.struck,
      element(
        "span",
        { className: "parameters" },
        ...own.map(parameter),
        element(
          "details",
          { className: "limits" },
          element("summary", { textContent: "Limits", "aria-label": `Limits of ${about.fault}` }),
          element("span", { className: "parameters" }, ...limits.map(parameter)),
        ),
      ),
      this.said,
    );
  }

  /** Switches it on, or over to other parameters, or off. */
  async turn(on) {
    const done = await attempt(this.switch, this.said, async () => {
      const off = { do: "faultOff", fault: this.name };
      // Of one fault there may be several with other limits: this page has one switch for them.
      await instruct(on ? [off, { do: "faultOn", fault: this.name, ...this.parameters() }] : off);
    });
    if (!done) this.switch.checked = this.isOn;
  }

  /** The parameters with which it is on, whoever switched it on; unless somebody is writing here. */
  showParameters({ struck: _, ...on }) {
    const written = JSON.stringify(on);
    if (written === this.written || this.element.contains(document.activeElement)) return;
    this.written = written;
    for (const [key, { input }] of this.inputs) input.value = on[key] ?? "";
  }

  parameters() {
    const given = {};
    for (const [key, { input, isNumber }] of this.inputs) {
      const text = input.value.trim();
      if (text === "") continue;
      // What is no number is sent as it is: the emulator says what is wrong with it.
      given[key] = isNumber && /^\d+$/.test(text) ? Number(text) : text;
    }
    return given;
  }

  update(about) {
    this.isOn = about.on !== undefined;
    if (this.isOn) this.showParameters(about.on);
    if (!this.switch.hasAttribute("aria-busy")) this.switch.checked = this.isOn;
    this.element.classList.toggle("is-on", this.isOn);
    const struck = about.on?.struck ?? 0;
    setText(this.struck, !this.isOn ? "" : struck === 0 ? "has not struck yet" : `struck ${counted(struck)} ×`);
  }
}
