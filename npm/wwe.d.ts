import type { ListenInElement } from "./listen-in.js";

export interface ListenInWweOptions {
  /** The origin of Workspace Web Edition. Messages go to it and are taken from it only. */
  origin: string;
  /** Its window. Default: the opener of this one, or else its parent. */
  target?: Window;
  /** How long to wait for a reply, in milliseconds. Default: 3000. */
  timeout?: number;
  /** How many requests are sent in a minute at most. Default: 20. */
  perMinute?: number;
}

export interface ListenInWwe {
  /**
   * Asks for another service, such as `ask("agent.get")`. Rejects with an error whose `code` is `refused`, `timeout` or
   * `rate-limit`.
   */
  ask(request: string, ...parameters: unknown[]): Promise<Record<string, unknown>>;
  /** Takes nothing over and opens no toasts any more. */
  destroy(): void;
}

/**
 * Connects an element with the Workspace Web Edition around its page, by the Service Client API. Fulfilled when
 * settings and token are there, or refused; insert the element then. Never rejected.
 */
export declare function connect(element: ListenInElement, options: ListenInWweOptions): Promise<ListenInWwe>;
