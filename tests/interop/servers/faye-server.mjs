// faye's server for Node.js.
//
// Options: `timeout`, for how many seconds it holds a connect; it forgets whoever has not connected
// for twice as long.
// Reports: {"listening": port}, {"sessions": […]} whenever something about them changed, and
// {"connects": count} whenever one arrives.

import faye from "faye";

import { obey, options, report } from "../peer.mjs";
import { Listener } from "./listener.mjs";

let adapter;
let denied = null;
/** How many connects have arrived. */
let connects = 0;
/** What is known of each session, by its id. */
let sessions = new Map();

function start(http) {
  sessions = new Map();
  adapter = new faye.NodeAdapter({ mount: "/bayeux", timeout: options.timeout ?? 30 });
  adapter.attach(http);
  adapter.addExtension({
    incoming: (message, done) => {
      if (message.channel === "/meta/connect") report({ connects: ++connects });
      if (denied && message.channel === `/meta/${denied}`) message.error = "403::not_today";
      done(message);
    },
  });
  watch(adapter, sessions);
  return () => adapter.close();
}

function watch(adapter, known) {
  // A server that has ended has nothing to report.
  const changed = () => known === sessions && report({ sessions: [...known.values()] });
  adapter.on("handshake", (id) => {
    known.set(id, { id, subscriptions: [] });
    changed();
  });
  adapter.on("disconnect", (id) => {
    known.delete(id);
    changed();
  });
  adapter.on("subscribe", (id, channel) => {
    known.get(id)?.subscriptions.push(channel);
    changed();
  });
  adapter.on("unsubscribe", (id, channel) => {
    const entry = known.get(id);
    if (!entry) return;
    entry.subscriptions = entry.subscriptions.filter((subscribed) => subscribed !== channel);
    changed();
  });
}

const listener = new Listener(start);

obey({
  /** To all who subscribed, by HTTP: faye wants no handshake for that. It passes the id on. */
  publish: async ({ channel, data, messageId }) => {
    const response = await fetch(`http://127.0.0.1:${listener.port}/bayeux`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify([{ id: messageId, channel, data }]),
    });
    const [reply] = await response.json();
    if (!reply.successful) throw new Error(reply.error);
  },
  /** Forgets everybody, which ends the connects that are held. */
  forget: () => {
    // faye has no API for it; this is what it does itself when a session has expired.
    for (const id of [...sessions.keys()]) adapter._server._engine.destroyClient(id);
  },
  ...listener.commands,
  /** Refuses `what` (handshake, subscribe) from now on, or nothing. */
  deny: ({ what }) => {
    denied = what;
  },
});

report({ listening: await listener.open() });
