// The agents: who is doing what, and what can be done to them.

import { instruct, stateOf, STATES } from "./centre.js";
import { attempt, byId, clock, complaint, counted, element, KeyedList, RowForm, setAttribute, setHidden, setSign, setText, sign, textField } from "./page.js";

/** How many are shown at once. Nobody reads more, and ten thousand rows would not scroll well. */
const SHOWN = 60;

export class Agents {
  constructor(centre) {
    this.centre = centre;
    this.filter = byId("agent-filter");
    this.which = byId("agent-show");
    this.rows = new KeyedList(byId("agent-list"), (agent) => agent.number, (agent) => new Row(agent, centre));
    /** The numbers of those that are wanted, while not all are. */
    this.wanted = new Set();
    this.filter.addEventListener("input", () => this.choose());
    this.which.addEventListener("change", () => this.choose());
  }

  show(changes) {
    if (!changes.concernsPeople) return;
    if (changes.isWhole) this.wanted.clear();
    if (!this.areAllWanted()) {
      for (const number of changes.isWhole ? this.centre.agents.keys() : changes.agents) this.judge(number);
    }
    this.render();
  }

  /** Somebody wants to see others. */
  choose() {
    this.wanted.clear();
    if (!this.areAllWanted()) for (const number of this.centre.agents.keys()) this.judge(number);
    this.render();
  }

  areAllWanted() {
    return this.which.value === "all" && this.filter.value.trim() === "";
  }

  judge(number) {
    const agent = this.centre.agents.get(number);
    if (agent === undefined) return;
    if (this.isWanted(agent)) this.wanted.add(number);
    else this.wanted.delete(number);
  }

  isWanted(agent) {
    const which = this.which.value;
    if (which === "call" ? agent.call === undefined : which !== "all" && agent.state !== which) return false;
    const wanted = this.filter.value.trim().toLowerCase();
    if (wanted === "") return true;
    const call = this.centre.callOf(agent.number)?.call;
    const caller = call === undefined ? "" : this.centre.withWhom(call, agent.number);
    return [agent.number, agent.name.toLowerCase(), caller].some((text) => text.includes(wanted));
  }

  render() {
    const { agents, talking, free } = this.centre;
    const all = this.areAllWanted();
    const shown = [];
    for (const agent of agents.values()) {
      if (shown.length === SHOWN) break;
      // Whoever is at work in a row keeps it.
      if (all || this.wanted.has(agent.number) || this.rows.isBusy(agent.number)) shown.push(agent);
    }
    this.rows.show(shown);
    this.tick();

    setText(byId("agent-count"), `${counted(agents.size)}: ${counted(talking)} in a call, ${counted(free)} free`);
    const more = byId("agent-more");
    const rest = (all ? agents.size : this.wanted.size) - shown.length;
    const words =
      agents.size === 0
        ? "There are none."
        : shown.length === 0
          ? "No agent is like that."
          : rest > 0
            ? `And ${counted(rest)} more: filter by name, number or state.`
            : "";
    setText(more, words);
    setHidden(more, words === "");
  }

  tick() {
    for (const row of this.rows.shown.values()) row.tick();
  }
}

