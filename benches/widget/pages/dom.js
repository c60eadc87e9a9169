// The job with bare DOM: the elements are created once, and each message updates the texts that depend on
// it.

import { callState, connect, isOver, monitoringDetails, monitoringHeadline, namesByNumber, parties, span } from "./gws.js";

document.body.innerHTML = `
  <section class="connection" aria-label="Connection"><strong id="phase">Connecting</strong> <span id="heard"></span></section>
  <section class="device" aria-label="My device">
    <span>My device</span> <bdi id="number"></bdi> <span id="in-the-way"></span>
    <details>
      <summary>Details</summary>
      <dl>
        <div><dt>Device</dt><dd id="device-state"></dd></div>
        <div><dt>State</dt><dd id="user-state"></dd></div>
        <div><dt>Do not disturb</dt><dd id="do-not-disturb"></dd></div>
        <div><dt>Forwarding</dt><dd id="forwarding"></dd></div>
        <div><dt>Network</dt><dd id="network"></dd></div>
      </dl>
    </details>
  </section>
  <section class="monitoring" aria-label="Monitoring">
    <strong id="monitoring"></strong> <span id="monitoring-details"></span>
  </section>
  <section class="call" aria-label="Call"><strong id="call-state"></strong> <span id="parties"></span></section>`;

const at = (id) => document.getElementById(id);
const calls = new Map();
let device = null;
let names = new Map();
let heardAt = 0;
let callSince = 0;

function showHeard() {
  at("heard").textContent = heardAt ? `heard ${span(Date.now() - heardAt)} ago` : "";
}

function showDevice() {
  if (!device) return;
  at("number").textContent = device.phoneNumber;
  at("in-the-way").textContent = device.deviceState === "Active" ? "" : device.deviceState;
  at("device-state").textContent = device.deviceState;
  at("user-state").textContent = device.userState?.displayName ?? "–";
  at("do-not-disturb").textContent = device.doNotDisturb ?? "–";
  at("forwarding").textContent = device.forwardTo ?? "Off";
  at("network").textContent = device.telephonyNetwork ?? "–";
  showMonitoring();
}

function showMonitoring() {
  const monitoring = device?.supervisorMonitoringState;
  at("monitoring").textContent = monitoringHeadline(monitoring, names);
  at("monitoring-details").textContent = monitoringDetails(monitoring);
}

function showCall() {
  const [call] = calls.values();
  at("call-state").textContent = call ? callState(call, span(Date.now() - callSince)) : "No call";
  at("parties").textContent = call ? parties(call, names) : "";
}

function takeCall(call) {
  if (isOver(call)) calls.delete(call.id);
  else {
    if (calls.get(call.id)?.state !== call.state) callSince = Date.now();
    calls.set(call.id, call);
  }
}

setInterval(() => {
  showHeard();
  showCall();
}, 1000);

connect({
  live(isLive) {
    at("phase").textContent = isLive ? "Live" : "Reconnecting";
  },
  heard() {
    heardAt = Date.now();
    showHeard();
  },
  devices([first]) {
    device = first;
    showDevice();
  },
  call(call) {
    takeCall(call);
    showCall();
  },
  calls(list) {
    calls.clear();
    list.forEach(takeCall);
    showCall();
  },
  users(users) {
    names = namesByNumber(users);
    showMonitoring();
    showCall();
  },
});
