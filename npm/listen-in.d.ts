/** A property that removes its attribute where it is set to no value. */
type Absent = null | undefined | false;

/** Why the widget can't be used. */
export type ListenInLoadErrorCode =
  | "unsupported"
  | "policy"
  | "network"
  | "mime-type"
  | "integrity"
  | "invalid"
  | "crashed";

/** Why no request was made: nothing was sent. */
export type ListenInObstacleCode =
  | "sign-in-needed"
  | "not-live"
  | "under-way"
  | "no-device"
  | "unknown-device"
  | "device-inactive"
  | "no-capability"
  | "no-target"
  | "no-number"
  | "own-device"
  | "already-in-force"
  | "sip-cluster-silent-only"
  | "sip-cluster-whole-call-only"
  | "nothing-monitored"
  | "no-such-call"
  | "prevented"
  | "bad-argument"
  | "not-connected"
  | "other";

/**
 * How a request ended that was sent. `refused`: it has no effect. `unconfirmed`: it was accepted, but neither device
 * nor call shows it. `unknown`: it is unknown whether it had an effect.
 */
export type ListenInOutcomeCode = "refused" | "unconfirmed" | "unknown";

export type ListenInErrorCode = ListenInLoadErrorCode | ListenInObstacleCode | ListenInOutcomeCode;

/** The error with which methods reject. `message` is for people and may change. */
export declare class ListenInError extends Error {
  readonly name: "ListenInError";
  readonly code: ListenInErrorCode;
  /** Of a request that ended as `refused`, `unconfirmed` or `unknown`. */
  readonly receipt: ListenInReceiptDetail | null;
}

/** The widget could not be loaded, or has crashed. `message` is for people and may change. */
export interface ListenInErrorDetail {
  code: ListenInLoadErrorCode;
  message: string;
}

export interface ListenInConnectionDetail {
  phase: "idle" | "starting" | "live" | "silent" | "reconnecting" | "sign-in-needed" | "stopped";
}

/** The supervisor's device; null where unknown. */
export interface ListenInDeviceDetail {
  id: string | null;
  phoneNumber: string | null;
  deviceState: string | null;
  userState: string | null;
  capabilities: readonly string[];
}

/** Who is monitored, and how; null where it does not apply. */
export interface ListenInTarget {
  kind: string | null;
  targetDeviceId: string | null;
  targetNumber: string | null;
  scope: string | null;
  mode: string | null;
}

/** Who is monitored, and how, as the device says. A kind, scope or mode that is not listed is the server's value. */
export interface ListenInSubscription extends ListenInTarget {
  kind: "ListenIn" | "Coach" | "BargeIn" | (string & {});
  scope: "Call" | "Agent" | (string & {});
  mode: "AllCalls" | "NextCall" | (string & {});
}

/** Only with `active` is it known who is monitored. */
export type ListenInMonitoringDetail = (
  | ({ state: "active" } & ListenInSubscription)
  | ({ state: "unknown" | "none" | "unrecognised" } & { [K in keyof ListenInTarget]: null })
) & {
  /** The end of its time limit, in milliseconds since 1970. */
  until: number | null;
};

export type ListenInAudience = "nobody" | "unknown" | "agent" | "everyone";

export interface ListenInCall {
  id: string;
  deviceId: string | null;
  state: string;
  isMonitoring: boolean;
  isEstablished: boolean;
  audience: ListenInAudience;
  participants: readonly string[];
}

export interface ListenInCallDetail {
  calls: ListenInCall[];
}

export interface ListenInRequestDetail extends ListenInTarget {
  id: number;
  operation: string;
  stage: "sent" | "accepted" | "confirmed" | "refused" | "unconfirmed" | "unknown";
  callId: string | null;
}

