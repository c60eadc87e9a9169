// The page's end of the connection with a frame, against a simulated frame.

import assert from "node:assert/strict";
import { test } from "node:test";

const ORIGIN = "https://gws.example";

class Window extends EventTarget {
  tell(data, { source, origin = ORIGIN }) {
    this.dispatchEvent(Object.assign(new Event("message"), { source, origin, data }));
  }
}
globalThis.window = new Window();
const { connect } = await import("../frame-host.js");

// A frame, with the messages it was sent.
function frame() {
  const contentWindow = { sent: [], location: { href: "about:blank" }, postMessage: (data, origin) => contentWindow.sent.push({ ...data, origin }) };
  const iframe = Object.assign(new EventTarget(), { contentWindow });
  const tell = (type, rest, from) => window.tell({ protocol: "listen-in", version: 1, type, ...rest }, { source: contentWindow, ...from });
  const calls = () => contentWindow.sent.filter(({ type }) => type === "call");
  return { iframe, tell, calls, sent: contentWindow.sent };
}

async function connected() {
  const it = frame();
  const panel = connect(it.iframe, { origin: ORIGIN });
  it.tell("ready", { instance: "a", widget: "0.1.0", state: null });
  return { ...it, panel: await panel };
}

test("what is no frame and no origin is refused, and nothing happens later", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { iframe } = frame();
  for (const [given, options] of [
    [null, { origin: ORIGIN }],
    [{}, { origin: ORIGIN }],
    [iframe, {}],
    [iframe, { origin: "*" }],
    [iframe, { origin: `${ORIGIN}/` }],
    [iframe, { origin: "null" }],
    [iframe, undefined],
  ]) {
    await assert.rejects(connect(given, options), { code: "bad-argument" });
  }
  context.mock.timers.tick(60_000);
});

test("a frame that does not answer in time is given up, and a wait can be aborted", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const waits = connect(frame().iframe, { origin: ORIGIN });
  context.mock.timers.tick(10_000);
  await assert.rejects(waits, { code: "timeout" });
  const controller = new AbortController();
  const aborted = connect(frame().iframe, { origin: ORIGIN, signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(aborted, { message: "enough" });
  await assert.rejects(connect(frame().iframe, { origin: ORIGIN, signal: AbortSignal.abort(new Error("no")) }), { message: "no" });
});

test("messages of other windows, origins, protocols and versions settle nothing", async () => {
  const { panel, tell, calls } = await connected();
  const asked = panel.stop();
  const [{ id, origin }] = calls();
  assert.equal(origin, ORIGIN);
  const forged = { id, value: "forged" };
  tell("result", forged, { source: {} });
  tell("result", forged, { source: null });
  tell("result", forged, { origin: "https://other.example" });
  tell("result", { ...forged, protocol: "other" });
  for (const data of [null, 5, "result", [], { type: "result" }]) window.tell(data, { source: {} });
  tell("result", { ...forged, id: "other" });
  tell("result", { id, value: { step: "confirmed" }, state: null });
  const receipt = await asked;
  assert.deepEqual(receipt, { step: "confirmed" });
  assert.ok(Object.isFrozen(receipt));
  // Again, and for a call for which nobody waits.
  tell("result", { id, value: "replayed" });
});

test("two connections to a frame do not take each other's results", async () => {
  const { iframe, tell, panel, calls } = await connected();
  const second = connect(iframe, { origin: ORIGIN });
  tell("ready", { instance: "a", widget: "0.1.0", state: null });
  const asked = [panel.stop(), (await second).stop()];
  const [first, other] = calls();
  assert.notEqual(first.id, other.id);
  tell("result", { id: other.id, value: "other" });
  tell("result", { id: first.id, value: "first" });
  assert.deepEqual(await Promise.all(asked), ["first", "other"]);
});

test("a frame of another version ends what waits", async () => {
  const { panel, tell } = await connected();
  const asked = panel.stop();
  tell("ready", { version: 2 });
  await assert.rejects(asked, { code: "version" });
  await assert.rejects(panel.stop(), { code: "not-connected" });
});

test("an ended connection tells nothing more and asks for nothing", async () => {
  const { panel, tell, sent } = await connected();
  const told = [];
  panel.on("listen-in-call", (detail) => told.push(detail));
  const asked = panel.stop();
  panel.destroy();
  await assert.rejects(asked, { code: "not-connected" });
  const before = sent.length;
  await assert.rejects(panel.listenIn({ targetNumber: "6001" }), { code: "not-connected" });
  tell("event", { name: "listen-in-call", detail: { calls: [] } });
  assert.equal(sent.length, before);
  assert.deepEqual(told, []);
  assert.equal(panel.state, null);
});
