// CometD's own JavaScript client, as a page of GWS uses it.
//
// Options: `base` (the API's address), `user`, `password`.
// Reports: {"meta": …} for the reply to a handshake, connect, subscribe or disconnect, or for the
// failure to get one, and {"message": {channel, data}}.

import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";

import { obey, options, report } from "../peer.mjs";
import { SignIn } from "./sign-in.mjs";

const signIn = new SignIn(options);

// The client and the rest of the page share cookies, as in a browser.
adapt({
  cookies: {
    storeCookie: (_address, line, done) => {
      signIn.take(line);
      done();
    },
    retrieveCookies: (_context, _address, done) => done(null, signIn.cookies),
  },
});

const client = new CometD();
client.unregisterTransport("websocket");
client.unregisterTransport("callback-polling");
const channels = new Set();

for (const channel of ["/meta/handshake", "/meta/connect", "/meta/subscribe", "/meta/disconnect"]) {
  client.addListener(channel, ({ successful, subscription, error, advice, failure }) => {
    const httpCode = failure?.httpCode;
    report({ meta: { channel, successful, subscription, error, advice, httpCode } });
  });
}

// The client forgets its subscriptions along with the session; the application has to subscribe
// again.
client.addListener("/meta/handshake", ({ successful }) => {
  if (successful) client.batch(() => channels.forEach(subscribe));
});

function subscribe(channel) {
  client.subscribe(channel, ({ channel, data }) => report({ message: { channel, data } }));
}

async function renew() {
  await signIn.renew();
  client.configure({
    url: `${options.base}/notifications`,
    requestHeaders: signIn.csrf,
    backoffIncrement: 50,
    logLevel: "warn",
  });
}

obey({
  /** Signs in, and passes the session on to the client. */
  signIn: renew,
  handshake: () => client.handshake(),
  subscribe: ({ channel }) => {
    channels.add(channel);
    if (!client.isDisconnected()) subscribe(channel);
  },
  publish: ({ channel, data }) =>
    new Promise((resolve) => client.publish(channel, data, ({ successful }) => resolve(successful))),
  disconnect: () =>
    new Promise((resolve) => client.disconnect(({ successful }) => resolve(successful))),
  /** A request of the page to the REST API. */
  request: ({ method, path, body }) => signIn.request(method, path, body),
});
