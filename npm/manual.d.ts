export { ListenInElement, ListenInError } from "./listen-in.js";

/** Forms of the WebAssembly: its address, its response, its bytes, or compiled. */
export type ListenInWasm = string | URL | Request | Response | BufferSource | WebAssembly.Module;

export interface ListenInInit {
  wasm: ListenInWasm | PromiseLike<ListenInWasm>;
  /** Its hash, if it is loaded from an address. Default: that of the package's file; empty: not checked. */
  integrity?: string;
  /** The folder of the translations, such as `/static/locales/`. Default: where the package or the bundler has them. */
  locales?: string | URL;
}

/** Defines the element. Until {@link init} is called, elements show that they are loading. */
export declare function define(options?: { tag?: string }): void;

/**
 * Compiles the WebAssembly that all elements share. Fulfilled when that is done; if it is rejected, with a `ListenInError`,
 * it may be called again. Otherwise only the first call has an effect.
 */
export declare function init(options: ListenInInit): Promise<void>;
