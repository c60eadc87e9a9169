// cometd-nodejs-server, CometD's own server for Node.js.
//
// Options: `server`, passed to the server; `ack`, whether it has the acknowledge extension.
// Reports: {"listening": port}, and {"sessions": […]} whenever they change.

import cometd from "cometd-nodejs-server";
import acknowledge from "cometd-nodejs-server/ack-extension.js";

import { obey, options, report } from "../peer.mjs";
import { Listener } from "./listener.mjs";

let server;
let denied = null;
/** The known data of each session, by its id. */
let sessions = new Map();

function start(http) {
  const started = create();
  // Reads the variable each time: another server may be put behind the same socket.
  http.on("request", (request, response) => server.handle(request, response));
  return () => started.close();
}

/** A server without sessions. */
function create() {
  sessions = new Map();
  server = cometd.createCometDServer(options.server);
  if (options.ack) server.addExtension(new acknowledge.AcknowledgedMessagesExtension());
  server.policy = {
    canHandshake: (_session, _message, done) => done(undefined, denied !== "handshake"),
    canSubscribe: (_session, _message, _channel, done) => done(undefined, denied !== "subscribe"),
    canPublish: (_session, _message, _channel, done) => done(undefined, denied !== "publish"),
  };
  watch(server, sessions);
  return server;
}

function watch(server, known) {
  // A server that was replaced has nothing to report.
  const changed = () => known === sessions && report({ sessions: [...known.values()] });
  server.addListener("sessionAdded", (session) => {
    const entry = { id: session.id, held: false, subscriptions: [] };
    known.set(session.id, entry);
    session.addListener("suspended", () => {
      entry.held = true;
      changed();
    });
    session.addListener("resumed", () => {
      entry.held = false;
      changed();
    });
    changed();
  });
  server.addListener("sessionRemoved", (session) => {
    known.delete(session.id);
    changed();
  });
  const subscriptionsChanged = (channel, session) => {
    const entry = known.get(session.id);
    if (!entry) return;
    entry.subscriptions = session.subscriptions.map((subscribed) => subscribed.name);
    changed();
  };
  server.addListener("subscribed", subscriptionsChanged);
  server.addListener("unsubscribed", subscriptionsChanged);
}

const listener = new Listener(start);

obey({
  /** Publishes to all subscribers. */
  publish: ({ channel, data }) =>
    new Promise((resolve, reject) =>
      server
        .createServerChannel(channel)
        .publish(null, data, (failure) => (failure ? reject(failure) : resolve())),
    ),
  /** Ends every session, and tells the clients. */
  disconnect: () => {
    for (const id of [...sessions.keys()]) server.getServerSession(id).disconnect();
  },
  /** Another server without sessions takes over. Requests held by the old one are never answered. */
  forget: () => {
    server.close();
    create();
    report({ sessions: [] });
  },
  ...listener.commands,
  /** Refuses `what` (handshake, subscribe, publish) from now on; without `what`, nothing. */
  deny: ({ what }) => {
    denied = what;
  },
});

report({ listening: await listener.open() });
