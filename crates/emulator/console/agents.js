// The list of agents: their states, and actions.

import { instruct, stateOf, STATES } from "./centre.js";
import { attempt, button, byId, clock, complaint, counted, element, rowForm, rows, setText, textField } from "./page.js";

/** How many agents are shown. */
const SHOWN = 200;

const filter = byId("agent-filter");
const which = byId("agent-show");
const list = rows(byId("agent-list"), (agent) => agent.number, row);

let centre;

for (const control of [filter, which]) control.addEventListener("input", () => centre && show());

export function showAgents(state) {
  centre = state;
  show();
}

function show() {
  const { agents } = centre;
  const wanted = agents.filter(isWanted);
  list(wanted.slice(0, SHOWN));
  const talking = agents.filter((agent) => agent.call !== null).length;
  const free = agents.filter((agent) => agent.call === null && agent.state === "Ready").length;
  setText(byId("agent-count"), `${counted(agents.length)}: ${counted(talking)} in a call, ${counted(free)} free`);
  const rest = wanted.length - SHOWN;
  const more = byId("agent-more");
  if (wanted.length === 0) setText(more, "No agent is like that.");
  else setText(more, rest > 0 ? `And ${counted(rest)} more: filter by name, number or state.` : "");
  more.hidden = more.textContent === "";
}

function isWanted(agent) {
  // A row with the focus is kept.
  const busy = document.activeElement?.closest("#agent-list [data-number]");
  if (busy?.dataset.number === agent.number) return true;
  const kind = which.value;
  if (kind === "call" ? agent.call === null : kind !== "all" && agent.state !== kind) return false;
  const text = filter.value.trim().toLowerCase();
  return [agent.number, agent.name.toLowerCase(), caller(agent)].some((found) => found.includes(text));
}

function caller({ number, call }) {
  const part = centre.parts.get(number);
  if (call === null) return "";
  return part === undefined ? "In a call" : centre.withWhom(part.call, number);
}

function row({ number, name }) {
  const title = `${name}, ${number}`;
  const sign = element("span", { className: "sign", "aria-hidden": "true" });
  const state = element("select", { className: "state", "aria-label": `State of ${title}` });
  state.append(...STATES.map(({ words, isPassing }, index) => element("option", { value: index, textContent: words, disabled: isPassing })));
  const heard = element("span", { className: "heard", textContent: "Monitored" });
  const talk = element("span", { className: "caller" });
  const time = element("time");
  const call = button("Call…", `Call ${title}`);
  const transfer = button("Transfer…", `Transfer the call of ${title}`);
  const end = button("End", `End the call of ${title}`);
  const said = complaint();

  const from = textField("From", "555-1234", 12);
  const arrives = (from) => instruct({ do: "callArrives", agent: number, from });
  const callForm = rowForm(call, `A call for ${title}`, [from], "Call", said, arrives, state);
  const to = textField("To the agent on", "", 8);
  const transfers = (to) => instruct({ do: "transfer", agent: number, to });
  // Before the form opens, so that the suggested value is selected.
  transfer.addEventListener("click", () => (to.control.value = someoneFree(number)));
  const transferForm = rowForm(transfer, `Transfer the call of ${title}`, [to], "Transfer", said, transfers, state);

  end.addEventListener("click", () => attempt(end, said, () => instruct({ do: "endCall", agent: number })));
  state.addEventListener("change", async () => {
    const { state: wanted, reason } = STATES[state.value];
    await attempt(state, said, () => instruct({ do: "setState", agent: number, state: wanted, reason }));
    update(centre.people.get(number));
  });

  function update(agent) {
    const shown = stateOf(agent);
    setText(sign, shown.sign);
    sign.dataset.state = shown.state;
    const index = String(STATES.indexOf(shown));
    if (!state.hasAttribute("aria-busy") && state.value !== index) state.value = index;
    const talks = agent.call !== null;
    setText(talk, caller(agent));
    heard.hidden = !centre.heard.has(number);
    const since = centre.parts.get(number)?.party.since;
    const talked = since === undefined ? "" : clock(centre.now - since);
    setText(time, !talks ? "" : agent.call === "Ringing" ? "rings" : talked);
    for (const [control, isShown] of [[call, !talks], [transfer, talks], [end, talks]]) {
      const hadFocus = document.activeElement === control;
      control.hidden = !isShown;
      // Another button takes its place: keep the focus in the row.
      if (hadFocus && !isShown) state.focus();
    }
    (talks ? callForm : transferForm).close();
  }

  const parts = [
    element("span", { className: "number", textContent: number }),
    element("span", { className: "name", textContent: name }),
    element("span", { className: "presence" }, sign, state),
    element("span", { className: "talk" }, heard, talk, time),
    element("span", { className: "actions" }, call, transfer, end),
  ];
  const made = element("li", { className: "agent", "data-number": number }, ...parts, callForm.element, transferForm.element, said);
  return { element: made, update };
}

function someoneFree(number) {
  const free = centre.agents.find((agent) => agent.state === "Ready" && agent.call === null && agent.number !== number);
  return free?.number ?? "";
}
