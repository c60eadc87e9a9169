import { connect } from "./node_modules/listen-in/frame-host.js";

// Where GWS is, with the package beside it. There frame.html lists the origin of this page in "listen-in-origins".
const origin = "https://gws.example";
const [iframe, stop, output] = ["iframe", "button", "output"].map((it) => document.querySelector(it));
iframe.src = `${origin}/listen-in/frame.html?base-url=/api/v2&origin=${location.origin}`;

const panel = await connect(iframe, { origin });
panel.on("listen-in-monitoring", ({ state }) => {
  output.textContent = state;
  stop.disabled = state !== "active";
});
stop.addEventListener("click", () => panel.stop().catch((error) => (output.textContent = error.code)));
