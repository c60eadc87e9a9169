import type {
  ListenInErrorCode,
  ListenInEventMap,
  ListenInMonitorOptions,
  ListenInMuteOptions,
  ListenInOptions,
  ListenInReceiptDetail,
  ListenInState,
} from "./listen-in.js";

/** `timeout`: the frame did not answer. `version`: it has another version of the messages. */
export type ListenInFrameErrorCode = ListenInErrorCode | "timeout" | "version";

/** The error with which `connect` and methods reject. `message` is for people and may change. */
export declare class ListenInFrameError extends Error {
  readonly name: "ListenInFrameError";
  readonly code: ListenInFrameErrorCode;
  readonly receipt: ListenInReceiptDetail | null;
}

type Details = { [K in keyof ListenInEventMap]: ListenInEventMap[K]["detail"] };

/** The argument of listeners, by event. */
export interface ListenInFrameEventMap extends Details {
  /** The panel is there, for the first time or again; or it is gone, and pending requests have ended as `unknown`. */
  "listen-in-frame": { phase: "ready" | "gone" };
}

/** The panel in a frame. Its methods are those of the element. */
export interface ListenInFrame {
  /** The last state from the frame; null while there is no panel. */
  readonly state: ListenInState | null;
  /** The version of the widget in the frame. */
  readonly version: string;
  listenIn(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  coach(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  bargeIn(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  stop(options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  answer(callId: string, options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  leave(callId: string, options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  switchTo(callId: string, kind: "ListenIn" | "BargeIn", options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  mute(callId: string, options?: ListenInMuteOptions): Promise<ListenInReceiptDetail>;
  retry(): Promise<void>;
  focus(): Promise<void>;
  /** Calls a listener for each event with this name. Returns a function that removes it. */
  on<K extends keyof ListenInFrameEventMap>(event: K, listener: (detail: ListenInFrameEventMap[K]) => unknown): () => void;
  /** Ends the connection. Pending requests go on; their promises are rejected as `not-connected`. */
  destroy(): void;
}

export interface ListenInFrameOptions {
  /** The origin of the frame page. Messages go to it, and are accepted from it, only. */
  origin: string;
  /** How long to wait for the panel, in milliseconds. Default: 10000. */
  timeout?: number | undefined;
  /** Rejects with its reason. */
  signal?: AbortSignal | null | undefined;
}

/** Connects to `frame.html` in `iframe`, whose query must name the origin of this page: `?origin=…`. */
export declare function connect(iframe: HTMLIFrameElement, options: ListenInFrameOptions): Promise<ListenInFrame>;
