// Shared by servers and clients: the test drives them by lines of JSON.
//
// Standard input carries {"id": 1, "do": "publish", …}; standard output carries, for each of them
// and in any order, {"answer": 1, "value": …} or {"answer": 1, "error": "…"}. Everything else that
// happens is reported as {"report": {…}}. The process ends when standard input does, so it never
// outlives the test that started it.

import { createInterface } from "node:readline";

// Standard output is for lines of JSON only.
console.log = console.info = console.debug = console.error;

/** The options from the test. */
export const options = JSON.parse(process.argv[2] ?? "{}");

/** Reports something that is not an answer to a command. */
export function report(what) {
  write({ report: what });
}

/** Starts accepting commands: `commands` has a function for each, which may be asynchronous. */
export function obey(commands) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    const { id, do: name, ...parameters } = JSON.parse(line);
    try {
      const command = commands[name];
      if (!command) throw new Error(`there is no command “${name}”`);
      write({ answer: id, value: (await command(parameters)) ?? null });
    } catch (error) {
      write({ answer: id, error: error?.message ?? String(error) });
    }
  });
  lines.on("close", () => process.exit(0));
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
