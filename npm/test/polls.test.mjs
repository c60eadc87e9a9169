// Long polls through a worker: both ends of polls.js, in one process.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const SOURCE = await readFile(new URL("../core/polls.js", import.meta.url), "utf8");
const URL_OF_POLL = "https://gws.example/api/v2/notifications/connect";

// Runs the file with these globals.
function run(globals) {
  const names = Object.keys(globals);
  const text = `${SOURCE.replace("export class", "class")}; return Polls;`;
  return new Function("globalThis", ...names, text)(globals, ...Object.values(globals));
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

// A page and its workers. `inWorker` and `inPage` are their fetches: (url, init) => Response or an error.
function page({ inWorker, inPage = () => new Response("from the page"), now = () => 0, start = () => {}, ...others }) {
  const workers = [];
  const sent = { worker: 0, page: 0 };
  const listeners = new EventTarget();
  class Worker extends EventTarget {
    isRunning = true;
    #inner = new EventTarget();

    constructor(url, options) {
      super();
      start(url, options);
      workers.push(this);
      const tell = (target, data) => {
        const copy = structuredClone(data);
        setImmediate(() => this.isRunning && target.dispatchEvent(Object.assign(new Event("message"), { data: copy })));
      };
      this.postMessage = (data) => tell(this.#inner, data);
      run({
        Response,
        performance: { now },
        postMessage: (data) => tell(this, data),
        addEventListener: (...given) => this.#inner.addEventListener(...given),
        fetch: async (...given) => {
          sent.worker += 1;
          return inWorker(...given);
        },
      });
    }

    terminate() {
      this.isRunning = false;
    }
  }
  const fetch = async (...given) => {
    sent.page += 1;
    return inPage(...given);
  };
  const globals = {
    Response,
    Headers,
    Worker,
    document: {},
    origin: "https://gws.example",
    navigator: {},
    // A bound function passes for the browser's own.
    fetch: fetch.bind(null),
    addEventListener: (...given) => listeners.addEventListener(...given),
    removeEventListener: (...given) => listeners.removeEventListener(...given),
    ...others,
  };
  const Polls = run(globals);
  const polls = new Polls("https://gws.example/core/polls.js");
  const poll = (signal = new AbortController().signal) => polls.fetch(URL_OF_POLL, { method: "POST", body: "[]", signal });
  const text = async (response) => Buffer.from(await (await response).arrayBuffer()).toString();
  return { polls, poll, text, workers, sent, leave: () => listeners.dispatchEvent(new Event("pagehide")) };
}

const reply = (text, init) => new Response(text, { headers: { "content-length": text.length, "retry-after": "7" }, ...init });

test("polls are sent by the worker once it is ready", async () => {
  const given = [];
  const it = page({
    inWorker: (url, init) => {
      given.push([url, init.method, init.body]);
      return reply("[1]");
    },
  });
  assert.equal(it.poll(), null);
  await turn();
  const response = await it.poll();
  assert.ok(response instanceof Response);
  assert.deepEqual([response.type, response.status, response.body], ["basic", 200, null]);
  assert.equal(response.headers.get("Retry-After"), "7");
  assert.equal(await it.text(response), "[1]");
  assert.deepEqual(given, [[URL_OF_POLL, "POST", "[]"]]);
  assert.deepEqual(it.sent, { worker: 1, page: 0 });
});

for (const [reason, inWorker] of [
  ["a failure", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["a refusal", () => reply("", { status: 401 })],
]) {
  test(`after ${reason} of the first poll, the page sends it and all others`, async () => {
    const it = page({ inWorker });
    await turn();
    assert.equal(await it.text(it.poll()), "from the page");
    assert.equal(it.workers[0].isRunning, false);
    assert.equal(it.poll(), null);
    await turn();
    assert.equal(it.poll(), null);
    assert.deepEqual([it.workers.length, it.sent], [1, { worker: 1, page: 1 }]);
  });
}

// Has a poll sent, and gives it up.
async function giveUpPoll(it) {
  const controller = new AbortController();
  const poll = it.poll(controller.signal);
  await turn();
  controller.abort(new Error("too late"));
  await assert.rejects(poll, { message: "too late" });
}

test("after the first poll was given up, the page sends all others", async () => {
  const it = page({ inWorker: () => new Promise(() => {}) });
  await turn();
  await giveUpPoll(it);
  assert.equal(it.poll(), null);
  await turn();
  assert.equal(it.poll(), null);
  assert.deepEqual([it.workers.length, it.sent], [1, { worker: 1, page: 0 }]);
});

test("after a success, failures and refusals are those of the poll", async () => {
  let answer = () => reply("[]");
  const it = page({ inWorker: () => answer() });
  await turn();
  await it.poll();
  answer = () => Promise.reject(new TypeError("Failed to fetch"));
  await assert.rejects(it.poll(), { name: "TypeError", message: "Failed to fetch" });
  answer = () => reply("", { status: 503 });
  assert.equal((await it.poll()).status, 503);
  assert.deepEqual(it.sent, { worker: 3, page: 0 });
});

test("a redirect is left to the page", async () => {
  let answer = () => reply("[]");
  const it = page({ inWorker: () => answer() });
  await turn();
  await it.poll();
  answer = () => Response.error();
  assert.equal(await it.text(it.poll()), "from the page");
  answer = () => reply("[2]");
  assert.equal(await it.text(it.poll()), "[2]");
});

test("an aborted poll is aborted in the worker, and until it says so, the page sends", async () => {
  let answer = () => reply("[]");
  const it = page({ inWorker: (_, init) => answer(init) });
  await turn();
  await it.poll();
  let aborted = false;
  answer = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        aborted = true;
        reject(signal.reason);
      });
    });
  await giveUpPoll(it);
  assert.equal(it.poll(), null);
  while (!aborted) await turn();
  answer = () => reply("[3]");
  let next = null;
  while (!next) {
    await turn();
    next = it.poll();
  }
  assert.equal(await it.text(next), "[3]");
});

