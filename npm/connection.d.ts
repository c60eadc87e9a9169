/** The page's own CometD connection to GWS, as `fetchOver` uses it. */
export interface ListenInHostConnection {
  /**
   * Subscribes to a channel, such as `/v2/me/devices`, and calls back with each message. Gives what ends the subscription. It is
   * the page's task to subscribe again after a reconnect.
   */
  subscribe(channel: string, listener: (message: { data: unknown }) => void): () => void;
  /** Calls back whether the connection is up: at once, and whenever that changes. */
  status(listener: (isConnected: boolean) => void): void;
}

/**
 * Gives a function for the property `fetch` of one `<listen-in>`, which then has no CometD connection of its own. `send` sends all
 * other requests; default: the browser's `fetch`. An experiment: it may change in a minor version.
 */
export declare function fetchOver(
  connection: ListenInHostConnection,
  send?: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response>;
