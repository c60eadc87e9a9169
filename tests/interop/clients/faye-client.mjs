// faye's client, in the place of CometD's on a page of GWS.
//
// Options: `base` (the API's address), `user`, `password`.
// Reports: {"meta": …} for each reply to a handshake, connect, subscribe or disconnect, and
// {"message": {channel, data}}.

import faye from "faye";

import { obey, options, report } from "../peer.mjs";
import { SignIn } from "./sign-in.mjs";

const address = `${options.base}/notifications`;
const signIn = new SignIn(options);
// In seconds; its own 5 are for the patient.
const client = new faye.Client(address, { retry: 0.2 });
client.disable("websocket");
client.addExtension({
  incoming: (message, done) => {
    const { channel, successful, subscription, error, advice } = message;
    if (channel?.startsWith("/meta/")) {
      report({ meta: { channel, successful, subscription, error, advice } });
    }
    done(message);
  },
});

async function renew() {
  await signIn.renew();
  // It keeps cookies, but has no API for giving it some.
  for (const pair of signIn.cookies) client._dispatcher.cookies.setCookieSync(pair, address);
  for (const [name, value] of Object.entries(signIn.csrf)) client.setHeader(name, value);
}

obey({
  /** Signs in, and puts the client in the picture. */
  signIn: renew,
  /** Makes a connection, if there is none; is done when the server has said yes. */
  subscribe: ({ channel }) =>
    client.subscribe(channel).withChannel((channel, data) => report({ message: { channel, data } })),
  publish: async ({ channel, data }) => {
    await client.publish(channel, data);
    return true;
  },
  disconnect: async () => {
    await client.disconnect();
    return true;
  },
  /** What the page asks of the REST API. */
  request: ({ method, path, body }) => signIn.request(method, path, body),
});
