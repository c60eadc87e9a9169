// Finds things in the widget as assistive technology does: by role and accessible name. It covers
// only the roles and names that the widget uses; a test compares it with the browser's own
// computation.

// As a Leptos component, the widget is not in a shadow root.
const root = document.querySelector("listen-in")?.shadowRoot ?? document.querySelector(".li.panel")?.getRootNode();

const ROLES = [
  ["button", "button, [role=button]"],
  ["combobox", "select, [role=combobox]"],
  ["group", "[role=group]"],
  ["listbox", "[role=listbox]"],
  ["option", "[role=option]"],
  ["radiogroup", "[role=radiogroup]"],
  ["radio", "input[type=radio]"],
  ["region", "section"],
  ["status", "[role=status]"],
];

const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();

function nameOf(element) {
  const label = element.getAttribute("aria-label");
  if (label) return squeeze(label);
  const by = element.getAttribute("aria-labelledby");
  if (by) return squeeze(by.split(/\s+/).map((id) => root.getElementById(id)?.innerText).join(" "));
  if (element.labels?.length) return squeeze(element.labels[0].innerText);
  return squeeze(element.innerText);
}

function roleOf(element) {
  return ROLES.find(([, selector]) => element.matches(selector))?.[0] ?? element.localName;
}

// All visible elements with the role, in document order.
function allOf(role, within = root) {
  const selector = ROLES.find(([name]) => name === role)[1];
  return [...(within?.querySelectorAll(selector) ?? [])].filter((found) => found.checkVisibility());
}

function find(role, name, within = root) {
  return allOf(role, within).find((found) => nameOf(found) === name) ?? null;
}
