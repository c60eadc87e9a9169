// The list of calls: parties, supervisors, duration.

import { instruct } from "./centre.js";
import { attempt, button, byId, clock, complaint, counted, element, rows, setText } from "./page.js";

/** How many calls are shown, the latest first. */
const SHOWN = 40;

/** What a supervisor does in a call, by role. */
const PARTS = { ListenIn: "listens", Coach: "coaches", BargeIn: "takes part" };

const calls = rows(byId("call-list"), (call) => call.id, callRow);

let centre;

export function showCalls(state) {
  centre = state;
  calls(state.calls.slice(-SHOWN).reverse());
  setText(byId("call-count"), counted(state.calls.length));
  const rest = state.calls.length - SHOWN;
  const more = byId("call-more");
  if (state.calls.length === 0) setText(more, "Nobody is talking.");
  else setText(more, rest > 0 ? `And ${counted(rest)} that began before.` : "");
  more.hidden = more.textContent === "";
}

function callRow({ id, from }) {
  const outside = element("span", { className: "caller" });
  const parties = element("span");
  const time = element("time");
  const said = complaint();
  const end = button("End", `End the call from ${from}`);
  end.addEventListener("click", () => attempt(end, said, () => instruct({ do: "clearCall", call: id })));

  function update(call) {
    setText(outside, centre.withWhom(call, from));
    const words = call.parties.map(({ number, monitors, leg }) => {
      const who = monitors === null ? centre.title(number) : `${centre.name(number)} ${PARTS[monitors]}`;
      return leg === "Ringing" ? `${who} (rings)` : who;
    });
    setText(parties, words.join(" · "));
    setText(time, clock(centre.now - Math.min(...call.parties.map((party) => party.since))));
  }

  const actions = element("span", { className: "actions" }, end);
  return { element: element("li", { className: "one-call" }, outside, parties, time, actions, said), update };
}