/** One step of what happened. README.md lists the steps. Times are in milliseconds since 1970. */
export interface ListenInReceiptDetail extends ListenInTarget {
  number: number;
  time: number;
  step: string;
  certainty: "own" | "told" | "found";
  since: number | null;
  requestId: number | null;
  deviceId: string | null;
  operation: string | null;
  askedBy: "here" | "elsewhere" | null;
  callId: string | null;
  parties: string[] | null;
  audience: ListenInAudience | null;
  why: string | null;
  message: string | null;
  /** In seconds. */
  lasted: number | null;
  lastedAtLeast: boolean;
  lastedAtMost: boolean;
  until: number | null;
}

/** A request is about to be sent. `preventDefault()` keeps it from being sent, if `event.cancelable`. */
export interface ListenInBeforeRequestDetail extends ListenInTarget {
  operation: string;
  callId: string | null;
  /** Who will hear the supervisor, as far as that is known beforehand. */
  audience: ListenInAudience;
  /** Who asks: a person in the panel, or the page by a method. */
  from: "supervisor" | "page";
}

/** The browser withholds cookies from a frame of another site; the result of the supervisor's request to allow them. */
export interface ListenInStorageAccessDetail {
  state: "needed" | "granted" | "refused";
}

/** The details of the last events, frozen. The same object until something changes. */
export interface ListenInState {
  readonly connection: Readonly<ListenInConnectionDetail>;
  readonly device: Readonly<ListenInDeviceDetail>;
  readonly monitoring: Readonly<ListenInMonitoringDetail>;
  readonly calls: readonly Readonly<ListenInCall>[];
  /** Requests that have not ended. */
  readonly requests: readonly Readonly<Omit<ListenInRequestDetail, "stage">>[];
}

export interface ListenInOptions {
  /** Stops waiting. A request that was sent by then is neither cancelled nor repeated. */
  signal?: AbortSignal | null | undefined;
}

export interface ListenInMonitorOptions extends ListenInOptions {
  /** Whom to monitor: this or `targetNumber`. */
  targetDeviceId?: string | null | undefined;
  targetNumber?: string | null | undefined;
  /** Default: `Call`. */
  scope?: "Call" | "Agent" | null | undefined;
  /** Default: `AllCalls`. */
  mode?: "AllCalls" | "NextCall" | null | undefined;
  /** For how long, in minutes, 0 to 1440; 0: no limit. Only with `AllCalls`. Default: the attribute `limit`. */
  limit?: number | null | undefined;
}

export interface ListenInMuteOptions extends ListenInOptions {
  /** Default: `supervisor`. */
  party?: "supervisor" | "agent" | null | undefined;
  /** Default: true. */
  muted?: boolean | null | undefined;
}

/** Why a token is requested. */
export type ListenInTokenReason = "start" | "expired" | "refused";

/** `expires` is in milliseconds since 1970. Nothing: nobody is signed in. */
export type ListenInToken = string | { token: string; expires?: number | Date | null | undefined } | null | undefined;

export interface ListenInEventMap {
  "listen-in-connection": CustomEvent<ListenInConnectionDetail>;
  "listen-in-device": CustomEvent<ListenInDeviceDetail>;
  "listen-in-monitoring": CustomEvent<ListenInMonitoringDetail>;
  "listen-in-call": CustomEvent<ListenInCallDetail>;
  "listen-in-request": CustomEvent<ListenInRequestDetail>;
  "listen-in-receipt": CustomEvent<ListenInReceiptDetail>;
  "listen-in-before-request": CustomEvent<ListenInBeforeRequestDetail>;
  "listen-in-error": CustomEvent<ListenInErrorDetail>;
  /** Only in `frame.html`. */
  "listen-in-storage-access": CustomEvent<ListenInStorageAccessDetail>;
}

/** The attributes, as they are written in HTML. */
export interface ListenInAttributes {
  "base-url"?: string | undefined;
  "device-id"?: string | undefined;
  "sip-cluster"?: "yes" | "no" | "" | undefined;
  limit?: string | undefined;
  "limit-until"?: string | undefined;
  /** `action=keys` each, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`. */
  shortcuts?: string | undefined;
  /** Marks agents who have been in a state for longer than this, such as `not-ready:10m after-call-work:3m`. */
  thresholds?: string | undefined;
  credentials?: RequestCredentials | undefined;
  /** `false`: it starts when `start()` or another method is called. */
  autostart?: "true" | "false" | "" | undefined;
  /** `lazy`: it starts when it comes into view. */
  loading?: "eager" | "lazy" | undefined;
  /** Makes the panel a landmark region with this name. */
  label?: string | undefined;
}

