/// <reference types="listen-in/vue" />
import type { GlobalComponents } from "vue";

type Props = InstanceType<GlobalComponents["listen-in"]>["$props"];

export const right: Props = { baseUrl: "/api/v2", onListenInCall: (event) => console.log(event.detail.calls) };
// @ts-expect-error: listeners get the event, not this type
export const wrong: Props = { onListenInCall: (event: string) => console.log(event) };
