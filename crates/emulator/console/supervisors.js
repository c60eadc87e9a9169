// The list of supervisors: whom they monitor, and actions in their name.

import { instruct } from "./centre.js";
import { attempt, button, byId, choice, clock, complaint, element, rowForm, rows, setText, textField } from "./page.js";

const SCOPES = { Call: "the whole call", Agent: "the agent's part" };
const KINDS = { ListenIn: "Listens to", Coach: "Coaches", BargeIn: "Barges in on" };
const MODES = { AllCalls: "all calls", NextCall: "the next call" };

const list = rows(byId("supervisor-list"), (found) => found.number, row);

let centre;

export function showSupervisors(state) {
  centre = state;
  list(state.supervisors);
}

function row({ number, name, userName }) {
  const title = `${name}, ${number}`;
  const words = element("span", { className: "monitors" });
  const leg = element("span", { className: "leg" });
  const time = element("time");
  const extent = element("span", { className: "extent quiet" });
  const said = complaint();
  const isOut = () => centre.people.get(number).state === "LoggedOut";
  const action = (text, label, instruction) => {
    const made = button(text, `${label}: ${title}`);
    made.addEventListener("click", () => attempt(made, said, () => instruct(instruction())));
    return made;
  };
  const answer = action("Answer", "Answer", () => ({ do: "answer", who: number }));
  const leave = action("Leave", "Leave the call", () => ({ do: "hangUp", who: number }));
  const stop = action("Stop", "Stop monitoring", () => ({ do: "cancelMonitoring", supervisor: number }));
  const device = action("", "Device", () => ({ do: isOut() ? "deviceOn" : "deviceOff", supervisor: number }));
  const listen = button("Listen in…", `Listen in: ${title}`);
  const fields = [textField("To the agent on", "", 8), choice("Scope", SCOPES), choice("Mode", MODES)];
  const listens = (agent, scope, mode) => instruct({ do: "listenIn", supervisor: number, agent, scope, mode });
  const form = rowForm(listen, `Listen in: ${title}`, fields, "Listen in", said, listens, listen);

  function update({ monitors, call, state }) {
    const none = state === "LoggedOut" ? "Device out of use" : "Monitors nobody";
    setText(words, monitors === null ? none : `${KINDS[monitors.kind] ?? monitors.kind} ${centre.title(monitors.agent)}`);
    words.classList.toggle("is-on", monitors !== null);
    // A space keeps the height of the line.
    setText(extent, monitors === null ? "\u00a0" : `${SCOPES[monitors.scope]}, ${MODES[monitors.mode]}`);
    setText(leg, call === null ? "" : call === "Ringing" ? "rings" : "in the call");
    const since = centre.parts.get(number)?.party.since;
    setText(time, since === undefined ? "" : clock(centre.now - since));
    setText(device, isOut() ? "Device on" : "Device off");
    // Disabled instead of hidden: nothing moves under the pointer.
    answer.disabled = call !== "Ringing";
    leave.disabled = call !== "Established";
    stop.disabled = monitors === null;
  }

  const parts = [
    element("span", { className: "number", textContent: number }),
    element("span", { className: "name", textContent: name }),
    element("span", { className: "quiet", textContent: userName, title: "The name to sign in with" }),
    element("span", { className: "watch" }, words, leg, time),
    extent,
    element("span", { className: "actions" }, listen, stop, answer, leave, device),
  ];
  const made = element("li", { className: "supervisor", "data-number": number }, ...parts, form.element, said);
  return { element: made, update };
}
