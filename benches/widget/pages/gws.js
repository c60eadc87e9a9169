// The supervisor's session with GWS: the initial reads, and the notifications by cometd.js with default settings
// except for the WebSocket transport, which GWS does not support.

import { CometD } from "cometd/cometd.js";

const BASE = "/api/v2";

/**
 * Signs in with the page's session, reads the current state, and follows the notifications.
 *
 * @param on `live(isLive)`, `heard()` at every message of the server, `devices(list)`, `calls(list)` with all calls,
 *   `call(call)` with one that has changed, `users(list)`
 */
export async function connect(on) {
  const get = async (path) => {
    const reply = await fetch(BASE + path);
    if (!reply.ok) throw new Error(`GET ${path}: ${reply.status}`);
    return reply;
  };
  const me = await get("/me?subresources=features");
  const csrfHeader = me.headers.get("X-CSRF-HEADER");
  const client = new CometD();
  client.unregisterTransport("websocket");
  client.configure({
    url: new URL(`${BASE}/notifications`, location.href).href,
    requestHeaders: csrfHeader ? { [csrfHeader]: me.headers.get("X-CSRF-TOKEN") } : {},
    logLevel: "warn",
  });
  client.addListener("/meta/connect", ({ successful }) => {
    on.live(successful);
    if (successful) on.heard();
  });
  client.handshake(({ successful }) => {
    if (!successful) return;
    client.batch(() => {
      client.subscribe("/v2/me/devices", ({ data }) => {
        on.heard();
        if (data.messageType === "DeviceStateChangeMessage") on.devices(data.devices);
      });
      client.subscribe("/v2/me/calls", ({ data }) => {
        on.heard();
        if (data.messageType === "CallStateChangeMessage") on.call(data.call);
      });
    });
  });
  const read = async (path) => (await get(path)).json();
  await Promise.all([
    read("/me/devices?fields=*").then(({ devices }) => on.devices(devices)),
    read("/me/calls?fields=*").then(({ calls }) => on.calls(calls)),
    read("/users?fields=*&subresources=*").then(({ users }) => on.users(users)),
  ]);
}

export const isOver = (call) => call.state === "Released" || call.state === "Completed";

/** Agents' names by device number. */
export function namesByNumber(users) {
  const names = new Map();
  for (const { firstName, lastName, devices = [] } of users) {
    for (const { phoneNumber } of devices) names.set(phoneNumber, `${firstName} ${lastName}`);
  }
  return names;
}

/** The displayed form of an agent: name and number, or the number alone. */
export function shown(names, number) {
  const name = names.get(number);
  return name ? `${name} · ${number}` : number;
}

const KINDS = { ListenIn: "Listening in to", Coach: "Coaching", BargeIn: "In the call of" };

export function monitoringHeadline(monitoring, names) {
  if (!monitoring) return "Nobody is monitored";
  return `${KINDS[monitoring.state] ?? monitoring.state} ${shown(names, monitoring.phoneNumber)}`;
}

export function monitoringDetails(monitoring) {
  if (!monitoring) return "";
  const scope = monitoring.scope === "Call" ? "Whole call" : "This agent's part";
  const mode = monitoring.mode === "AllCalls" ? "all calls" : "next call";
  return `${scope} · ${mode}`;
}

export const callState = (call, duration) => `${call.state} for ${duration}`;

export const parties = (call, names) =>
  call.participants.map((it) => shown(names, it.formattedPhoneNumber || it.phoneNumber)).join(", ");

/** `h:mm:ss` or `m:ss`. */
export function span(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
