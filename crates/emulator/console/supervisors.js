// The supervisors: whom they monitor, and what can be done in their place.

import { instruct, stateOf } from "./centre.js";
import { attempt, byId, choice, clock, complaint, element, KeyedList, RowForm, setAttribute, setSign, setText, sign, textField } from "./page.js";

const SCOPES = { Call: "the whole call", Agent: "the agent's part" };
const KINDS = { ListenIn: "Listens to", Coach: "Coaches", BargeIn: "Barges in on" };
const MODES = { AllCalls: "all calls", NextCall: "the next call" };

export class Supervisors {
  constructor(centre) {
    this.centre = centre;
    this.rows = new KeyedList(byId("supervisor-list"), (found) => found.number, (found) => new Row(found, centre));
  }

  show(changes) {
    if (!changes.concernsPeople) return;
    this.rows.show(this.centre.supervisors);
    this.tick();
  }

  tick() {
    for (const row of this.rows.shown.values()) row.tick();
  }
}

class Row {
  constructor(supervisor, centre) {
    this.centre = centre;
    this.number = supervisor.number;
    const title = `${supervisor.name}, ${supervisor.number}`;
    this.sign = sign("off");
    this.monitors = element("span", { className: "monitors" });
    this.leg = element("span", { className: "leg" });
    this.extent = element("span", { className: "extent quiet" });
    this.clock = element("time", { className: "clock" });
    const said = complaint();
    const button = (text, label, instruction) => {
      const made = element("button", { type: "button", textContent: text, "aria-label": `${label}: ${title}` });
      if (instruction !== undefined) made.addEventListener("click", () => attempt(made, said, () => instruct(instruction())));
      return made;
    };
    this.answer = button("Answer", "Answer", () => ({ do: "answer", who: this.number }));
    this.leave = button("Leave", "Leave the call", () => ({ do: "hangUp", who: this.number }));
    this.stop = button("Stop", "Stop monitoring", () => ({ do: "cancelMonitoring", supervisor: this.number }));
    this.device = button("", "Device", () => ({ do: this.isOut() ? "deviceOn" : "deviceOff", supervisor: this.number }));
    const listen = button("Listen in…", "Listen in");
    this.listen = listen;
    this.form = new RowForm(
      listen,
      `Listen in: ${title}`,
      [
        textField("To the agent on", "", { size: 8, inputMode: "numeric" }),
        choice("Scope", Object.entries(SCOPES)),
        choice("Mode", Object.entries(MODES)),
      ],
      "Listen in",
      said,
      (agent, scope, mode) => instruct({ do: "listenIn", supervisor: this.number, agent, scope, mode }),
    );
    this.element = element(
      "li",
      { className: "supervisor", "data-number": supervisor.number },
      element("span", { className: "number", textContent: supervisor.number }),
      element("span", { className: "name", textContent: supervisor.name }),
      element("span", { className: "user quiet", textContent: supervisor.userName, title: "The name to sign in with" }),
      element("span", { className: "watch" }, this.sign, this.monitors, this.leg, this.clock),
      this.extent,
      element("span", { className: "actions" }, listen, this.stop, this.answer, this.leave, this.device),
      this.form.element,
      said,
    );
  }

  isOut() {
    return this.supervisor.state === "LoggedOut";
  }

  update(supervisor) {
    this.supervisor = supervisor;
    this.found = this.centre.callOf(supervisor.number);
    const { monitors, call } = supervisor;
    const state = stateOf(supervisor);
    setSign(this.sign, monitors === undefined ? state.sign : "ear");
    setAttribute(this.sign, "data-tone", monitors === undefined ? "quiet" : "accent");
    setText(
      this.monitors,
      monitors === undefined
        ? this.isOut()
          ? "Device out of use"
          : "Monitors nobody"
        : `${KINDS[monitors.kind] ?? monitors.kind} ${this.centre.title(monitors.agent)}`,
    );
    const { scope, mode } = monitors ?? {};
    // A space keeps its line.
    setText(this.extent, monitors === undefined ? "\u00a0" : `${SCOPES[scope] ?? scope}, ${MODES[mode] ?? mode}`);
    setText(this.leg, call === undefined ? "" : call === "Ringing" ? "rings" : "in the call");
    setText(this.device, this.isOut() ? "Device on" : "Device off");
    // Out of use, but in their places: nothing moves under the pointer.
    this.answer.disabled = call !== "Ringing";
    this.leave.disabled = call !== "Established";
    this.stop.disabled = monitors === undefined;
  }

  tick() {
    const since = this.found?.party.since;
    setText(this.clock, since === undefined ? "" : clock(this.centre.time() - since));
  }
}
