import { define, init } from "listen-in/manual";
import wasm from "listen-in/core.wasm?url";
import { mount } from "svelte";
import Desktop from "./Desktop.svelte";

// Loads it now, rather than when the element is inserted.
init({ wasm });
define();
mount(Desktop, { target: document.getElementById("root") });
