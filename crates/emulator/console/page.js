// Shared pieces of the page: elements, lists with keyed rows, forms that open in a row, and controls
// that show errors.

export const byId = (id) => document.getElementById(id);

/** Creates an element. Properties with a `-`, `role` and `for` become attributes. */
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

/** Sets a text if it differs, so that an unchanged text keeps its selection. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Returns a function that shows items as the rows of a list. Each row has an element and is updated with
 * its item. Rows are kept as long as their items, which keeps focus and open forms.
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

/** The place for an error in a row or a form. */
export const complaint = () => element("p", { className: "complaint", role: "alert" });

/** Runs the action of a control, and shows an error beside it. */
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

/** A form with the fields of an action; a button opens it in a row. */
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
    // The button that opened it may be gone: keep the focus in the row.
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

/** Formats milliseconds as `mm:ss`, or `h:mm:ss` from one hour on. */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part) => String(part).padStart(2, "0")).join(":");
}

const numbers = new Intl.NumberFormat("en");

/** Formats a number with separators: 9,940. */
export const counted = (number) => numbers.format(number);
