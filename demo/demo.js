// The page around the widget: it lists the events of the element, and has a choice of themes.
// Nothing here is needed to embed the widget.

const MOST = 100;
const list = document.getElementById("event-list");

for (const name of ["connection", "device", "monitoring", "call", "request"]) {
  document.addEventListener(`listen-in-${name}`, (event) => {
    const entry = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = new Date().toLocaleTimeString([], { hour12: false });
    const type = document.createElement("strong");
    type.textContent = event.type;
    const detail = document.createElement("code");
    detail.textContent = JSON.stringify(event.detail);
    entry.append(time, type, detail);
    list.prepend(entry);
    while (list.childElementCount > MOST) list.lastElementChild.remove();
  });
}

const theme = document.getElementById("theme");
theme.addEventListener("change", () => {
  document.documentElement.style.colorScheme = theme.value;
});
