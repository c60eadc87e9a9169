// The log: requests, replies, notifications, what happens in the contact centre, faults and
// instructions, in the order in which they happened.

import { byId, counted, element, setHidden, setText } from "./page.js";

/** How many entries are kept. */
const KEPT = 1000;
/** How many are shown at once. */
const SHOWN = 400;

/** What can be shown or not. */
const KINDS = [
  { kind: "exchange", words: "Requests", shown: true },
  { kind: "connect", words: "Polls", shown: false },
  { kind: "notification", words: "Notifications", shown: true },
  { kind: "world", words: "Centre", shown: false },
  { kind: "fault", words: "Faults", shown: true },
];

export class Log {
  constructor(centre) {
    this.centre = centre;
    this.list = byId("log-list");
    this.entries = [];
    /** The emulator's run whose entries come, and the number of the last one. */
    this.run = undefined;
    this.latest = 0;
    this.paused = false;
    this.missed = 0;
    /** Those that will be shown with the next frame. */
    this.waiting = [];
    this.shown = new Set(KINDS.filter((kind) => kind.shown).map((kind) => kind.kind));
    this.filter = byId("log-filter");
    this.filter.addEventListener("input", () => this.showAll());
    const kinds = byId("log-kinds");
    for (const { kind, words, shown } of KINDS) {
      const box = element("input", { type: "checkbox", checked: shown });
      box.addEventListener("change", () => {
        if (box.checked) this.shown.add(kind);
        else this.shown.delete(kind);
        this.showAll();
      });
      kinds.append(element("label", {}, box, ` ${words}`));
    }
    const pause = byId("log-pause");
    pause.addEventListener("click", () => {
      this.paused = !this.paused;
      pause.setAttribute("aria-pressed", String(this.paused));
      if (!this.paused) this.showAll();
      this.count();
    });
    this.follows = true;
    this.latestButton = byId("log-latest");
    this.latestButton.addEventListener("click", () => this.follow());
    this.list.addEventListener("scroll", () => this.setFollows(this.isAtEnd()));
    // Another size is no wish to read something else.
    new ResizeObserver(() => this.follows && this.follow()).observe(this.list);
    byId("log-clear").addEventListener("click", () => {
      this.entries = [];
      this.showAll();
    });
    this.count();
  }

  /**
   * Takes an entry of the journal, whose id begins with the emulator's run. Those that are known
   * already come again after a reconnect; another run counts from 1 again.
   */
  take(entry, id) {
    const [run] = id.split("-");
    if (run !== this.run) this.latest = 0;
    else if (entry.number <= this.latest) return;
    this.run = run;
    this.latest = entry.number;
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.shift();
    if (this.paused) {
      this.missed += 1;
      this.count();
      return;
    }
    if (this.entries.length === 1) this.count();
    if (!this.isWanted(entry)) return;
    this.waiting.push(entry);
    if (this.waiting.length > SHOWN) this.waiting.shift();
    // Many come at once: they are shown together.
    this.due ??= requestAnimationFrame(() => {
      this.due = undefined;
      this.append(this.waiting.splice(0));
    });
  }

  append(entries) {
    const { list } = this;
    list.append(...entries.map((entry) => this.line(entry)));
    while (list.childElementCount > SHOWN) list.firstElementChild.remove();
    // Whoever has scrolled up reads: the list stays where it is.
    if (this.follows) this.follow();
    this.count();
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight < 24;
  }

  follow() {
    this.setFollows(true);
    this.list.scrollTop = this.list.scrollHeight;
  }

  setFollows(follows) {
    this.follows = follows;
    setHidden(this.latestButton, follows);
  }

  showAll() {
    this.missed = 0;
    this.waiting = [];
    this.list.replaceChildren();
    this.append(this.entries.filter((entry) => this.isWanted(entry)).slice(-SHOWN));
    this.follow();
  }

  count() {
    const words = this.paused
      ? `Paused; ${counted(this.missed)} new`
      : this.entries.length === 0
        ? "Nothing has happened yet."
        : `${counted(this.list.childElementCount)} shown`;
    setText(byId("log-count"), words);
  }

  isWanted(entry) {
    if (!this.shown.has(kindOf(entry))) return false;
    const wanted = this.filter.value.trim().toLowerCase();
    if (wanted === "") return true;
    const { who, what, outcome } = wordsOf(entry);
    return `${who} ${what} ${outcome ?? ""} ${entry.path ?? ""}`.toLowerCase().includes(wanted);
  }

