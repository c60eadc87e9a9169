// The console of gws-emulator: reads the state of the contact centre once a second and shows it.

import { showAgents } from "./agents.js";
import { showCalls } from "./calls.js";
import { ask, Centre } from "./centre.js";
import { clearLog, takeEntries } from "./log.js";
import { byId, clock, counted, element, setText } from "./page.js";
import { learn, showPanels } from "./panels.js";
import { showSupervisors } from "./supervisors.js";

/** The interval between reads, in milliseconds. */
const PACE = 1000;

const lost = byId("lost");

let isLive = false;
let heardAt;
/** The contact centre's time, and the number of the log's last entry, as of the last reply. */
let now = 0;
let last = 0;
let polls = 0;
let timer;

async function poll() {
  clearTimeout(timer);
  polls += 1;
  const own = polls;
  try {
    if (!isLive) await begin();
    const state = await ask(`/emulator/state?log=${last}`);
    // A later read is under way.
    if (own !== polls) return;
    // The emulator was restarted: its log begins again.
    if (state.now < now) await begin();
    else show(state);
    setLive(true);
  } catch (error) {
    if (own !== polls) return;
    setLive(false, error);
  }
  if (!document.hidden) timer = setTimeout(poll, PACE);
}

/** Reads what this emulator offers, and clears the log of the one before. */
async function begin() {
  await learn();
  clearLog();
  now = 0;
  last = 0;
}

function show(state) {
  heardAt = new Date();
  now = state.now;
  last = state.log.at(-1)?.number ?? last;
  const centre = new Centre(state);
  for (const part of [showAgents, showSupervisors, showCalls, showPanels]) part(centre);
  takeEntries(state.log);
  const { speed, seed, waiting, sessions } = state;
  const facts = {
    Day: clock(now),
    Speed: `× ${speed}`,
    Seed: seed,
    "Customers waiting": counted(waiting),
    "Signed in": counted(sessions.signIns),
    Connected: counted(sessions.notifications),
    "Polls held": counted(sessions.heldPolls),
  };
  const shown = Object.entries(facts).map(([name, value]) =>
    element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: value })),
  );
  byId("facts").replaceChildren(...shown);
}

function setLive(is, error) {
  isLive = is;
  document.body.classList.toggle("is-lost", !is);
  setText(byId("connection"), is ? "Live" : "Not connected");
  const since = heardAt === undefined ? "" : ` What is shown is as of ${heardAt.toLocaleTimeString("en-GB")}.`;
  setText(lost, is ? "" : `${error.message}${since} Trying again by itself.`);
  lost.hidden = is;
}

// A hidden page reads nothing.
document.addEventListener("visibilitychange", () => document.hidden || poll());
document.addEventListener("steered", poll);
poll();
