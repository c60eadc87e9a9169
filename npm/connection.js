// Lets <listen-in> use the page's CometD connection instead of its own (experimental). To the widget it is a server: it
// answers messages about the session itself, and sends everything else.

const NOTIFICATIONS = /\/notifications(\/(handshake|connect|disconnect))?$/;
// How long a poll waits for events, in milliseconds.
const HOLD = 30_000;

/** Returns a function for the element's property `fetch`. connection.d.ts describes the parameters. */
export function fetchOver({ subscribe, status }, send = (request) => fetch(request)) {
  let sessions = 0;
  let session = null;
  let isUp = false;

  const end = () => {
    const ended = session;
    session = null;
    for (const off of ended?.subscriptions.values() ?? []) off();
    ended?.wake();
  };
  // It is unknown what was missed during an outage. In a new session everything is read again.
  status((isConnected) => {
    isUp = Boolean(isConnected);
    if (!isUp) end();
  });

  const begin = () => {
    end();
    session = { clientId: `page-${++sessions}`, subscriptions: new Map(), events: [], wake() {} };
    return session;
  };

  const add = (own, channel) => {
    const take = ({ data }) => {
      own.events.push({ channel, data });
      own.wake();
    };
    if (!own.subscriptions.has(channel)) own.subscriptions.set(channel, subscribe(channel, take));
  };

  const remove = (own, channel) => {
    own.subscriptions.get(channel)?.();
    own.subscriptions.delete(channel);
  };

  const wait = async (own, signal) => {
    let timer;
    await new Promise((resolve) => {
      own.wake = resolve;
      timer = setTimeout(resolve, HOLD);
      signal.addEventListener("abort", resolve);
      if (own.events.length) resolve();
    });
    clearTimeout(timer);
    // Its events are left for the next poll.
    signal.throwIfAborted();
  };

  const answer = async ({ channel, id, clientId, subscription, advice }, signal) => {
    const reply = { channel, id, successful: true };
    if (channel === "/meta/handshake") {
      const { clientId } = begin();
      return [{ ...reply, clientId, version: "1.0", supportedConnectionTypes: ["long-polling"], advice: { reconnect: "retry", interval: 0, timeout: HOLD } }];
    }
    const own = session;
    const isOwn = () => own !== null && own === session && own.clientId === clientId;
    if (channel === "/meta/connect" && advice?.timeout !== 0 && isOwn()) await wait(own, signal);
    if (!isOwn()) {
      return [{ ...reply, successful: false, error: "402::Unknown client", advice: { reconnect: "handshake", interval: 0 } }];
    }
    if (channel === "/meta/connect") return [...own.events.splice(0), reply];
    if (channel === "/meta/subscribe") for (const it of [subscription].flat()) add(own, it);
    if (channel === "/meta/unsubscribe") for (const it of [subscription].flat()) remove(own, it);
    if (channel === "/meta/disconnect") end();
    return [{ ...reply, subscription }];
  };

  return async (request) => {
    if (request.method !== "POST" || !NOTIFICATIONS.test(new URL(request.url).pathname)) return send(request);
    const { signal } = request;
    const replies = [];
    for (const message of await request.json()) {
      if (isUp) replies.push(...(await answer(message, signal)));
    }
    signal.throwIfAborted();
    if (!isUp) throw new TypeError("The connection of the page is down");
    return new Response(JSON.stringify(replies), { headers: { "Content-Type": "application/json" } });
  };
}
