// The page's own CometD connection, as the widget's client uses it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchOver } from "../connection.js";

const NOTIFICATIONS = "https://gws.example/api/v2/notifications";

function page() {
  const channels = new Map();
  const it = { channels, sent: [] };
  const subscribe = (channel, listener) => {
    channels.set(channel, listener);
    return () => channels.delete(channel);
  };
  const status = (listener) => {
    it.is = listener;
    listener(true);
  };
  const send = async (request) => it.sent.push(request.url);
  const fetch = fetchOver({ subscribe, status }, send);
  it.post = async (message, options = {}) => {
    const path = message.channel.replace(/^.meta/, "").replace(/.(un)?subscribe/, "");
    const request = new Request(NOTIFICATIONS + path, { method: "POST", body: JSON.stringify([{ id: "1", ...message }]), ...options });
    return (await fetch(request)).json();
  };
  it.fetch = fetch;
  return it;
}

async function begun() {
  const it = page();
  const [{ clientId, successful }] = await it.post({ channel: "/meta/handshake" });
  assert.ok(successful);
  await it.post({ channel: "/meta/subscribe", clientId, subscription: ["/v2/me/devices", "/v2/me/calls"] });
  return { ...it, clientId, poll: (options) => it.post({ channel: "/meta/connect", clientId }, options) };
}

test("what is no notification's is sent as it is", async () => {
  const it = page();
  await it.fetch(new Request("https://gws.example/api/v2/me"));
  await it.fetch(new Request(NOTIFICATIONS));
  assert.deepEqual(it.sent, ["https://gws.example/api/v2/me", NOTIFICATIONS]);
});

test("a poll brings what comes, also what came between two", async () => {
  const it = await begun();
  const polled = it.poll();
  it.channels.get("/v2/me/calls")({ data: { n: 1 } });
  assert.deepEqual((await polled).map(({ channel, data }) => data ?? channel), [{ n: 1 }, "/meta/connect"]);
  it.channels.get("/v2/me/devices")({ data: { n: 2 } });
  it.channels.get("/v2/me/devices")({ data: { n: 3 } });
  assert.deepEqual((await it.poll()).map(({ channel }) => channel), ["/v2/me/devices", "/v2/me/devices", "/meta/connect"]);
  assert.deepEqual(it.sent, []);
});

test("a connection that goes down ends the session, and a new one begins when it is up", async () => {
  const it = await begun();
  const polled = it.poll();
  await new Promise(setImmediate);
  it.is(false);
  await assert.rejects(polled, TypeError);
  await assert.rejects(it.post({ channel: "/meta/handshake" }), TypeError);
  assert.equal(it.channels.size, 0);
  it.is(true);
  const [refused] = await it.poll();
  assert.deepEqual([refused.successful, refused.advice.reconnect], [false, "handshake"]);
  const [{ clientId }] = await it.post({ channel: "/meta/handshake" });
  assert.notEqual(clientId, it.clientId);
});

test("an aborted poll fails, and its events come with the next", async () => {
  const it = await begun();
  const controller = new AbortController();
  const polled = it.poll({ signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort();
  await assert.rejects(polled, { name: "AbortError" });
  it.channels.get("/v2/me/calls")({ data: {} });
  assert.equal((await it.poll()).length, 2);
});

test("a disconnect ends the subscriptions", async () => {
  const it = await begun();
  await it.post({ channel: "/meta/unsubscribe", clientId: it.clientId, subscription: "/v2/me/calls" });
  assert.deepEqual([...it.channels.keys()], ["/v2/me/devices"]);
  await it.post({ channel: "/meta/disconnect", clientId: it.clientId });
  assert.equal(it.channels.size, 0);
});
