// Pieces that every part of the page is made of: elements, lists that keep their rows, forms that
// open in a row, and controls that say what went wrong.

export const byId = (id) => document.getElementById(id);

/** An element. Properties with a `-`, `role` and `for` become attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

export const button = (textContent, label) => element("button", { type: "button", textContent, "aria-label": label });

/** Sets a text, if it is another: what did not change keeps its selection. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A function that shows items as the rows of a list. A row has an element and is updated with its item;
 * it lives as long as its item, so that the focus and open forms stay where they are.
 */
export function rows(list, key, make) {
  const shown = new Map();
  return (items) => {
    const wanted = new Set(items.map(key));
    for (const [name, row] of shown) {
      if (wanted.has(name)) continue;
      row.element.remove();
      shown.delete(name);
    }
    let place = list.firstElementChild;
    for (const item of items) {
      if (!shown.has(key(item))) shown.set(key(item), make(item));
      const row = shown.get(key(item));
      row.update(item);
      if (row.element === place) place = place.nextElementSibling;
      else list.insertBefore(row.element, place);
    }
  };
}

/** Where a row or a form says what went wrong. */
export const complaint = () => element("p", { className: "complaint", role: "alert" });

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
export function rowForm(opener, title, fields, verb, said, doing, nearby) {
  const submit = element("button", { type: "submit", className: "main", textContent: verb });
  const cancel = button("Cancel", "Cancel");
  const form = element("form", { className: "row-form", hidden: true, "aria-label": title, noValidate: true });
  form.append(...fields.map((field) => field.element), submit, cancel);
  const show = (isOpen) => {
    const hadFocus = form.contains(document.activeElement);
    form.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      fields[0].control.focus();
      fields[0].control.select?.();
      return;
    }
    setText(said, "");
    // What opened it may be gone meanwhile: the keyboard stays near.
    if (hadFocus) (opener.hidden ? nearby : opener).focus();
  };
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => show(form.hidden));
  cancel.addEventListener("click", () => show(false));
  form.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = fields.map((field) => field.control.value.trim());
    if (await attempt(submit, said, () => doing(...values))) show(false);
  });
  return { element: form, close: () => form.hidden || show(false) };
}

let fields = 0;

function field(label, control) {
  fields += 1;
  control.id = `field-${fields}`;
  const made = element("span", { className: "field" }, element("label", { for: control.id, textContent: label }), control);
  return { control, element: made };
}

export const textField = (label, value, size) =>
  field(label, element("input", { type: "text", value, size, autocomplete: "off", spellcheck: false }));

export const choice = (label, options) =>
  field(label, element("select", {}, ...Object.entries(options).map(([value, text]) => new Option(text, value))));

/** A span of milliseconds as a clock shows it; hours only if there are any. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part) => String(part).padStart(2, "0")).join(":");
}

const numbers = new Intl.NumberFormat("en");

/** A number with its separators: 9,940. */
export const counted = (number) => numbers.format(number);
