import wasm from "listen-in/core.wasm";
import { define, init } from "listen-in/manual";

init({ wasm, locales: "locales/" });
define();
addEventListener("listen-in-monitoring", (event) => {
  document.querySelector("output").textContent = event.detail.state;
});
