//! The codes of errors.

use super::Named;

/// Codes with which methods reject; those from `unsupported` on are also in `listen-in-error`.
pub(crate) const CODES: &[Named] = &[
    (
        "refused",
        "It has no effect. `receipt.why`, `receipt.message`: the server's reason",
    ),
    (
        "unconfirmed",
        "It was accepted, but neither device nor call shows it",
    ),
    (
        "unknown",
        "It is unknown whether it has an effect: no reply, the element was removed, or another request came first",
    ),
    (
        "prevented",
        "The page prevented it, by `listen-in-before-request`. Nothing was sent, as with all codes down to `not-connected`",
    ),
    ("sign-in-needed", "Nobody is signed in to GWS"),
    ("not-live", "There is no connection to GWS"),
    ("under-way", "Another request is pending"),
    ("no-device", "The supervisor has no device that can do it"),
    (
        "unknown-device",
        "`device-id` is none of the supervisor's devices",
    ),
    (
        "device-inactive",
        "The supervisor's device is not in service",
    ),
    (
        "no-capability",
        "The device or the call does not allow it now",
    ),
    ("no-target", "No agent or number was given"),
    ("no-number", "The agent has no device to monitor"),
    (
        "own-device",
        "The supervisor's own device can't be monitored",
    ),
    ("already-in-force", "That is what is monitored already"),
    (
        "sip-cluster-silent-only",
        "A SIP Cluster allows only silent monitoring",
    ),
    (
        "sip-cluster-whole-call-only",
        "A SIP Cluster allows only whole calls to be monitored",
    ),
    ("nothing-monitored", "There is nothing to stop"),
    ("no-such-call", "There is no such call any more"),
    ("other", "Another reason, in `message`"),
    ("bad-argument", "An argument is missing or invalid"),
    ("not-connected", "The element is not in a document"),
    (
        "unsupported",
        "The browser is too old for the widget, or WebAssembly is switched off",
    ),
    ("policy", "The page's security policy forbids WebAssembly"),
    ("network", "A file of the widget can't be downloaded"),
    (
        "mime-type",
        "The server sends something other than the WebAssembly",
    ),
    ("integrity", "The WebAssembly is not the expected one"),
    (
        "invalid",
        "The WebAssembly is damaged, or of another version than the scripts",
    ),
    ("crashed", "The widget has stopped working"),
];
