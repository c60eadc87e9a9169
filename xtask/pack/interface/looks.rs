//! Slots, states, parts and custom properties.

use super::{CustomProperty, Named};

/// The slots.
pub(crate) const SLOTS: &[Named] = &[
    ("notice", "Above the panel, such as for a legal notice"),
    ("loading", "In place of *Loading …*, and until it starts"),
    (
        "empty",
        "Below *Nobody is monitored*, while that is known, such as a hint about what to do next",
    ),
    ("footer", "Below the panel, such as for links"),
];

/// The custom states, for `:state()`.
pub(crate) const STATES: &[Named] = &[
    ("loading", "The widget is being loaded"),
    ("failed", "The widget could not be loaded, or has crashed"),
    (
        "starting",
        "The widget is connecting to GWS for the first time",
    ),
    ("live", "Notifications arrive"),
    (
        "silent",
        "No notifications arrive; devices and calls are read at intervals",
    ),
    ("reconnecting", "The connection was lost"),
    ("sign-in-needed", "Nobody is signed in"),
    (
        "stopped",
        "The connection has given up; *Try now* starts it again",
    ),
    ("idle", "The widget has not started, or is not connected"),
    ("monitoring", "Somebody is monitored"),
    ("in-call", "The supervisor is in a monitored call"),
    ("requested", "A request is pending"),
];

/// The parts, from top to bottom of the panel.
pub(crate) const PARTS: &[Named] = &[
    ("panel", "The whole panel"),
    ("status", "The line with connection and device"),
    (
        "retry",
        "*Try now*, and *Try again* where the widget could not be loaded",
    ),
    (
        "device",
        "The button that opens the details of the supervisor's device",
    ),
    ("monitoring", "The region *Monitoring*"),
    ("stop", "*Stop monitoring*"),
    ("call", "The region *Call*"),
    ("answer", "*Answer*"),
    ("leave", "*Leave call*"),
    ("mute-me", "*Mute me*"),
    ("unmute-me", "*Unmute me*"),
    ("mute-agent", "*Mute agent*"),
    ("unmute-agent", "*Unmute agent*"),
    ("switch-to-listening", "*Switch to listening*"),
    ("switch-to-barge-in", "*Switch to barge-in*"),
    (
        "confirm-group",
        "The question before others can hear the supervisor",
    ),
    ("confirm", "*Yes, go on* in it"),
    ("cancel", "*Cancel* in it"),
    (
        "choice",
        "Where an agent is chosen, and how to monitor them",
    ),
    ("agent", "The field *Agent*"),
    ("filter", "The select *Show*"),
    ("group", "The select *Group*"),
    ("sort", "The select *Sort by*"),
    ("agents", "The list of agents"),
    ("pin", "*Pin* of an agent"),
    ("unpin", "*Unpin* of an agent"),
    ("limit", "The select *Limit*"),
    ("listen-in", "*Listen in*"),
    ("coach", "*Coach*"),
    ("barge-in", "*Barge in*"),
    ("journal", "The region *What happened*"),
    ("copy-history", "*Copy* in *What happened*"),
    ("shortcuts", "The list of keyboard shortcuts"),
    ("close", "*Close* in it"),
];

/// The custom properties.
pub(crate) const PROPERTIES: &[CustomProperty] = &[
    colour("--listen-in-background", "#ffffff", "#16191d", "The panel"),
    colour(
        "--listen-in-background-raised",
        "#f6f7f9",
        "#1e2228",
        "Problems, disabled buttons",
    ),
    colour("--listen-in-text", "#1a1f26", "#e6e9ee", "Texts"),
    colour(
        "--listen-in-text-quiet",
        "#5a6472",
        "#a0a9b6",
        "Labels, details",
    ),
    colour(
        "--listen-in-line",
        "#dde1e7",
        "#333941",
        "Lines between regions",
    ),
    colour(
        "--listen-in-edge",
        "#757f8f",
        "#79838f",
        "Edges of buttons and fields",
    ),
    colour(
        "--listen-in-accent",
        "#0b57b0",
        "#7fb2ff",
        "The main button, links, the focus, what is monitored",
    ),
    colour(
        "--listen-in-on-accent",
        "#ffffff",
        "#08182e",
        "Text on the main button",
    ),
    colour(
        "--listen-in-tint",
        "#e9f1fc",
        "#1a2a40",
        "Background of the monitoring and of the highlighted row",
    ),
    colour(
        "--listen-in-good",
        "#13703a",
        "#6fd19a",
        "Signs: live, ready",
    ),
    colour(
        "--listen-in-warn",
        "#9a4d00",
        "#f5b768",
        "The agent hears the supervisor; pending requests",
    ),
    colour(
        "--listen-in-bad",
        "#a5212d",
        "#ff9aa1",
        "The customer hears the supervisor; problems",
    ),
    colour(
        "--listen-in-speaking",
        "#fdecee",
        "#3a1c20",
        "Background of the warning that the customer hears the supervisor",
    ),
    plain(
        "--listen-in-radius",
        "<length>",
        "4px",
        "Corners of buttons and fields",
    ),
    plain("--listen-in-density", "<length>", "4px", "The grid's unit"),
    plain(
        "--listen-in-font",
        "*",
        "system-ui, sans-serif",
        "The font family",
    ),
];

const fn colour(
    name: &'static str,
    light: &'static str,
    dark: &'static str,
    about: &'static str,
) -> CustomProperty {
    CustomProperty {
        name,
        syntax: "<color>",
        light,
        dark: Some(dark),
        about,
    }
}

const fn plain(
    name: &'static str,
    syntax: &'static str,
    default: &'static str,
    about: &'static str,
) -> CustomProperty {
    CustomProperty {
        name,
        syntax,
        light: default,
        dark: None,
        about,
    }
}
