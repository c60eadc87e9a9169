import type { ListenInElement } from "./listen-in.js";

export interface ListenInWweOptions {
  /** The origin of Workspace Web Edition. Messages go to it, and are accepted from it, only. */
  origin: string;
  /** Its window. Default: the opener of this one, or else its parent. */
  target?: Window;
  /** How long to wait for a reply, in milliseconds. Default: 3000. */
  timeout?: number;
  /** The maximum number of requests per minute. Default: 20. */
  perMinute?: number;
}

export interface ListenInWwe {
  /**
   * Requests another service, such as `ask("agent.get")`. Rejects with an error whose `code` is `refused`, `timeout` or
   * `rate-limit`.
   */
  ask(request: string, ...parameters: unknown[]): Promise<Record<string, unknown>>;
  /** Stops taking settings and tokens, and opening toasts. */
  destroy(): void;
}

/**
 * Connects an element to the Workspace Web Edition around its page, through the Service Client API. Fulfilled when
 * settings and token have arrived, or were refused; insert the element then. Never rejected.
 */
export declare function connect(element: ListenInElement, options: ListenInWweOptions): Promise<ListenInWwe>;
