// The contact centre: its state, and instructions that change it.

/** The contact centre at a moment, from `GET /emulator/state`. */
export class Centre {
  constructor(state) {
    Object.assign(this, state);
    this.people = new Map([...this.agents, ...this.supervisors].map((person) => [person.number, person]));
    /** The agents who are monitored. */
    this.heard = new Set(this.supervisors.map(({ monitors }) => monitors?.agent));
    /** The calls of each number, with its participant. */
    this.parts = new Map();
    for (const call of this.calls) {
      for (const party of call.parties) {
        const before = this.parts.get(party.number);
        // The established call, otherwise the oldest.
        if (before === undefined || party.leg === "Established") this.parts.set(party.number, { call, party });
      }
    }
  }

  name(number) {
    return this.people.get(number)?.name ?? number;
  }

  /** The name of the user at a number, with the number. */
  title(number) {
    return this.people.has(number) ? `${this.name(number)} · ${number}` : number;
  }

  /** The other parties of a call at a number: external ones, otherwise the internal ones. */
  withWhom({ outside, parties, from }, number) {
    const others = parties.filter((party) => party.monitors === null && party.number !== number);
    const numbers = outside.length > 0 ? outside : others.map((party) => party.number);
    return numbers.length > 0 ? numbers.join(", ") : from;
  }
}

/** Sends a request to the emulator. Throws the text of a refusal. */
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

/** Sends an instruction, then reads the state again. */
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

/** The states of an agent: text and sign. */
export const STATES = [
  { state: "Ready", words: "Ready", sign: "●" },
  { state: "NotReady", words: "Not ready", sign: "◐" },
  ...["Lunch", "Break", "Training", "Meeting"].map(because),
  { state: "AfterCallWork", words: "After-call work", sign: "◔" },
  { state: "LoggedOut", words: "Logged out", sign: "○" },
  { state: "AuxWork", words: "Aux work", sign: "◐", isPassing: true },
  { state: "LoggedIn", words: "Logged in", sign: "◔", isPassing: true },
];

/** The state of an agent. */
export function stateOf({ state, reason }) {
  const exact = STATES.find((found) => found.state === state && (found.reason ?? null) === reason);
  return exact ?? STATES.find((found) => found.state === state);
}
