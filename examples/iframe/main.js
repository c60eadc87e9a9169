import { connect } from "./node_modules/listen-in/frame-host.js";

// The host of GWS, which also serves the package. There, frame.html lists this page's origin in "listen-in-origins".
const origin = "https://gws.example";
const [iframe, stop, output] = ["iframe", "button", "output"].map((it) => document.querySelector(it));
iframe.src = `${origin}/listen-in/frame.html?base-url=/api/v2&origin=${location.origin}`;

const panel = await connect(iframe, { origin });
panel.on("listen-in-monitoring", ({ state }) => {
  output.textContent = state;
  stop.disabled = state !== "active";
});
stop.addEventListener("click", () => panel.stop().catch((error) => (output.textContent = error.code)));
