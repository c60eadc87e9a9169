// Defines <listen-in>. All the class does is to hold a shadow root, to have the widget mounted in
// it while the element is in a document, and to pass events on; the rest is Rust.

const TAG = "listen-in";
const ATTRIBUTES = ["base-url", "device-id", "sip-cluster", "limit", "limit-until"];
// A change of these starts the widget anew; limits are taken over as they are.
const STARTS_ANEW = ["base-url", "device-id", "sip-cluster"];
// The property of each: `deviceId` of `device-id`.
const PROPERTIES = ATTRIBUTES.map((name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()));

/**
 * @param {string} css the widget's style sheet
 * @param {(place: HTMLElement, element: HTMLElement,
 *   emit: (name: string, detail: object) => void) => {unmount(): void, takeLimits(): void,
 *   takeTexts(): void, takeLanguage(): void}} mount
 */
export function define(css, mount) {
  // A second copy of this module on the page leaves the first in charge.
  if (customElements.get(TAG)) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  class ListenInElement extends HTMLElement {
    static observedAttributes = ATTRIBUTES;
    #place = document.createElement("div");
    #mounted = null;
    #scheduled = false;
    #texts = null;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.#place);
    }

    connectedCallback() {
      // Properties set before the element was defined would hide the accessors.
      for (const name of [...PROPERTIES, "texts"]) {
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

    attributeChangedCallback(name, before, after) {
      if (before === after || !this.#mounted) return;
      if (STARTS_ANEW.includes(name)) {
        this.#unmount();
        this.#refresh();
      } else {
        this.#mounted.takeLimits();
      }
    }

    get texts() {
      return this.#texts;
    }

    set texts(value) {
      this.#texts = value ?? null;
      this.#mounted?.takeTexts();
    }

    // Moving an element takes it out of the document and puts it back in the same task; by the
    // time this runs it is where it belongs, and the widget goes on as it was.
    #refresh() {
      if (this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        if (!this.isConnected) this.#unmount();
        else if (this.#mounted) this.#mounted.takeLanguage();
        else this.#mount();
      });
    }

    #mount() {
      const emit = (name, detail) =>
        this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
      const before = this.#values();
      this.#mounted = mount(this.#place, this, emit);
      // A listener may have changed them while the widget was being mounted.
      if (before !== this.#values()) {
        this.#unmount();
        this.#refresh();
      } else {
        this.#mounted.takeLimits();
        this.#mounted.takeTexts();
      }
    }

    #values() {
      return JSON.stringify(STARTS_ANEW.map((name) => this.getAttribute(name)));
    }

    #unmount() {
      this.#mounted?.unmount();
      this.#mounted = null;
    }
  }

  ATTRIBUTES.forEach((attribute, at) =>
    Object.defineProperty(ListenInElement.prototype, PROPERTIES[at], {
      configurable: true,
      enumerable: true,
      get() {
        return this.getAttribute(attribute) ?? "";
      },
      // Frameworks set a property to null, undefined, false or NaN for what is not there (yet, or any
      // more). Whether it is a SIP Cluster may be false.
      set(value) {
        const isAbsent = value == null || Number.isNaN(value) || (value === false && attribute !== "sip-cluster");
        if (isAbsent) this.removeAttribute(attribute);
        else this.setAttribute(attribute, value);
      },
    }),
  );
  customElements.define(TAG, ListenInElement);
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
