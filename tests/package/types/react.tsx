/// <reference types="listen-in/react" />
import { useRef } from "react";
import type { ListenInElement } from "listen-in";

export function Desktop() {
  const element = useRef<ListenInElement>(null);
  return (
    <>
      <listen-in
        ref={element}
        className="panel"
        base-url="/api/v2"
        device-id={undefined}
        label="Monitoring"
        limit={30}
        sipCluster={false}
        tokenProvider={() => "token"}
        onlisten-in-call={(event) => event.detail.calls.map((call) => call.participants)}
      />
      {/* @ts-expect-error: no such property */}
      <listen-in volume={11} />
      {/* @ts-expect-error: the event has no such field */}
      <listen-in onlisten-in-error={(event) => event.detail.reason} />
    </>
  );
}