test("a body that takes long arrives in parts, and one of unknown length as a whole", async () => {
  let now = 0;
  let step = 0;
  const parts = ["[1,", "2,", "3]"];
  const body = () => {
    const rest = [...parts];
    return new ReadableStream({
      pull(stream) {
        now += step;
        if (rest.length) stream.enqueue(Buffer.from(rest.shift()));
        else stream.close();
      },
    });
  };
  const it = page({ now: () => now, inWorker: () => new Response(body(), { headers: { date: "today" } }) });
  await turn();
  const whole = await it.poll();
  assert.deepEqual([whole.body, await it.text(whole)], [null, "[1,2,3]"]);
  step = 1_000;
  const slow = await it.poll();
  assert.deepEqual([slow.status, slow.headers.get("date")], [200, "today"]);
  const read = [];
  for await (const part of slow.body) read.push(Buffer.from(part).toString());
  assert.equal(read.join(""), "[1,2,3]");
  assert.ok(read.length > 1, `it came in ${read.length} parts`);
});

test("a body that breaks off fails, and so does one whose poll is aborted", async () => {
  let now = 0;
  let streams = [];
  const it = page({
    now: () => (now += 2_000),
    inWorker: (_, { signal }) => {
      const stream = new ReadableStream({
        start(controller) {
          streams.push(controller);
          controller.enqueue(Buffer.from("[1,"));
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      });
      return new Response(stream);
    },
  });
  await turn();
  const broken = await it.poll();
  streams[0].error(new TypeError("network error"));
  await assert.rejects(it.text(broken), { message: "network error" });
  const controller = new AbortController();
  const aborted = await it.poll(controller.signal);
  controller.abort(new Error("too late"));
  await assert.rejects(it.text(aborted), { message: "too late" });
});

for (const [who, others] of [
  ["the page's own fetch", { fetch: async () => new Response() }],
  ["a service worker", { navigator: { serviceWorker: { controller: {} } } }],
]) {
  test(`with ${who}, the page sends`, async () => {
    const it = page({ inWorker: () => reply("[]"), ...others });
    await turn();
    assert.equal(it.poll(), null);
  });
}

test("a page of an opaque origin starts no worker", async () => {
  const navigator = { get serviceWorker() { throw new Error("SecurityError"); } };
  const it = page({ inWorker: () => reply("[]"), origin: "null", navigator });
  await turn();
  assert.equal(it.poll(), null);
  assert.deepEqual(it.workers, []);
});

test("where no worker may be started, the page sends", async () => {
  const start = () => {
    throw new Error("not allowed");
  };
  const it = page({ inWorker: () => reply("[]"), start });
  await turn();
  assert.equal(it.poll(), null);
  const refused = { createPolicy: () => { throw new TypeError("not in trusted-types"); } };
  const other = page({ inWorker: () => reply("[]"), trustedTypes: refused });
  await turn();
  assert.equal(other.poll(), null);
});

test("a worker that ends leaves its polls to the page", async () => {
  let answer = () => reply("[]");
  const it = page({ inWorker: () => answer() });
  await turn();
  await it.poll();
  answer = () => new Promise(() => {});
  const poll = it.poll();
  await turn();
  it.workers[0].dispatchEvent(new Event("error"));
  assert.equal(await it.text(poll), "from the page");
  assert.equal(it.poll(), null);
});

test("leaving the page ends the worker, and the first poll after coming back starts another", async () => {
  const it = page({ inWorker: () => reply("[]") });
  await turn();
  await it.poll();
  it.leave();
  assert.equal(it.workers[0].isRunning, false);
  assert.equal(it.poll(), null);
  await turn();
  await it.poll();
  assert.deepEqual([it.workers.length, it.sent.worker], [2, 2]);
  it.polls.close();
  assert.equal(it.workers[1].isRunning, false);
});

test("the worker's script is trusted by a policy of its own", async () => {
  const created = [];
  const trustedTypes = {
    createPolicy: (name, { createScriptURL }) => (created.push(name), { createScriptURL }),
  };
  let at;
  const it = page({ inWorker: () => reply("[]"), trustedTypes, start: (url, options) => (at = [url, options.type]) });
  await turn();
  assert.deepEqual([created, at], [["listen-in"], ["https://gws.example/core/polls.js", "module"]]);
  assert.equal(await it.text(it.poll()), "[]");
});
