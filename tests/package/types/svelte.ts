/// <reference types="listen-in/svelte" />
import type { SvelteHTMLElements } from "svelte/elements";

type Props = SvelteHTMLElements["listen-in"];

export const right: Props = {
  "base-url": "/api/v2",
  class: "panel",
  "onlisten-in-error": (event) => console.log(event.detail.code),
};
// @ts-expect-error: no such type of limit
export const wrong: Props = { limit: [] };
