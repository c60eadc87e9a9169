// Usage that the documents promise, and mistakes that the compiler must find.

import { ListenInError, type ListenInReceiptDetail, type ListenInState } from "listen-in";
import { fetchOver } from "listen-in/connection";
import { define, init } from "listen-in/manual";
import "listen-in/bundle";

define({ tag: "my-listen-in" });
await init({ wasm: new URL("core.wasm", import.meta.url), locales: "/locales/" });
await init({ wasm: fetch("core.wasm") });
await init({ wasm: new Uint8Array() });
// @ts-expect-error: the WebAssembly is missing
await init({ locales: "/locales/" });

const element = document.createElement("listen-in");
element.baseUrl = "/api/v2";
element.baseUrl = null;
element.limit = 30;
element.sipCluster = false;
element.texts = { coach: "Whisper" };
element.headers = ({ method }) => ({ "X-Method": method });
element.tokenProvider = async ({ reason }) => (reason === "start" ? { token: "t", expires: Date.now() } : null);
element.fetch = (request) => fetch(request);
element.fetch = fetchOver({ subscribe: (channel, listener) => () => listener({ data: channel }), status: (listener) => listener(true) });
// @ts-expect-error: `status` is missing
element.fetch = fetchOver({ subscribe: () => () => {} });
const version: string = element.version;
const state: ListenInState | null = element.state;
state?.calls.map((call) => call.audience);
if (state?.monitoring.state === "active") console.log(state.monitoring.scope.length);
// @ts-expect-error: it is read-only
if (state) state.connection.phase = "live";
// @ts-expect-error: it is read-only
state?.calls.push();
// @ts-expect-error: it is read-only
state?.calls[0]?.participants.push("6001");
element.label = "Monitoring";
element.label = undefined;
// Absent options may be undefined or null.
const [absent, nothing]: [undefined, null] = [undefined, null];
await element.listenIn({ targetNumber: "6001", targetDeviceId: absent, scope: absent, mode: nothing, limit: absent, signal: absent });
await element.mute("1", { party: absent, muted: nothing, signal: nothing });
await element.stop({ signal: new AbortController().signal });
await element.start();
await element.retry();
element.focus({ preventScroll: true });
// @ts-expect-error: it is read-only
element.state = null;
// @ts-expect-error: no such value
element.credentials = "always";

try {
  const receipt: ListenInReceiptDetail | null = await element.listenIn({ targetDeviceId: "5005", limit: 30 });
  console.log(version, receipt?.time);
  await element.mute("1", { party: "agent", muted: false, signal: AbortSignal.timeout(1) });
  await element.switchTo("1", "BargeIn");
  // @ts-expect-error: no such kind
  await element.switchTo("1", "Whisper");
  // @ts-expect-error: no such mode
  await element.coach({ targetNumber: "5005", mode: "Some" });
} catch (error) {
  if (error instanceof ListenInError && error.code === "refused") console.log(error.receipt?.why);
  // @ts-expect-error: no such code
  if (error instanceof ListenInError && error.code === "bored") console.log();
}

element.addEventListener("listen-in-monitoring", (event) => {
  if (event.detail.state === "active") console.log(event.detail.kind.length, event.detail.until);
  // @ts-expect-error: only active monitoring has a kind
  else console.log(event.detail.kind.length);
  // @ts-expect-error: no such state
  if (event.detail.state === "paused") console.log();
});
document.addEventListener("listen-in-before-request", (event) => {
  if (event.detail.audience === "everyone") event.preventDefault();
});
