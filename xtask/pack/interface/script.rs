//! Attributes, properties, methods and events.

use super::{Attribute, Event, Method, Property};

/// The attributes, each with its property.
pub(crate) const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "base-url",
        property: "baseUrl",
        accepts: "string",
        values: &[],
        default: Some("/api/v2"),
        about: "Address of the API, absolute or relative to the page. Default `/api/v2`",
    },
    Attribute {
        name: "device-id",
        property: "deviceId",
        accepts: "string",
        values: &[],
        default: None,
        about: "The supervisor's device to listen with. Default: the one that is monitoring somebody, otherwise the first that can listen in. If the supervisor has no such device, the widget says so and lists those they have",
    },
    Attribute {
        name: "sip-cluster",
        property: "sipCluster",
        accepts: "string | boolean",
        values: &["yes", "no"],
        default: None,
        about: "Whether the contact centre is a SIP Cluster with routing point monitoring (`yes`, `no`), which allows only silent monitoring of whole calls. Default: detected from refusals",
    },
    Attribute {
        name: "limit",
        property: "limit",
        accepts: "string | number",
        values: &[],
        default: Some("0"),
        about: "The preselected time limit for *All calls*, in minutes, 0 to 1440. Changes apply until a person chooses one. Default: 0, none",
    },
    Attribute {
        name: "credentials",
        property: "credentials",
        accepts: "RequestCredentials",
        values: &["include", "same-origin", "omit"],
        default: Some("include"),
        about: "Whether requests carry cookies: `include` (default), `same-origin`, `omit`",
    },
    Attribute {
        name: "limit-until",
        property: "limitUntil",
        accepts: "string | number",
        values: &[],
        default: None,
        about: "When the monitoring found at the start must end, in milliseconds since 1970 or as a date, from the year 2000 on: the `until` of an event, kept by the page over a reload. Without it a limit is lost when the supervisor's last page in this browser closes. It never replaces a limit in force",
    },
    Attribute {
        name: "shortcuts",
        property: "shortcuts",
        accepts: "string",
        values: &[],
        default: None,
        about: "Keyboard shortcuts, by action: `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`, or some of these. Default: none",
    },
    Attribute {
        name: "thresholds",
        property: "thresholds",
        accepts: "string",
        values: &[],
        default: None,
        about: "Marks agents in the list who have been in a state for longer than this: `not-ready:10m after-call-work:3m`. States are `on-call`, `ready`, `not-ready`, `after-call-work`, `logged-in` and `logged-out`, each once; times are whole numbers with `s`, `m` or `h`. Default: nobody is marked",
    },
    Attribute {
        name: "autostart",
        property: "autostart",
        accepts: "string | boolean",
        values: &["true", "false"],
        default: Some("true"),
        about: "`false`: nothing is loaded until `start()` or another method is called. Until then, and while it loads, the slot `loading` is shown. Default: it starts when it is inserted",
    },
    Attribute {
        name: "loading",
        property: "loading",
        accepts: "\"eager\" | \"lazy\"",
        values: &["eager", "lazy"],
        default: Some("eager"),
        about: "`lazy`: nothing is loaded until the element comes into view. Default: `eager`",
    },
    Attribute {
        name: "label",
        property: "label",
        accepts: "string",
        values: &[],
        default: None,
        about: "Makes the panel a landmark region with this name, for navigation by screen reader. Default: the regions within the panel are landmarks instead",
    },
];

/// The properties without an attribute.
pub(crate) const PROPERTIES: &[Property] = &[
    Property {
        name: "texts",
        of: "Readonly<Record<string, string>>",
        is_readonly: false,
        about: "Texts that replace the widget's, an object of texts by key: [docs/texts.md](docs/texts.md). Default: `null`",
    },
    Property {
        name: "headers",
        of: "ListenInElement[\"headers\"]",
        is_readonly: false,
        about: "Headers for each request to GWS, an object or a function that returns one: [docs/embedding.md](docs/embedding.md#how-requests-are-sent). Default: `null`",
    },
    Property {
        name: "tokenProvider",
        of: "ListenInElement[\"tokenProvider\"]",
        is_readonly: false,
        about: "A function that returns the bearer token for requests to GWS. Default: `null`, only cookies",
    },
    Property {
        name: "fetch",
        of: "ListenInElement[\"fetch\"]",
        is_readonly: false,
        about: "A function that sends requests to GWS in place of the browser's `fetch`. Default: `null`",
    },
    Property {
        name: "state",
        of: "ListenInState | null",
        is_readonly: true,
        about: "The details of the last events, frozen. `null` until the widget is loaded; read only",
    },
    Property {
        name: "version",
        of: "string",
        is_readonly: true,
        about: "The version in use, the first that was loaded on this page. Read only",
    },
];

const OPTIONS: (&str, &str, bool) = ("options", "ListenInOptions", true);
const MONITOR: &[(&str, &str, bool)] = &[("options", "ListenInMonitorOptions", false)];
const CALL: (&str, &str, bool) = ("callId", "string", false);
const RECEIPT: &str = "Promise<ListenInReceiptDetail>";
const RECEIPT_OR_NULL: &str = "Promise<ListenInReceiptDetail | null>";

