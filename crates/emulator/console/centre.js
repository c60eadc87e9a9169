// The contact centre as this page knows it, and how it is asked to change.

/** What has changed since the page was last brought up to date. */
export class Changes {
  /** The numbers of agents, and the ids of calls, that are to be looked at again. */
  agents = new Set();
  calls = new Set();
  /** What else is different: the names of properties of the centre. */
  others = new Set();
  /** Everything is to be looked at again. */
  isWhole = false;

  has(name) {
    return this.isWhole || this.others.has(name);
  }

  get concernsCalls() {
    return this.isWhole || this.calls.size > 0;
  }

  get concernsPeople() {
    return this.concernsCalls || this.agents.size > 0 || this.others.has("supervisors");
  }
}

/** What the emulator last said, and when. */
export class Centre {
  constructor() {
    this.now = 0;
    this.speed = 1;
    this.seed = undefined;
    /** By number. */
    this.agents = new Map();
    this.supervisors = [];
    /** By id, in the order in which they began. */
    this.calls = new Map();
    /** How many customers wait for an agent. */
    this.waiting = 0;
    this.faults = [];
    this.script = undefined;
    this.sessions = { signIns: 0, notifications: 0, heldPolls: 0 };
    this.heard = performance.now();
    /** The ids of calls by the numbers of those who take part. */
    this.callsByNumber = new Map();
    /** How many agents have a call, and how many could take one. */
    this.talking = 0;
    this.free = 0;
  }

  /** Takes all of it, or what has changed. */
  take(state, changes) {
    for (const agent of state.agents ?? []) this.takeAgent(agent, changes);
    for (const id of state.callsOver ?? []) this.dropCall(id, changes);
    for (const call of state.calls ?? []) this.takeCall(call, changes);
    for (const name of ["now", "speed", "seed", "supervisors", "waiting", "faults", "script", "sessions"]) {
      if (state[name] === undefined) continue;
      this[name] = state[name];
      changes.others.add(name);
    }
    this.heard = performance.now();
  }

  /** Forgets it all: another emulator may answer. */
  clear() {
    this.agents.clear();
    this.calls.clear();
    this.callsByNumber.clear();
    this.talking = 0;
    this.free = 0;
    this.script = undefined;
  }

  takeAgent(agent, changes) {
    this.count(this.agents.get(agent.number), -1);
    this.count(agent, 1);
    this.agents.set(agent.number, agent);
    changes.agents.add(agent.number);
  }

  count(agent, by) {
    if (agent === undefined) return;
    if (agent.call !== undefined) this.talking += by;
    else if (agent.state === "Ready") this.free += by;
  }

  takeCall(call, changes) {
    this.forgetParties(call.id, changes);
    this.calls.set(call.id, call);
    changes.calls.add(call.id);
    for (const { number } of call.parties) {
      const ids = this.callsByNumber.get(number);
      if (ids === undefined) this.callsByNumber.set(number, [call.id]);
      else ids.push(call.id);
      changes.agents.add(number);
    }
  }

  dropCall(id, changes) {
    this.forgetParties(id, changes);
    this.calls.delete(id);
    changes.calls.add(id);
  }

  forgetParties(id, changes) {
    for (const { number } of this.calls.get(id)?.parties ?? []) {
      const rest = this.callsByNumber.get(number).filter((other) => other !== id);
      if (rest.length === 0) this.callsByNumber.delete(number);
      else this.callsByNumber.set(number, rest);
      changes.agents.add(number);
    }
  }

  /** The call of whoever is on that number, and their part in it: the one talked on, or else the oldest. */
  callOf(number) {
    let found;
    for (const id of this.callsByNumber.get(number) ?? []) {
      const call = this.calls.get(id);
      const party = call.parties.find((one) => one.number === number);
      if (found === undefined || isActive(party)) found = { call, party };
    }
    return found;
  }

  /** The time in the contact centre, in milliseconds since its day began. */
  time() {
    return this.now + (performance.now() - this.heard) * this.speed;
  }

  person(number) {
    return this.agents.get(number) ?? this.supervisors.find((found) => found.number === number);
  }

  /** The name of whoever is on that number, with the number. */
  title(number) {
    const person = this.person(number);
    return person === undefined ? number : `${person.name} · ${number}`;
  }

  /** Who is in a call with whoever is on that number: those outside, or else the others who talk. */
  withWhom({ outside, parties, from }, number) {
    const others = parties.filter((party) => party.monitors === undefined && party.number !== number);
    const numbers = outside.length > 0 ? outside : others.map((party) => party.number);
    return numbers.length > 0 ? numbers.join(", ") : from;
  }

  name(number) {
    return this.person(number)?.name ?? number;
  }
}

const isActive = ({ leg }) => leg === "Established" || leg === "Dialing";

/** Asks for something to happen. What is refused is thrown, in words. */
export const instruct = (instruction) => post("/emulator/instructions", instruction);

/** Plays one of the scripts that come with the emulator. */
export const play = (name) => post("/emulator/scripts", { name });

/** Stops the script that is being played. */
export const stopScript = () => ask("/emulator/scripts", { method: "DELETE" });

/** The scripts that come with the emulator. */
export const shippedScripts = () => ask("/emulator/scripts", {});

/** Which instructions and faults there are. */
export const vocabulary = () => ask("/emulator/instructions", {});

const post = (address, body) =>
  ask(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

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
