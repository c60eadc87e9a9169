// The contact centre: what the emulator says of it, and how it is asked to change.

/** The contact centre at a moment, from `GET /emulator/state`. */
export class Centre {
  constructor(state) {
    Object.assign(this, state);
    this.people = new Map([...this.agents, ...this.supervisors].map((person) => [person.number, person]));
    /** Whose agents are listened to. */
    this.heard = new Set(this.supervisors.map(({ monitors }) => monitors?.agent));
    /** The calls of each number, and the part in it. */
    this.parts = new Map();
    for (const call of this.calls) {
      for (const party of call.parties) {
        const before = this.parts.get(party.number);
        // The one that is talked in, or else the oldest.
        if (before === undefined || party.leg === "Established") this.parts.set(party.number, { call, party });
      }
    }
  }

  name(number) {
    return this.people.get(number)?.name ?? number;
  }

  /** The name of whoever is on that number, with the number. */
  title(number) {
    return this.people.has(number) ? `${this.name(number)} · ${number}` : number;
  }

  /** Who is in a call with whoever is on that number: those outside, or else the others who talk. */
  withWhom({ outside, parties, from }, number) {
    const others = parties.filter((party) => party.monitors === null && party.number !== number);
    const numbers = outside.length > 0 ? outside : others.map((party) => party.number);
    return numbers.length > 0 ? numbers.join(", ") : from;
  }
}

/** Asks the emulator. What is refused is thrown, in words. */
export async function ask(address, options) {
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

/** Asks for something to happen, and has the page look what came of it. */
async function steer(address, method, body) {
  const headers = { "Content-Type": "application/json" };
  await ask(address, { method, headers, body: body && JSON.stringify(body) });
  document.dispatchEvent(new Event("steered"));
}

export const instruct = (instruction) => steer("/emulator/instructions", "POST", instruction);
export const play = (name) => steer("/emulator/scripts", "POST", { name });
export const stopScript = () => steer("/emulator/scripts", "DELETE");

function sentence(words) {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const because = (reason) => ({ state: "NotReady", reason, words: reason, sign: "◐" });

/** The states of an agent: what is shown, and the sign before it. */
export const STATES = [
  { state: "Ready", words: "Ready", sign: "●" },
  { state: "NotReady", words: "Not ready", sign: "◐" },
  ...["Lunch", "Break", "Training", "Meeting"].map(because),
  { state: "AfterCallWork", words: "After-call work", sign: "◔" },
  { state: "LoggedOut", words: "Logged out", sign: "○" },
  { state: "AuxWork", words: "Aux work", sign: "◐", isPassing: true },
  { state: "LoggedIn", words: "Logged in", sign: "◔", isPassing: true },
];

/** Which of the states somebody is in. */
export function stateOf({ state, reason }) {
  const exact = STATES.find((found) => found.state === state && (found.reason ?? null) === reason);
  return exact ?? STATES.find((found) => found.state === state);
}
