// The job with React: one reducer for the state, a component for each region.

import { memo, useEffect, useReducer, useState } from "react";
import { createRoot } from "react-dom/client";
import { callState, connect, isOver, monitoringDetails, monitoringHeadline, namesByNumber, parties, span } from "./gws.js";

const START = { phase: "Connecting", heardAt: 0, device: null, calls: [], names: new Map() };

function withCall(calls, call) {
  const old = calls.find(({ id }) => id === call.id);
  if (isOver(call)) return calls.filter((it) => it !== old);
  const since = old?.state === call.state ? old.since : Date.now();
  const changed = { ...call, since };
  return old ? calls.map((it) => (it === old ? changed : it)) : [...calls, changed];
}

function reduce(state, action) {
  switch (action.type) {
    case "live":
      return { ...state, phase: action.isLive ? "Live" : "Reconnecting" };
    case "heard":
      return { ...state, heardAt: action.at };
    case "device":
      return { ...state, device: action.device };
    case "call":
      return { ...state, calls: withCall(state.calls, action.call) };
    case "calls":
      return { ...state, calls: action.calls.reduce(withCall, []) };
    case "users":
      return { ...state, names: namesByNumber(action.users) };
    default:
      return state;
  }
}

function useNow() {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const Connection = memo(function Connection({ phase, heardAt }) {
  const now = useNow();
  return (
    <section className="connection" aria-label="Connection">
      <strong>{phase}</strong> <span>{heardAt ? `heard ${span(now - heardAt)} ago` : ""}</span>
    </section>
  );
});

const Fact = ({ name, value }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const Device = memo(function Device({ device }) {
  return (
    <section className="device" aria-label="My device">
      <span>My device</span> <bdi>{device?.phoneNumber}</bdi>{" "}
      <span>{device && device.deviceState !== "Active" ? device.deviceState : ""}</span>
      <details>
        <summary>Details</summary>
        <dl>
          <Fact name="Device" value={device?.deviceState} />
          <Fact name="State" value={device?.userState?.displayName ?? "–"} />
          <Fact name="Do not disturb" value={device?.doNotDisturb ?? "–"} />
          <Fact name="Forwarding" value={device?.forwardTo ?? "Off"} />
          <Fact name="Network" value={device?.telephonyNetwork ?? "–"} />
        </dl>
      </details>
    </section>
  );
});

const Monitoring = memo(function Monitoring({ monitoring, names }) {
  return (
    <section className="monitoring" aria-label="Monitoring">
      <strong>{monitoringHeadline(monitoring, names)}</strong> <span>{monitoringDetails(monitoring)}</span>
    </section>
  );
});

const Call = memo(function Call({ call, names }) {
  const now = useNow();
  return (
    <section className="call" aria-label="Call">
      <strong>{call ? callState(call, span(now - call.since)) : "No call"}</strong>{" "}
      <span>{call ? parties(call, names) : ""}</span>
    </section>
  );
});

function App() {
  const [state, dispatch] = useReducer(reduce, START);
  useEffect(() => {
    connect({
      live: (isLive) => dispatch({ type: "live", isLive }),
      heard: () => dispatch({ type: "heard", at: Date.now() }),
      devices: ([device]) => dispatch({ type: "device", device }),
      call: (call) => dispatch({ type: "call", call }),
      calls: (calls) => dispatch({ type: "calls", calls }),
      users: (users) => dispatch({ type: "users", users }),
    });
  }, []);
  const { phase, heardAt, device, calls, names } = state;
  return (
    <>
      <Connection phase={phase} heardAt={heardAt} />
      <Device device={device} />
      <Monitoring monitoring={device?.supervisorMonitoringState} names={names} />
      <Call call={calls[0]} names={names} />
    </>
  );
}

createRoot(document.getElementById("root")).render(<App />);
