// Pieces that every part of the page is made of: elements, signs, lists that keep their elements,
// forms that open in a row, and buttons that say what went wrong.

const SVG = "http://www.w3.org/2000/svg";

// Signs on a field of 16 by 16. A state is told by a sign and a word, never by colour alone.
const SIGNS = {
  ready: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm3.4 4.6-4.1 5a.8.8 0 0 1-1.2 0L4.6 9.4l1.1-1.1 1 1 3.5-4.2Z",
  busy: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM4.5 7.2h7v1.6h-7Z",
  call: "M4 1.8 6.3 2l.8 3.3-1.6 1.5a9.5 9.5 0 0 0 3.7 3.7l1.5-1.6 3.3.8.2 2.3c0 1.2-.9 2.2-2.1 2.2A10.5 10.5 0 0 1 1.8 3.9C1.8 2.7 2.8 1.8 4 1.8Z",
  off: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.5a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z",
  work: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.5a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm-.7 1.8h1.4v2.9l2 1.2-.7 1.2-2.7-1.7Z",
  ear: "M8 1.5a4.8 4.8 0 0 0-4.8 4.8h1.6a3.2 3.2 0 1 1 5.6 2.1C9.3 9.6 8.7 10.4 8.5 11.6c-.2 1-.8 1.4-1.5 1.4s-1.3-.5-1.4-1.2H4A3 3 0 0 0 7 14.6c1.6 0 2.8-1 3.1-2.7.1-.8.6-1.4 1.5-2.4A4.8 4.8 0 0 0 8 1.5Zm0 2.6a2.2 2.2 0 0 0-2.2 2.2h1.4a.8.8 0 1 1 1.5.3c-.5.6-1.3 1.1-1.3 2.4h1.4c0-.6.6-.9 1-1.5A2.2 2.2 0 0 0 8 4.1Z",
  warning: "M8 1.6 15 14H1ZM7.2 6v4h1.6V6Zm0 5v1.5h1.6V11Z",
};

/** An element. Properties that begin with `aria` or hold a `-` become attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A sign, which says nothing to a screen reader: the word is beside it. */
export function sign(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("sign");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  setSign(svg, name);
  return svg;
}

export function setSign(svg, name) {
  if (svg.dataset.sign === name) return;
  svg.dataset.sign = name;
  svg.firstChild.setAttribute("d", SIGNS[name]);
}

/** Sets a text, if it is another: what did not change is not painted, and keeps its selection. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/**
 * Shows items as the children of a list. Elements live as long as their items, so that the focus and
 * open forms stay where they are.
 */
export class KeyedList {
  constructor(list, key, make) {
    this.list = list;
    this.key = key;
    this.make = make;
    this.shown = new Map();
  }

  show(items) {
    const gone = new Set(this.shown.keys());
    let place = this.list.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      gone.delete(key);
      let row = this.shown.get(key);
      if (row === undefined) {
        row = this.make(item);
        this.shown.set(key, row);
      }
      row.update(item);
      if (row.element === place) place = place.nextElementSibling;
      else this.list.insertBefore(row.element, place);
    }
    for (const key of gone) {
      this.shown.get(key).element.remove();
      this.shown.delete(key);
    }
  }

  /** Whether somebody is at work in the row of that key. */
  isBusy(key) {
    const row = this.shown.get(key);
    return row !== undefined && (row.isOpen?.() || row.element.contains(document.activeElement));
  }
}

/** Where a row or a form says what went wrong. */
export function complaint() {
  return element("p", { className: "complaint", role: "alert" });
}

/** Does something on behalf of a control; what goes wrong is said where it was asked for. */
export async function attempt(control, said, doing) {
  setText(said, "");
  control.setAttribute("aria-busy", "true");
  try {
    await doing();
    return true;
  } catch (error) {
    setText(said, error.message);
    return false;
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/** A form that a button opens in a row, with the fields that an action needs. */
export class RowForm {
  constructor(opener, title, fields, verb, said, doing) {
    this.opener = opener;
    this.fields = fields;
    const submit = element("button", { type: "submit", className: "main", textContent: verb });
    const cancel = element("button", { type: "button", textContent: "Cancel" });
    this.element = element(
      "form",
      { className: "row-form", hidden: true, "aria-label": title, noValidate: true },
      ...fields.map((field) => field.element),
      submit,
      cancel,
    );
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", () => (this.isOpen() ? this.close() : this.open()));
    cancel.addEventListener("click", () => this.close());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.element.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = fields.map((field) => field.control.value.trim());
      if (await attempt(submit, said, () => doing(...values))) this.close();
    });
    this.said = said;
  }

  isOpen() {
    return !this.element.hidden;
  }

  open() {
    this.element.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.fields[0].control.focus();
    this.fields[0].control.select?.();
  }

  close() {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    setText(this.said, "");
    // What opened it may be gone meanwhile: the keyboard stays near.
    if (hadFocus) (this.opener.hidden ? this.nearby : this.opener)?.focus();
  }
}

/** Parts of the page that a button opens, one at a time: they share their place. */
export class Panel {
  static open;

  constructor(button, panel) {
    this.button = button;
    this.panel = panel;
    button.addEventListener("click", () => (panel.hidden ? this.open() : this.close()));
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.close();
      button.focus();
    });
  }

  open() {
    Panel.open?.close();
    Panel.open = this;
    this.setHidden(false);
  }

  close() {
    Panel.open = undefined;
    this.setHidden(true);
  }

  setHidden(hidden) {
    this.panel.hidden = hidden;
    this.button.setAttribute("aria-expanded", String(!hidden));
  }
}

let fields = 0;

/** A labelled field. */
export function field(label, control) {
  fields += 1;
  control.id = `field-${fields}`;
  return {
    control,
    element: element("span", { className: "field" }, element("label", { for: control.id, textContent: label }), control),
  };
}

export function textField(label, value, properties = {}) {
  return field(label, element("input", { type: "text", value, autocomplete: "off", spellcheck: false, ...properties }));
}

export function choice(label, options) {
  const control = element("select", {}, ...options.map(([value, text]) => element("option", { value, textContent: text })));
  return field(label, control);
}

/** A span of milliseconds as a clock shows it; hours only if there are any, or if they are wanted. */
export function clock(milliseconds, withHours = false) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 || withHours ? `${two(hours)}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const numbers = new Intl.NumberFormat("en");

/** A number with its separators: 9,940. */
export const counted = (number) => numbers.format(number);
