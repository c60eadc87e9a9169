// The official cometd.js, set up as its reference says, with all its defaults except for the WebSocket
// transport, which GWS does not support.

import { CometD } from "./node_modules/cometd/cometd.js";
import { Subscriber } from "./subscriber.js";

const subscriber = new Subscriber();
const client = new CometD();
client.unregisterTransport("websocket");
client.configure({ url: new URL("/notifications", location.href).href, logLevel: "warn" });
client.handshake(({ successful }) => {
  if (!successful) return;
  client.batch(() => {
    for (const channel of ["/v2/me/devices", "/v2/me/calls"]) {
      client.subscribe(channel, (message) => subscriber.take(message));
    }
  });
});

window.benchmark = {
  /** Resets the counters, and expects `messages`; `read` says whether their data is read. */
  expect: (messages, read) => subscriber.expect(messages, read),
  /** The result so far, as JSON. */
  report: () => JSON.stringify(subscriber.report()),
};
