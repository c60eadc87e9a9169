// The calls: who talks to whom, who listens, for how long.

import { instruct } from "./centre.js";
import { attempt, byId, clock, complaint, counted, element, KeyedList, setHidden, setText, sign } from "./page.js";

/** How many are shown at once, the latest first. */
const SHOWN = 40;

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
    this.parties = element("span", { className: "parties" });
    const said = complaint();
    this.end = element("button", { type: "button", textContent: "End", "aria-label": `End the call from ${call.from}` });
    this.end.addEventListener("click", () => attempt(this.end, said, () => instruct({ do: "clearCall", call: call.id })));
    this.element = element(
      "li",
      { className: "one-call" },
      sign("call"),
      element("span", { className: "caller", textContent: call.from }),
      this.parties,
      this.clock,
      element("span", { className: "actions" }, this.end),
      said,
    );
  }

  update(call) {
    this.call = call;
    const words = call.parties.map((party) => {
      const rings = party.leg === "Ringing" ? " (rings)" : "";
      return party.role === "Supervisor"
        ? `${this.centre.name(party.number)} listens${rings}`
        : `${this.centre.title(party.number)}${rings}`;
    });
    setText(this.parties, words.join(" · "));
  }

  tick() {
    const began = Math.min(...this.call.parties.map((party) => party.since));
    setText(this.clock, clock(this.centre.time() - began));
  }
}
