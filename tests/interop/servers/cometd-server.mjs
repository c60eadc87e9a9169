// cometd-nodejs-server, CometD's own server for Node.js.
//
// Options: `server`, the server's own; `ack`, whether it has the acknowledge extension.
// Reports: {"listening": port}, and {"sessions": […]} whenever something about them changed.

import cometd from "cometd-nodejs-server";
import acknowledge from "cometd-nodejs-server/ack-extension.js";

import { obey, options, report } from "../peer.mjs";
import { Listener } from "./listener.mjs";

let server;
let denied = null;
/** What is known of each session, by its id. */
let sessions = new Map();

function start(http) {
  const started = create();
  // Through the variable: another server may be put behind the same socket.
  http.on("request", (request, response) => server.handle(request, response));
  return () => started.close();
}

/** A server that knows nobody. */
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
  /** To all who subscribed. */
  publish: ({ channel, data }) =>
    new Promise((resolve, reject) =>
      server
        .createServerChannel(channel)
        .publish(null, data, (failure) => (failure ? reject(failure) : resolve())),
    ),
  /** The server ends every session, and says so. */
  disconnect: () => {
    for (const id of [...sessions.keys()]) server.getServerSession(id).disconnect();
  },
  /** Another server takes over, which knows nobody. Whatever the old one held it holds for ever. */
  forget: () => {
    server.close();
    create();
    report({ sessions: [] });
  },
  ...listener.commands,
  /** Refuses `what` (handshake, subscribe, publish) from now on, or nothing. */
  deny: ({ what }) => {
    denied = what;
  },
});

report({ listening: await listener.open() });
