// A socket that a server can be taken from and given to: what a restart looks like from outside.

import http from "node:http";

import { report } from "../peer.mjs";

/**
 * Listens on 127.0.0.1. `start(httpServer)` puts a Bayeux server behind it and returns how to end
 * that one.
 */
export class Listener {
  #start;
  #stop;
  #http;
  #port = 0;

  constructor(start) {
    this.#start = start;
  }

  /** Begins to listen; the port is the same each time. */
  async open() {
    this.#http = http.createServer();
    this.#stop = this.#start(this.#http);
    await new Promise((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = this.#http.address().port;
    return this.#port;
  }

  get port() {
    return this.#port;
  }

  /** Ends the server and every connection to it. */
  async close() {
    this.#stop();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  /** How a test takes the server away and gives it back. */
  get commands() {
    return {
      /** Gone, until `return`. */
      leave: () => this.close(),
      return: async () => {
        await this.open();
        report({ sessions: [] });
      },
    };
  }
}
