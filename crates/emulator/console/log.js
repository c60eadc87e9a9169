// The log: requests, replies, notifications, faults, instructions and scripts, in order of time.

import { byId, counted, element, setText } from "./page.js";

/** How many entries are kept, and how many are shown at once. */
const KEPT = 500;
const SHOWN = 200;

/** The kinds of entries, which can be filtered. */
const GROUPS = { exchange: "Requests", connect: "Polls", notification: "Notifications", other: "Faults" };

const MARKS = {
  request: ["→", "Request"],
  reply: ["←", "Reply"],
  notification: ["⇐", "Notification"],
  fault: ["!", "Fault"],
  instruction: ["»", "Instruction"],
  script: ["»", "Script"],
};

const list = byId("log-list");
const filter = byId("log-filter");
const pause = byId("log-pause");
const shown = new Set(["exchange", "notification", "other"]);

let entries = [];
let paused = false;
let missed = 0;

filter.addEventListener("input", showAll);
byId("log-clear").addEventListener("click", clearLog);
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  if (paused) count();
  else showAll();
});
for (const [group, words] of Object.entries(GROUPS)) {
  const box = element("input", { type: "checkbox", checked: shown.has(group) });
  box.addEventListener("change", () => {
    if (box.checked) shown.add(group);
    else shown.delete(group);
    showAll();
  });
  byId("log-kinds").append(element("label", {}, box, ` ${words}`));
}

export function takeEntries(more) {
  entries = [...entries, ...more].slice(-KEPT);
  if (paused) {
    missed += more.length;
    count();
  } else append(more);
}

export function clearLog() {
  entries = [];
  showAll();
}

function showAll() {
  missed = 0;
  list.replaceChildren();
  append(entries);
}

function append(more) {
  // After scrolling up, the list stays where it is.
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  list.append(...more.filter(isWanted).slice(-SHOWN).map(line));
  while (list.childElementCount > SHOWN) list.firstElementChild.remove();
  if (follows) list.scrollTop = list.scrollHeight;
  count();
}

function count() {
  const number = list.childElementCount;
  if (paused) setText(byId("log-count"), `Paused; ${counted(missed)} new`);
  else setText(byId("log-count"), entries.length === 0 ? "Nothing has happened yet." : `${counted(number)} shown`);
}

function isWanted({ kind, who, what, outcome }) {
  const isExchange = kind === "request" || kind === "reply";
  const group = isExchange ? (what === "connect" ? "connect" : "exchange") : kind === "notification" ? kind : "other";
  const text = filter.value.trim().toLowerCase();
  return shown.has(group) && `${who ?? ""} ${what} ${outcome ?? ""}`.toLowerCase().includes(text);
}

function line({ at, kind, who, what, status, outcome, body }) {
  const [mark, spoken] = MARKS[kind];
  const words = kind === "notification" ? inWords(what, body) : what;
  const head = [
    element("time", { textContent: timeOf(new Date(at)) }),
    element("span", { className: "mark", "aria-hidden": "true", textContent: mark }),
    element("span", { className: "hidden", textContent: `${spoken}: ` }),
    element("span", { className: "who", textContent: who ?? "" }),
    element("span", { className: "what", textContent: words }),
    element("span", { className: "outcome", textContent: `${status ?? ""} ${outcome ?? ""}` }),
  ];
  const isBad = kind === "reply" && (status === undefined || status >= 400);
  const made = element("li", { className: "entry", "data-kind": isBad ? "bad" : kind });
  if (body === undefined) {
    made.append(element("span", { className: "line" }, ...head));
    return made;
  }
  const details = element("details", {}, element("summary", { className: "line" }, ...head));
  const unfold = () => details.append(element("pre", { tabIndex: 0, textContent: indented(body) }));
  // Built on demand: most entries are never opened.
  details.addEventListener("toggle", unfold, { once: true });
  made.append(details);
  return made;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text with the JSON at its end indented. Incomplete JSON is left unchanged. */
function indented(body) {
  const begin = body.search(/[[{]/);
  const json = begin < 0 ? undefined : parsed(body.slice(begin));
  return json === undefined ? body : body.slice(0, begin) + JSON.stringify(json, null, 2);
}

/** A summary of a notification. */
function inWords(channel, body) {
  const data = parsed(body);
  const kind = (data?.messageType ?? channel).replace(/Message$/, "");
  if (data?.call !== undefined) {
    const others = (data.call.participants ?? []).map((one) => one.digits ?? one.phoneNumber ?? one).join(", ");
    return `${kind}: ${data.call.state} call with ${others}`;
  }
  const device = data?.devices?.[0];
  if (device === undefined) return `${kind}${data?.errorMessage ? `: ${data.errorMessage}` : ""}`;
  const monitoring = device.supervisorMonitoringState;
  const listens = monitoring === undefined ? "" : `, ${monitoring.state ?? monitoring} ${monitoring.phoneNumber ?? ""}`;
  return `${kind}: ${device.userState?.displayName ?? device.deviceState}${listens.trimEnd()}`;
}

const timeOf = (time) => `${time.toLocaleTimeString("en-GB")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
