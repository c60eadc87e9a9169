// Defines <listen-in>. All the class does is to hold a shadow root, to have the widget mounted in
// it while the element is in a document, and to pass events on; the rest is Rust.

const TAG = "listen-in";
const ATTRIBUTES = ["base-url", "device-id"];

/**
 * @param {string} css the widget's style sheet
 * @param {(root: HTMLElement, baseUrl: string, deviceId: string | undefined,
 *   emit: (name: string, detail: object) => void) => {unmount(): void}} mount
 */
export function define(css, mount) {
  // A second copy of this module on the page leaves the first in charge.
  if (customElements.get(TAG)) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  customElements.define(
    TAG,
    class ListenInElement extends HTMLElement {
      static observedAttributes = ATTRIBUTES;
      #place = document.createElement("div");
      #mounted = null;
      #scheduled = false;

      constructor() {
        super();
        const root = this.attachShadow({ mode: "open" });
        root.adoptedStyleSheets = [sheet];
        root.append(this.#place);
      }

      connectedCallback() {
        // Properties set before the element was defined would hide the accessors.
        for (const name of ["baseUrl", "deviceId"]) {
          if (Object.hasOwn(this, name)) {
            const value = this[name];
            delete this[name];
            this[name] = value;
          }
        }
        this.#refresh();
      }

      disconnectedCallback() {
        this.#refresh();
      }

      attributeChangedCallback(_name, before, after) {
        if (before !== after && this.#mounted) {
          this.#unmount();
          this.#refresh();
        }
      }

      get baseUrl() {
        return this.getAttribute("base-url") ?? "";
      }
      set baseUrl(value) {
        this.setAttribute("base-url", value);
      }

      get deviceId() {
        return this.getAttribute("device-id") ?? "";
      }
      set deviceId(value) {
        this.setAttribute("device-id", value);
      }

      // Moving an element takes it out of the document and puts it back in the same task; by the
      // time this runs it is where it belongs, and the widget goes on as it was.
      #refresh() {
        if (this.#scheduled) return;
        this.#scheduled = true;
        queueMicrotask(() => {
          this.#scheduled = false;
          if (this.isConnected && !this.#mounted) this.#mount();
          else if (!this.isConnected) this.#unmount();
        });
      }

      #mount() {
        const baseUrl = this.baseUrl || "/api/v2";
        const deviceId = this.deviceId || undefined;
        const emit = (name, detail) =>
          this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
        this.#mounted = mount(this.#place, baseUrl, deviceId, emit);
      }

      #unmount() {
        this.#mounted?.unmount();
        this.#mounted = null;
      }
    },
  );
}

/** Adopts the style sheet in the document, once, for widgets that have no shadow root. */
export function adoptStyle(css) {
  const key = Symbol.for("listen-in.style");
  if (document[key]) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document[key] = sheet;
}
