// A socket whose server can be removed and put back, which looks like a restart from outside.

import http from "node:http";

import { report } from "../peer.mjs";

/**
 * Listens on 127.0.0.1. `start(httpServer)` puts a Bayeux server behind it and returns a function
 * that stops that server.
 */
export class Listener {
  #start;
  #stop;
  #http;
  #port = 0;

  constructor(start) {
    this.#start = start;
  }

  /** Starts listening; the port is the same each time. */
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

  /** Stops the server and ends every connection to it. */
  async close() {
    this.#stop();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  /** The commands by which a test stops and restarts the server. */
  get commands() {
    return {
      /** Stops it until `return`. */
      leave: () => this.close(),
      return: async () => {
        await this.open();
        report({ sessions: [] });
      },
    };
  }
}