/// The methods.
pub(crate) const METHODS: &[Method] = &[
    Method {
        name: "listenIn",
        parameters: MONITOR,
        gives: RECEIPT_OR_NULL,
        about: "Asks for silent monitoring of `targetDeviceId` or `targetNumber`; `scope`: `Call` (default) or `Agent`; `mode`: `AllCalls` (default) or `NextCall`; `limit` in minutes, by default the attribute `limit`",
    },
    Method {
        name: "coach",
        parameters: MONITOR,
        gives: RECEIPT_OR_NULL,
        about: "The same, heard by the agent",
    },
    Method {
        name: "bargeIn",
        parameters: MONITOR,
        gives: RECEIPT_OR_NULL,
        about: "The same, heard by everyone in the call",
    },
    Method {
        name: "stop",
        parameters: &[OPTIONS],
        gives: RECEIPT,
        about: "Asks for the end of monitoring",
    },
    Method {
        name: "answer",
        parameters: &[CALL, OPTIONS],
        gives: RECEIPT,
        about: "Answers a monitored call that rings",
    },
    Method {
        name: "leave",
        parameters: &[CALL, OPTIONS],
        gives: RECEIPT,
        about: "Leaves a monitored call",
    },
    Method {
        name: "switchTo",
        parameters: &[CALL, ("kind", "\"ListenIn\" | \"BargeIn\"", false), OPTIONS],
        gives: RECEIPT,
        about: "Switches a monitored call to listening, or to barging in",
    },
    Method {
        name: "mute",
        parameters: &[CALL, ("options", "ListenInMuteOptions", true)],
        gives: RECEIPT,
        about: "Mutes a `party` of a monitored call: `supervisor` (default) or `agent`; with `muted: false` unmutes it",
    },
    Method {
        name: "start",
        parameters: &[],
        gives: "Promise<void>",
        about: "Starts the widget, where [`autostart` or `loading`](../README.md#configuring) defers it. Fulfilled when it is loaded",
    },
    Method {
        name: "retry",
        parameters: &[],
        gives: "Promise<void>",
        about: "Tries again now to load the widget, or to connect. Fulfilled when that has begun; events report the outcome",
    },
    Method {
        name: "focus",
        parameters: &[("options", "FocusOptions", true)],
        gives: "void",
        about: "Puts the focus on the field *Agent*, on a question that waits for an answer, or on *Try again* if the widget could not be loaded",
    },
];

/// The events. All bubble, also out of shadow roots.
pub(crate) const EVENTS: &[Event] = &[
    Event {
        name: "listen-in-connection",
        detail: "ListenInConnectionDetail",
        about: "`phase`: `starting`, `live`, `silent` (no notifications arrive; devices and calls are read at intervals), `reconnecting`, `sign-in-needed`, `stopped`, `idle`",
    },
    Event {
        name: "listen-in-device",
        detail: "ListenInDeviceDetail",
        about: "`id`, `phoneNumber`, `deviceState`, `userState`, `capabilities` of the supervisor's device",
    },
    Event {
        name: "listen-in-monitoring",
        detail: "ListenInMonitoringDetail",
        about: "`state`: `unknown`, `none`, `active`, `unrecognised`; with `active` also `kind`, `targetDeviceId`, `targetNumber`, `scope`, `mode`; `until` if there is a limit",
    },
    Event {
        name: "listen-in-call",
        detail: "ListenInCallDetail",
        about: "`calls`: the calls on the supervisor's devices, each with `id`, `deviceId`, `state`, `isMonitoring`, `isEstablished`, `audience` (`nobody`, `agent`, `everyone`, `unknown`), `participants`",
    },
    Event {
        name: "listen-in-request",
        detail: "ListenInRequestDetail",
        about: "`id`, `operation`, `stage` (`sent`, `accepted`, then once `confirmed`, `refused`, `unconfirmed` or `unknown`), `kind`, `targetDeviceId`, `targetNumber`, `scope`, `mode`, `callId`",
    },
    Event {
        name: "listen-in-receipt",
        detail: "ListenInReceiptDetail",
        about: "one step, for your records: `number`, `time`, `step` (`asked`, `prevented`, `accepted`, `confirmed`, `refused`, `unconfirmed`, `unknown`, `began`, `changed`, `ended`, `began-unrecognised`, `ended-unrecognised`, `out-of-sight`, `ringing`, `joined`, `switched`, `agent-muted`, `agent-heard`, `left`, `limit-set`, `limit-near`, `limit-reached`, and some about device and connection), `certainty` (`own`, `told`, or `found` between `since` and `time`), and where they apply `requestId`, `deviceId`, `operation`, target, `askedBy` (who asked for a beginning or change: `here`, `elsewhere` or null), `callId`, `parties`, `audience`, `why`, `message`, `lasted` (seconds; `lastedAtLeast` if it began earlier or ended later, `lastedAtMost` the reverse), `until`",
    },
    Event {
        name: "listen-in-before-request",
        detail: "ListenInBeforeRequestDetail",
        about: "a request is about to be sent, and can be prevented: [docs/embedding.md](docs/embedding.md#before-a-request)",
    },
    Event {
        name: "listen-in-error",
        detail: "ListenInErrorDetail",
        about: "`code`: `unsupported` (the browser), `policy` (the page's policy forbids WebAssembly), `network`, `mime-type`, `integrity`, `invalid` (damaged, or files of different versions), `crashed`; `message`, a text for a person",
    },
];