  line(entry) {
    const { mark, spoken, who, what, outcome, tone, body } = wordsOf(entry);
    const head = [
      element("time", { textContent: timeOf(entry.at), dateTime: new Date(entry.at).toISOString() }),
      element("span", { className: "mark", "aria-hidden": "true", textContent: mark }),
      element("span", { className: "hidden", textContent: `${spoken}: ` }),
      element("span", { className: "who", textContent: who, title: this.centre.title(who) }),
      element("span", { className: "what", textContent: what }),
      ...(outcome === undefined ? [] : [element("span", { className: "outcome", textContent: outcome })]),
    ];
    const line = element("li", { className: "entry", "data-kind": entry.entry, "data-tone": tone ?? "plain" });
    if (body === undefined) {
      line.append(element("span", { className: "line" }, ...head));
      return line;
    }
    const details = element("details", {}, element("summary", { className: "line" }, ...head));
    // Most are never unfolded: the body is written out when it is.
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(element("pre", { tabIndex: 0, textContent: body() }));
    });
    line.append(details);
    return line;
  }
}

function kindOf(entry) {
  switch (entry.entry) {
    case "request":
    case "reply":
      return entry.kind === "connect" ? "connect" : "exchange";
    case "notification":
      return "notification";
    case "worldEvent":
      return "world";
    default:
      return "fault";
  }
}

/** What a line says. */
function wordsOf(entry) {
  const who = entry.who ?? entry.to ?? "";
  switch (entry.entry) {
    case "request":
      return { mark: "→", spoken: "Request", who: who || "?", what: entry.what, body: bodyOf(entry, `${entry.method} ${entry.path}`) };
    case "reply": {
      const held = entry.held >= 10 ? `, ${entry.held >= 10000 ? `${(entry.held / 1000).toFixed(1)} s` : `${counted(entry.held)} ms`}` : "";
      const tone = { done: "plain", refused: "bad", cutOff: "warn" }[entry.end];
      return { mark: "←", spoken: "Reply", who: who || "?", what: entry.what, outcome: `${entry.outcome}${held}`, tone, body: bodyOf(entry, entry.status === undefined ? "no reply" : `HTTP ${entry.status}`) };
    }
    case "notification":
      return { mark: "⇐", spoken: "Notification", who, what: notificationWords(entry), tone: "accent", body: () => `${entry.channel}\n\n${JSON.stringify(entry.data, null, 2)}` };
    case "worldEvent":
      return { mark: "·", spoken: "In the contact centre", who, what: entry.what, tone: "quiet" };
    case "fault":
      return { mark: "!", spoken: "Fault", who: "", what: `${entry.fault} strikes ${entry.struck}`, tone: "warn" };
    case "faultOver":
      return { mark: "!", spoken: "Fault", who: "", what: `${entry.fault} is over`, tone: "quiet" };
    case "script": {
      const { name, done, steps, progress, line, why } = entry.script;
      const words = why === undefined ? progress : `line ${line}: ${why}`;
      return { mark: "»", spoken: "Script", who: "", what: `script ${name}, ${done} of ${steps} steps: ${words}`, tone: why === undefined ? "quiet" : "warn", body: () => JSON.stringify(entry.script, null, 2) };
    }
    case "instruction":
      return { mark: "»", spoken: "Instruction", who: "", what: instructionWords(entry.instruction), tone: "quiet" };
    default:
      return { mark: "·", spoken: "Entry", who, what: entry.entry, body: () => JSON.stringify(entry, null, 2) };
  }
}

function bodyOf(entry, title) {
  const { body, text, bytes } = entry;
  if (body === undefined && text === undefined) return () => title;
  const written = body === undefined ? text : JSON.stringify(body, null, 2);
  const rest = text !== undefined && bytes > text.length ? `\n… ${counted(bytes)} bytes in all` : "";
  return () => `${title}\n\n${written}${rest}`;
}

function notificationWords({ channel, data }) {
  const kind = (data?.messageType ?? "message").replace(/Message$/, "");
  const call = data?.call;
  if (call !== undefined) {
    const others = (call.participants ?? []).map((one) => one.digits ?? one.phoneNumber ?? one).join(", ");
    const change = data.notificationType === "ParticipantsUpdated" ? "participants of " : "";
    return `${kind}: ${change}${call.state} call with ${others}`;
  }
  const device = data?.devices?.[0];
  if (device !== undefined) {
    const monitoring = device.supervisorMonitoringState;
    const listens = monitoring === undefined ? "" : `, ${monitoring.state ?? monitoring} ${monitoring.phoneNumber ?? ""}`;
    return `${kind}: ${device.userState?.displayName ?? device.deviceState}${listens.trimEnd()}`;
  }
  return `${kind} on ${channel}${data?.errorMessage ? `: ${data.errorMessage}` : ""}`;
}

function instructionWords({ do: name, ...rest }) {
  const parameters = Object.entries(rest).map(([key, value]) => `${key} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [name, parameters.join(", ")].join(" ").trim();
}

function timeOf(at) {
  const time = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
