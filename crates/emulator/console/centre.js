// The contact centre as this page knows it, and how it is asked to change.

/** What the emulator last said, and when. */
export class Centre {
  constructor() {
    this.now = 0;
    this.speed = 1;
    this.seed = undefined;
    this.agents = new Map();
    this.supervisors = [];
    this.calls = [];
    this.faults = [];
    this.sessions = { signIns: 0, notifications: 0, heldPolls: 0 };
    this.heard = performance.now();
    this.callsByNumber = new Map();
  }

  /** Takes all of it, or what has changed: agents that are not named are as they were. */
  take(state, isWhole) {
    if (isWhole) this.agents.clear();
    for (const agent of state.agents) this.agents.set(agent.number, agent);
    for (const name of ["now", "speed", "seed", "supervisors", "calls", "faults", "sessions"]) {
      if (state[name] !== undefined) this[name] = state[name];
    }
    this.heard = performance.now();
    this.callsByNumber.clear();
    for (const call of this.calls) {
      for (const party of call.parties) this.callsByNumber.set(party.number, { call, party });
    }
  }

  /** The time in the contact centre, in milliseconds since its day began. */
  time() {
    return this.now + (performance.now() - this.heard) * this.speed;
  }

  /** The name of whoever is on that number, with the number. */
  title(number) {
    const person = this.agents.get(number) ?? this.supervisors.find((found) => found.number === number);
    return person === undefined ? number : `${person.name} · ${number}`;
  }

  name(number) {
    const person = this.agents.get(number) ?? this.supervisors.find((found) => found.number === number);
    return person?.name ?? number;
  }
}

/** Asks for something to happen. What is refused is thrown, in words. */
export async function instruct(instruction) {
  const reply = await ask("/emulator/instructions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(instruction),
  });
  return reply;
}

/** Which instructions and faults there are. */
export const vocabulary = () => ask("/emulator/instructions", {});

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Error("The emulator cannot be reached, so nothing has changed. Is it running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(sentence(body.error ?? `The emulator answered ${response.status}.`));
  return body;
}

function sentence(words) {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The states of an agent: what is shown, and the sign beside it. */
export const STATES = [
  { state: "Ready", words: "Ready", sign: "ready", tone: "good" },
  { state: "NotReady", words: "Not ready", sign: "busy", tone: "warn" },
  ...["Lunch", "Break", "Training", "Meeting"].map((reason) => ({
    state: "NotReady",
    reason,
    words: reason,
    sign: "busy",
    tone: "warn",
  })),
  { state: "AfterCallWork", words: "After-call work", sign: "work", tone: "quiet" },
  { state: "LoggedOut", words: "Logged out", sign: "off", tone: "quiet" },
];

/** How a state is shown. */
export function stateOf(person) {
  const { state, reason } = person;
  const known = STATES.find((found) => found.state === state && found.reason === reason);
  if (known !== undefined) return known;
  if (state === "LoggedIn") return { state, words: "Logged in", sign: "work", tone: "quiet" };
  return { state, reason, words: reason ?? state, sign: "busy", tone: "warn" };
}
