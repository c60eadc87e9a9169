// Workspace Web Edition for a page in its frame, as far as that asks: replies of its Service Client API, by what is in
// `wwe`. Written after Genesys' own client (wwe-service-client-api.js).

const wwe = {
  // By request, what is replied; without a reply a service is refused.
  services: {
    "configuration.getOption": () => ({
      sections: [{ name: "ListenIn", options: { "base-url": "/api/v2", lang: "de", limit: "7", label: "Mithören", url: "…" } }],
    }),
    "auth.getJwtToken": () => ({ jwtToken: `e30.${btoa(JSON.stringify({ exp: 4_102_444_800 }))}.signature`, expiration: 3600 }),
    "system.amIVisible": () => ({ visible: wwe.isVisible }),
    "system.popupToast": ([toast]) => {
      wwe.toasts.set("wweCustomToast0", toast);
      return { customToastId: "wweCustomToast0" };
    },
    "system.closeToast": ([id]) => ({ closed: wwe.toasts.delete(id) }),
    "system.triggerActivity": () => ({}),
  },
  isVisible: false,
  toasts: new Map(),
  // What was asked for.
  requests: [],
  // No reply at all, as to an origin that is not accepted and in quarantine.
  isSilent: false,
};
window.wwe = wwe;

window.addEventListener("message", ({ source, origin, data }) => {
  if (data?.userAgent !== "WWE Client" || data.protocolVersion !== 2) return;
  const { request, parameters, referenceId } = data;
  wwe.requests.push(request);
  if (wwe.isSilent) return;
  const service = wwe.services[request];
  const reply = service ? service(parameters) : { errorMessage: `${request} is not allowed` };
  source.postMessage({ userAgent: "WWE Server", referenceId, ...reply }, origin);
});
