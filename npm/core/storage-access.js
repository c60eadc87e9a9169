// In a frame of another site, browsers withhold cookies. Where that is why nobody is signed in, this says so, and has
// the supervisor ask the browser for them (Storage Access API).

import { wordsFor } from "./words.js";

// How long the server has to answer once the cookies are there, in milliseconds.
const TRY = 3_000;

/** Watches an element for that. What it says stands above the panel. */
export function watch(element) {
  if (!document.hasStorageAccess) return;
  const place = document.createElement("div");
  place.slot = "notice";
  place.setAttribute("role", "status");
  element.append(place);
  let outcome = null;

  const tell = (state) => {
    const detail = { state };
    element.dispatchEvent(new CustomEvent("listen-in-storage-access", { detail, bubbles: true, composed: true }));
  };
  const show = (text) => {
    const words = wordsFor(element);
    const paragraph = document.createElement("p");
    paragraph.textContent = words[text];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.allow;
    button.addEventListener("click", ask);
    Object.assign(place, { lang: words.lang, dir: words.dir, className: "told" });
    place.replaceChildren(paragraph, ...(text === "allowed" ? [] : [button]));
  };
  const clear = () => {
    place.className = "";
    place.replaceChildren();
  };
  // Only at a click do browsers listen to this.
  const ask = async () => {
    const isAllowed = await document.requestStorageAccess().then(
      () => true,
      () => false,
    );
    outcome = isAllowed ? "allowed" : "refused";
    tell(isAllowed ? "granted" : "refused");
    if (!isAllowed) return show("refused");
    clear();
    await element.retry();
    // No event tells that a try has changed nothing.
    setTimeout(() => element.state?.connection.phase === "sign-in-needed" && show("allowed"), TRY);
  };

  element.addEventListener("listen-in-connection", async ({ detail: { phase } }) => {
    if (phase === "live") clear();
    if (phase !== "sign-in-needed") return;
    if (outcome) return show(outcome);
    if (await document.hasStorageAccess()) return;
    show("withheld");
    tell("needed");
  });
}
