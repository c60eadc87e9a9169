/// <reference types="listen-in/react" />
import "listen-in";
import { useState } from "react";
import { createRoot } from "react-dom/client";

function Desktop() {
  const [state, setState] = useState("unknown");
  return (
    <>
      <p>
        Monitoring: <output>{state}</output>
      </p>
      <listen-in baseUrl="/api/v2" onlisten-in-monitoring={(event) => setState(event.detail.state)} />
    </>
  );
}

createRoot(document.getElementById("root")!).render(<Desktop />);
