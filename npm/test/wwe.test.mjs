// Requests to Workspace Web Edition: no more often than allowed, and no refused one twice.

import assert from "node:assert/strict";
import { test } from "node:test";

const ORIGIN = "https://wwe.example";

// A workspace that replies as `reply(request)` says, in the next task.
function workspace(reply) {
  const listeners = new Set();
  globalThis.window = {
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  const target = {
    requests: [],
    tell: (data, { source = target, origin = ORIGIN } = {}) => {
      for (const listener of listeners) listener({ source, origin, data: { userAgent: "WWE", ...data } });
    },
    postMessage({ request, referenceId, frameId }, origin) {
      assert.equal(origin, ORIGIN);
      target.requests.push({ request, frameId });
      const data = reply(request);
      if (data) setImmediate(() => target.tell({ referenceId, ...data }));
    },
  };
  return target;
}

function element() {
  const attributes = new Map();
  const it = new (class extends EventTarget {
    static observedAttributes = ["base-url", "limit", "thresholds"];
  })();
  return Object.assign(it, {
    attributes,
    hasAttribute: (name) => attributes.has(name),
    setAttribute: (name, value) => attributes.set(name, value),
  });
}

async function connected(reply, options) {
  const { connect } = await import("../wwe.js");
  const [target, it] = [workspace(reply), element()];
  return { target, it, panel: await connect(it, { origin: ORIGIN, target, timeout: 50, ...options }) };
}

test("options are read in each form that the reply may have", async () => {
  for (const reply of [
    { "ListenIn/limit": "5", "ListenIn/base-url": "/api/v2" },
    { ListenIn: { limit: 5, "base-url": "/api/v2" } },
    { 0: { name: "ListenIn", options: [{ name: "limit", value: 5 }, { name: "base-url", value: "/api/v2" }] } },
    { data: [{ name: "ListenIn", options: { limit: "5", "base-url": "/api/v2", label: "Listen in" } }] },
  ]) {
    const { it } = await connected((request) => request === "configuration.getOption" && reply);
    assert.deepEqual(Object.fromEntries(it.attributes), { limit: "5", "base-url": "/api/v2" });
  }
});

test("a request beyond the limit is not sent", async () => {
  const { target, panel } = await connected(() => ({}), { perMinute: 4 });
  const ended = await Promise.allSettled([1, 2, 3, 4].map(() => panel.ask("agent.get")));
  assert.deepEqual(
    ended.map(({ status, reason }) => reason?.code ?? status),
    ["fulfilled", "fulfilled", "rate-limit", "rate-limit"],
  );
  assert.equal(target.requests.length, 4);
});

test("a refused service is not asked for again, and others are", async () => {
  const reply = (request) => (request === "agent.get" ? { errorMessage: "no" } : {});
  const { target, panel } = await connected(reply);
  for (let time = 0; time < 2; time += 1) await assert.rejects(panel.ask("agent.get"), { code: "refused" });
  await panel.ask("agent.getState");
  assert.deepEqual(target.requests.slice(2).map(({ request }) => request), ["agent.get", "agent.getState"]);
});

test("replies of others are not taken, and the frame's id is sent back", async () => {
  const { target, panel } = await connected(() => null);
  // It did not answer: nothing more is sent for now.
  await assert.rejects(panel.ask("agent.get"), { code: "timeout" });
  assert.equal(target.requests.length, 2);

  const other = await connected((request) => request !== "agent.get" && {});
  other.target.tell({ frameId: "frame-3" });
  const asked = other.panel.ask("agent.get");
  for (const from of [{ source: {} }, { origin: "https://other.example" }]) {
    other.target.tell({ referenceId: "listen-in-3", forged: true }, from);
  }
  await assert.rejects(asked, { code: "timeout" });
  assert.equal(other.target.requests.at(-1).frameId, "frame-3");
});
