// The calls: who talks to whom, who listens, for how long.

import { instruct } from "./centre.js";
import { attempt, byId, clock, complaint, counted, element, KeyedList, setAttribute, setHidden, setText, sign } from "./page.js";

/** How many are shown at once, the latest first. */
const SHOWN = 40;

/** What supervisors do in a call. */
const PARTS = { ListenIn: "listens", Coach: "coaches", BargeIn: "takes part" };

export class Calls {
  constructor(centre) {
    this.centre = centre;
    this.rows = new KeyedList(byId("call-list"), (call) => call.id, (call) => new Row(call, centre));
  }

  show(changes) {
    if (!changes.concernsCalls) return;
    const { calls } = this.centre;
    this.rows.show([...calls.values()].slice(-SHOWN).reverse());
    this.tick();
    setText(byId("call-count"), counted(calls.size));
    const more = byId("call-more");
    const rest = calls.size - SHOWN;
    setText(more, calls.size === 0 ? "Nobody is talking." : rest > 0 ? `And ${counted(rest)} that began before.` : "");
    setHidden(more, more.textContent === "");
  }

  tick() {
    for (const row of this.rows.shown.values()) row.tick();
  }
}

class Row {
  constructor(call, centre) {
    this.centre = centre;
    this.clock = element("time", { className: "clock" });
    this.outside = element("span", { className: "caller" });
    this.parties = element("span", { className: "parties" });
    const said = complaint();
    this.end = element("button", { type: "button", textContent: "End", "aria-label": `End the call from ${call.from}` });
    this.end.addEventListener("click", () => attempt(this.end, said, () => instruct({ do: "clearCall", call: call.id })));
    this.element = element(
      "li",
      { className: "one-call" },
      sign("call"),
      this.outside,
      this.parties,
      this.clock,
      element("span", { className: "actions" }, this.end),
      said,
    );
  }

  update(call) {
    this.call = call;
    setText(this.outside, this.centre.withWhom(call, call.from));
    setAttribute(this.outside, "title", call.outside.includes(call.from) ? "The customer calls" : `${this.centre.title(call.from)} calls`);
    const words = call.parties.map((party) => {
      const rings = party.leg === "Ringing" ? " (rings)" : "";
      const part = PARTS[party.monitors];
      return part === undefined
        ? `${this.centre.title(party.number)}${rings}`
        : `${this.centre.name(party.number)} ${part}${rings}`;
    });
    setText(this.parties, words.join(" · "));
  }

  tick() {
    const began = Math.min(...this.call.parties.map((party) => party.since));
    setText(this.clock, clock(this.centre.time() - began));
  }
}
