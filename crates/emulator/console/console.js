// The console of gws-emulator: keeps the connection, and hands on what it brings.

import { Agents } from "./agents.js";
import { Calls } from "./calls.js";
import { Centre, Changes } from "./centre.js";
import { Faults } from "./faults.js";
import { Log } from "./log.js";
import { byId, clock, counted, element, setText } from "./page.js";
import { Scripts } from "./scripts.js";
import { Supervisors } from "./supervisors.js";

/** How long to wait before the next attempt to connect, in milliseconds. */
const AGAIN = 1000;

const centre = new Centre();
const faults = new Faults(centre);
const scripts = new Scripts(centre);
const parts = [new Agents(centre), new Supervisors(centre), new Calls(centre), faults, scripts];
const log = new Log(centre);
const connection = byId("connection");
const lost = byId("lost");

let heardAt;

function connect() {
  const events = new EventSource("/emulator/events");
  events.addEventListener("state", (event) => {
    live(true);
    take(event, true);
    // Another emulator may answer now, with other faults and scripts.
    Promise.all([faults.learn(), scripts.learn()]).catch((error) => {
      lost.textContent = error.message;
      lost.hidden = false;
    });
  });
  events.addEventListener("changes", (event) => take(event, false));
  events.addEventListener("entry", (event) => {
    heardAt = new Date();
    log.take(JSON.parse(event.data), event.lastEventId);
  });
  events.addEventListener("error", () => {
    // Not left to the browser, which gives up for good after some errors.
    events.close();
    // Until now it was true.
    if (!document.body.classList.contains("is-lost") && heardAt !== undefined) heardAt = new Date();
    live(false);
    setTimeout(connect, AGAIN);
  });
}

/** What has not been shown yet. */
let changes = new Changes();
let frame;

function take(event, isWhole) {
  heardAt = new Date();
  if (isWhole) {
    centre.clear();
    changes.isWhole = true;
  }
  centre.take(JSON.parse(event.data), changes);
  // Several may come before the next frame, and more while nobody can see the page.
  frame ??= requestAnimationFrame(show);
}

function show() {
  const shown = changes;
  frame = undefined;
  changes = new Changes();
  for (const part of parts) part.show(shown);
  facts();
}

function live(is) {
  document.body.classList.toggle("is-lost", !is);
  setText(connection, is ? "Live" : "Not connected");
  const since = heardAt === undefined ? "" : ` What is shown is as of ${heardAt.toLocaleTimeString("en-GB")}.`;
  if (!is && lost.hidden) lost.textContent = `The emulator cannot be reached.${since} Trying again by itself.`;
  lost.hidden = is;
}

const shownFacts = new Map();

function facts() {
  const { sessions, speed, seed, waiting } = centre;
  const texts = [
    ["Day", clock(centre.time(), true)],
    ["Speed", `× ${speed}`],
    ["Seed", seed === undefined ? "" : String(seed)],
    ["Customers waiting", counted(waiting)],
    ["Signed in", counted(sessions.signIns)],
    ["Connected", counted(sessions.notifications)],
    ["Polls held", counted(sessions.heldPolls)],
  ];
  for (const [name, text] of texts) {
    let value = shownFacts.get(name);
    if (value === undefined) {
      value = element("dd");
      shownFacts.set(name, value);
      byId("facts").append(element("div", {}, element("dt", { textContent: name }), value));
    }
    setText(value, text);
  }
}

function tick() {
  if (!document.body.classList.contains("is-lost")) {
    for (const part of parts) part.tick?.();
    facts();
  }
  setTimeout(tick, 1000 - (Date.now() % 1000));
}

connect();
tick();
