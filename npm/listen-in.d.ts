/** A property that removes its attribute where it is set to no value. */
type Absent = null | undefined | false;

export type ListenInErrorCode =
  | "unsupported"
  | "policy"
  | "network"
  | "mime-type"
  | "integrity"
  | "invalid"
  | "crashed";

/** The widget could not be loaded, or has crashed. `message` is for people and may change. */
export interface ListenInErrorDetail {
  code: ListenInErrorCode;
  message: string;
}

export interface ListenInConnectionDetail {
  phase: "idle" | "starting" | "live" | "silent" | "reconnecting" | "sign-in-needed" | "stopped";
}

/** The supervisor's device; null where nothing is known. */
export interface ListenInDeviceDetail {
  id: string | null;
  phoneNumber: string | null;
  deviceState: string | null;
  userState: string | null;
  capabilities: string[];
}

/** Who is monitored, and how; null where it does not apply. */
export interface ListenInTarget {
  kind: string | null;
  targetDeviceId: string | null;
  targetNumber: string | null;
  scope: string | null;
  mode: string | null;
}

export interface ListenInMonitoringDetail extends ListenInTarget {
  state: "unknown" | "none" | "active" | "unrecognised";
  /** When it is ended by its time limit, in milliseconds since 1970. */
  until: number | null;
}

export type ListenInAudience = "nobody" | "unknown" | "agent" | "everyone";

export interface ListenInCall {
  id: string;
  deviceId: string | null;
  state: string;
  isMonitoring: boolean;
  isEstablished: boolean;
  audience: ListenInAudience;
  participants: string[];
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

export interface ListenInEventMap {
  "listen-in-connection": CustomEvent<ListenInConnectionDetail>;
  "listen-in-device": CustomEvent<ListenInDeviceDetail>;
  "listen-in-monitoring": CustomEvent<ListenInMonitoringDetail>;
  "listen-in-call": CustomEvent<ListenInCallDetail>;
  "listen-in-request": CustomEvent<ListenInRequestDetail>;
  "listen-in-receipt": CustomEvent<ListenInReceiptDetail>;
  "listen-in-error": CustomEvent<ListenInErrorDetail>;
}

/** The attributes, as they are written in HTML. */
export interface ListenInAttributes {
  "base-url"?: string;
  "device-id"?: string;
  "sip-cluster"?: "yes" | "no" | "";
  limit?: string;
  "limit-until"?: string;
}

/** `<listen-in>`. Each property reflects an attribute, and is empty where there is none. */
export declare class ListenInElement extends HTMLElement {
  /** The version in use: that which was loaded first on this page. */
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
  interface HTMLElementEventMap extends ListenInEventMap {}
}
