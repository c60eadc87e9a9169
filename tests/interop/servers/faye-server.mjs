// faye's server for Node.js.
//
// Options: `timeout`, the number of seconds it holds a connect. It forgets a client that has not
// connected for twice as long.
// Reports: {"listening": port}, {"sessions": […]} whenever they change, and
// {"connects": count} whenever one arrives.

import faye from "faye";

import { obey, options, report } from "../peer.mjs";
import { Listener } from "./listener.mjs";

let adapter;
let denied = null;
/** How many connects have arrived. */
let connects = 0;
/** The known data of each session, by its id. */
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
  /** Publishes to all subscribers over HTTP: faye needs no handshake for that. It forwards the message id. */
  publish: async ({ channel, data, messageId }) => {
    const response = await fetch(`http://127.0.0.1:${listener.port}/bayeux`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify([{ id: messageId, channel, data }]),
    });
    const [reply] = await response.json();
    if (!reply.successful) throw new Error(reply.error);
  },
  /** Forgets all clients, which ends their held connects. */
  forget: () => {
    // faye has no API for this; it does the same itself when a session expires.
    for (const id of [...sessions.keys()]) adapter._server._engine.destroyClient(id);
  },
  ...listener.commands,
  /** Refuses `what` (handshake, subscribe) from now on; without `what`, nothing. */
  deny: ({ what }) => {
    denied = what;
  },
});

report({ listening: await listener.open() });