class Row {
  constructor(agent, centre) {
    this.centre = centre;
    this.number = agent.number;
    const title = `${agent.name}, ${agent.number}`;
    this.sign = sign("ready");
    this.state = element(
      "select",
      { className: "state", "aria-label": `State of ${title}` },
      ...options(),
    );
    this.caller = element("span", { className: "caller" });
    this.clock = element("time", { className: "clock" });
    this.heard = element("span", { className: "heard", hidden: true, title: "Monitored" }, sign("ear"), element("span", { className: "hidden", textContent: "Monitored" }));
    const button = (text, label) => element("button", { type: "button", textContent: text, "aria-label": `${label} ${title}` });
    this.call = button("Call…", "Call");
    this.transfer = button("Transfer…", "Transfer the call of");
    this.end = button("End", "End the call of");
    const said = complaint();
    const callForm = new RowForm(this.call, `A call for ${title}`, [textField("From", "555-1234", { size: 12 })], "Call", said, (from) =>
      instruct({ do: "callArrives", agent: this.number, from }),
    );
    const transferForm = new RowForm(
      this.transfer,
      `Transfer the call of ${title}`,
      [textField("To the agent on", "", { size: 8, inputMode: "numeric" })],
      "Transfer",
      said,
      (to) => instruct({ do: "transfer", agent: this.number, to }),
    );
    const { open } = transferForm;
    transferForm.open = () => {
      transferForm.fields[0].control.value = this.someoneFree();
      open.call(transferForm);
    };
    this.forms = [callForm, transferForm];
    for (const form of this.forms) form.nearby = this.state;
    this.end.addEventListener("click", () => attempt(this.end, said, () => instruct({ do: "endCall", agent: this.number })));
    this.state.addEventListener("change", async () => {
      const { state, reason } = STATES[Number(this.state.value)];
      await attempt(this.state, said, () => instruct({ do: "setState", agent: this.number, state, reason }));
      this.showState();
    });
    this.element = element(
      "li",
      { className: "agent", "data-number": agent.number },
      element("span", { className: "number", textContent: agent.number }),
      element("span", { className: "name", textContent: agent.name }),
      element("span", { className: "presence" }, this.sign, this.state),
      element("span", { className: "talk" }, this.heard, this.caller, this.clock),
      element("span", { className: "actions" }, this.call, this.transfer, this.end),
      callForm.element,
      transferForm.element,
      said,
    );
  }

  update(agent) {
    this.agent = agent;
    this.found = this.centre.callOf(agent.number);
    const talks = agent.call !== undefined;
    this.showState();
    setAttribute(this.element, "data-call", agent.call ?? "none");
    const call = this.found?.call;
    setText(this.caller, !talks ? "" : call === undefined ? "In a call" : this.centre.withWhom(call, agent.number));
    setAttribute(this.caller, "title", agent.call === "Ringing" ? "Rings" : "In a call");
    const isHeard = this.centre.supervisors.some(({ monitors }) => monitors?.agent === agent.number);
    setHidden(this.heard, !isHeard);
    for (const [button, shown] of [[this.call, !talks], [this.transfer, talks], [this.end, talks]]) {
      const hadFocus = document.activeElement === button;
      setHidden(button, !shown);
      // Its place is taken by another: whoever is there with the keyboard stays in the row.
      if (hadFocus && !shown) this.state.focus();
    }
    for (const form of this.forms) if (form.isOpen() && form.opener.hidden) form.close();
  }

  showState() {
    const shown = stateOf(this.agent);
    setSign(this.sign, shown.sign);
    setAttribute(this.sign, "data-tone", shown.tone);
    const place = STATES.indexOf(shown);
    // Somebody has the list open: it is theirs until they choose.
    if (this.state.hasAttribute("aria-busy")) return;
    if (place >= 0) {
      this.passing?.remove();
      this.state.value = String(place);
    } else {
      this.passing ??= element("option", { value: "passing" });
      this.passing.textContent = shown.words;
      this.state.prepend(this.passing);
      this.state.value = "passing";
    }
  }

  someoneFree() {
    for (const agent of this.centre.agents.values()) {
      if (agent.state === "Ready" && agent.call === undefined && agent.number !== this.number) return agent.number;
    }
    return "";
  }

  tick() {
    const since = this.found?.party.since;
    const isTalking = this.agent.call !== undefined && since !== undefined;
    const words = this.agent.call === "Ringing" ? "rings" : "";
    setText(this.clock, words || (isTalking ? clock(this.centre.time() - since) : ""));
  }

  isOpen() {
    return this.forms.some((form) => form.isOpen());
  }
}

/** The states as a list to choose from: the reasons of `NotReady` stand below it. */
function options() {
  const group = element("optgroup", { label: "Not ready, because of" });
  const made = [];
  STATES.forEach(({ reason, words }, index) => {
    const option = element("option", { value: String(index), textContent: words });
    if (reason === undefined) made.push(option);
    else group.append(option);
  });
  return [...made, group];
}
