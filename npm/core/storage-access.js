// In a frame of another site, browsers withhold cookies. If nobody is signed in because of that, this says so, and
// lets the supervisor ask the browser for the cookies (Storage Access API).

import { wordsFor } from "./words.js";

// How long the server may take to answer once the cookies are available, in milliseconds.
const TRY = 3_000;

/** Watches an element for that case. The notice is above the panel. */
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
  // Browsers only accept this during a click.
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
    // There is no event for an attempt that has changed nothing.
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