/** `<listen-in>`. Properties reflect the attributes, and are empty where the attribute is missing. */
export declare class ListenInElement extends HTMLElement {
  /** The version in use, the first that was loaded on this page. */
  static readonly version: string;
  readonly version: string;

  get baseUrl(): string;
  set baseUrl(value: string | Absent);
  get deviceId(): string;
  set deviceId(value: string | Absent);
  get sipCluster(): string;
  set sipCluster(value: string | boolean | null | undefined);
  get limit(): string;
  set limit(value: string | number | Absent);
  get limitUntil(): string;
  set limitUntil(value: string | number | Absent);
  get shortcuts(): string;
  set shortcuts(value: string | Absent);
  get thresholds(): string;
  set thresholds(value: string | Absent);
  /** Default: `include`. */
  get credentials(): string;
  set credentials(value: RequestCredentials | Absent);

  get autostart(): string;
  set autostart(value: string | boolean | null | undefined);
  get loading(): string;
  set loading(value: "eager" | "lazy" | Absent);
  get label(): string;
  set label(value: string | Absent);
  get lang(): string;
  set lang(value: string | Absent);

  /** Texts that replace the widget's, by key. */
  get texts(): Readonly<Record<string, string>> | null;
  set texts(value: Readonly<Record<string, string>> | null | undefined);

  /** Headers for each request to GWS, polls included, in addition to the widget's own. Read for each request. */
  headers: HeadersInit | ((request: { url: string; method: string }) => HeadersInit | null | undefined) | null | undefined;
  /** Returns the bearer token for requests to GWS. */
  tokenProvider: ((request: { reason: ListenInTokenReason }) => ListenInToken | Promise<ListenInToken>) | null | undefined;
  /** Sends requests to GWS in place of the browser's `fetch`. */
  fetch: ((request: Request) => Promise<Response>) | null | undefined;

  /** The state; null until the widget is mounted. */
  readonly state: ListenInState | null;

  /** Starts the widget if it does not start by itself. Fulfilled when it is mounted. */
  start(): Promise<void>;
  /**
   * Asks to monitor somebody. As with every method, the promise is fulfilled when the device or the call shows what was
   * asked for, with that receipt, and otherwise rejected with a {@link ListenInError}. Null: only the time limit was
   * changed, and nothing was sent.
   */
  listenIn(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  /** The same, heard by the agent. Unlike the panel, this does not ask for confirmation. */
  coach(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  /** The same, heard by everyone in the call. Unlike the panel, this does not ask for confirmation. */
  bargeIn(options: ListenInMonitorOptions): Promise<ListenInReceiptDetail | null>;
  stop(options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  answer(callId: string, options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  leave(callId: string, options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  /** `BargeIn`: everyone in the call hears the supervisor. */
  switchTo(callId: string, kind: "ListenIn" | "BargeIn", options?: ListenInOptions): Promise<ListenInReceiptDetail>;
  mute(callId: string, options?: ListenInMuteOptions): Promise<ListenInReceiptDetail>;
  /** Tries again now to load the widget, or to connect. Fulfilled when that has begun. */
  retry(): Promise<void>;

  addEventListener<K extends keyof ListenInEventMap>(
    type: K,
    listener: (this: ListenInElement, event: ListenInEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: ListenInElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof ListenInEventMap>(
    type: K,
    listener: (this: ListenInElement, event: ListenInEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: ListenInElement, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "listen-in": ListenInElement;
  }
  // They bubble, up to document and window.
  interface GlobalEventHandlersEventMap extends ListenInEventMap {}
}
