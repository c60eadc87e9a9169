/** The page's own CometD connection to GWS, as `fetchOver` uses it. */
export interface ListenInHostConnection {
  /**
   * Subscribes to a channel, such as `/v2/me/devices`, and calls back with each message. Returns a function that ends the
   * subscription. The page must subscribe again after a reconnect.
   */
  subscribe(channel: string, listener: (message: { data: unknown }) => void): () => void;
  /** Calls back with whether the connection is up: at once, and whenever that changes. */
  status(listener: (isConnected: boolean) => void): void;
}

/**
 * Returns a function for the property `fetch` of one `<listen-in>`, which then has no CometD connection of its own. `send`
 * sends all other requests; default: the browser's `fetch`. Experimental: it may change in a minor version.
 */
export declare function fetchOver(
  connection: ListenInHostConnection,
  send?: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response>;
