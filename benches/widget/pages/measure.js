// Runs in each measured page before the page's scripts. Records which message the page shows and when it was painted,
// and the size of the WebAssembly memory. The messages are those of `scene.rs`.
(() => {
  const root = () => document.querySelector("listen-in")?.shadowRoot ?? document;
  const region = (name) => root().querySelector(`section.${name}`);
  const text = (name) => region(name)?.textContent ?? "";
  const now = () => performance.timeOrigin + performance.now();

  /** The number of the latest message shown; -1 before the call is shown. */
  const shown = () => {
    const call = Number(/555-(\d{6})/.exec(text("call"))?.[1] ?? -1);
    const next = call + 1;
    const isDevice = call >= 0 && next % 2 === 0;
    return isDevice && text("device").includes("Inactive") === (next % 4 === 2) ? next : call;
  };

  // A message is painted when the first task after the frame that shows it runs.
  const afterFrame = new MessageChannel();
  const waiting = [];
  afterFrame.port2.onmessage = () => waiting.shift()(now());
  const whenPainted = (then) =>
    requestAnimationFrame(() => {
      waiting.push(then);
      afterFrame.port1.postMessage(null);
    });

  let ready = null;
  const look = () => {
    if (shown() < 0 || !text("monitoring").includes("6001")) requestAnimationFrame(look);
    else whenPainted((at) => (ready = at));
  };
  requestAnimationFrame(look);

  const memories = [];
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      memories.push(...Object.values((made.instance ?? made).exports).filter((it) => it instanceof WebAssembly.Memory));
      return made;
    };
  }

  const opened = [];
  let painted = null;
  window.bench = {
    shown,
    /**
     * The time of opening the page, and how long after it the first text, both the monitored agent and the call, and
     * anything at all were painted.
     */
    start: () => [
      performance.timeOrigin,
      performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
      ready && ready - performance.timeOrigin,
      performance.getEntriesByName("first-paint")[0]?.startTime ?? null,
    ],
    /** Records from now on when each message is painted. */
    observe() {
      const from = shown() + 1;
      painted = [];
      const observer = new MutationObserver(() => {
        const upTo = shown();
        whenPainted((at) => {
          while (painted.length <= upTo - from) painted.push(at);
        });
      });
      for (const name of ["call", "device"]) {
        observer.observe(region(name), { subtree: true, childList: true, characterData: true });
      }
      window.bench.observed = () => {
        observer.disconnect();
        return painted;
      };
    },
    /** How long after opening the page the list of people was first painted. */
    async listed() {
      while (!root().querySelector("[role=option]")) await new Promise(requestAnimationFrame);
      return (await new Promise(whenPainted)) - performance.timeOrigin;
    },
    keys: [],
    /** Focuses the field above the list. Records from now on how long after each key press its effect is painted. */
    observeKeys() {
      const field = root().querySelector("[role=combobox]");
      field.focus();
      field.addEventListener("input", ({ timeStamp }) =>
        whenPainted((at) => window.bench.keys.push(at - performance.timeOrigin - timeStamp)),
      );
    },
    /** Makes the widget read the list again, by advancing the page's clocks by two minutes. */
    async refresh() {
      const reads = () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/users?")).length;
      const before = reads();
      for (const clock of [performance, Date]) {
        const original = clock.now.bind(clock);
        clock.now = () => original() + 120_000;
      }
      while (reads() === before) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    openTabs(count) {
      opened.push(...Array.from({ length: count }, () => open(location.href)));
    },
    /** How long a read takes, capped at 5 s. */
    async read() {
      const since = performance.now();
      const given = { cache: "no-store", signal: AbortSignal.timeout(5_000) };
      const reply = await fetch("/api/v2/me?subresources=features", given).catch(({ name }) => name);
      if (reply !== "TimeoutError" && !reply.ok) throw new Error(`the read failed: ${reply}`);
      return reply.ok ? performance.now() - since : 5_000;
    },
    closeTabs: () => opened.splice(0).forEach((tab) => tab.close()),
    wasmMemory: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };
})();
