// faye's client, in place of CometD's on a page of GWS.
//
// Options: `base` (the API's address), `user`, `password`.
// Reports: {"meta": …} for each reply to a handshake, connect, subscribe or disconnect, and
// {"message": {channel, data}}.

import faye from "faye";

import { obey, options, report } from "../peer.mjs";
import { SignIn } from "./sign-in.mjs";

const address = `${options.base}/notifications`;
const signIn = new SignIn(options);
// In seconds; the default of 5 is too slow for a test.
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
  // The client keeps cookies, but has no API to set them.
  for (const pair of signIn.cookies) client._dispatcher.cookies.setCookieSync(pair, address);
  for (const [name, value] of Object.entries(signIn.csrf)) client.setHeader(name, value);
}

obey({
  /** Signs in, and passes the session on to the client. */
  signIn: renew,
  /** Connects if necessary; resolves when the server has confirmed the subscription. */
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
  /** A request of the page to the REST API. */
  request: ({ method, path, body }) => signIn.request(method, path, body),
});
