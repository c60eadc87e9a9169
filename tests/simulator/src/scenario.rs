//! Kinds of storms: how often each fault occurs, and the actions of the clients.

use bayeux::Duration;

use crate::rule::Rule;

/// The subject of a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Clients of a CometD server.
    Clients,
    /// Tabs that share a connection ([`tabs`](crate::tabs)).
    Tabs,
    /// A supervisor in a contact centre (`supervision`).
    Supervision,
}

/// A kind of storm. Chances are per thousand requests, responses, steps of a client's script, or
/// whatever the field names.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// Its minimum duration; at most twice as long.
    pub storm: Duration,
    /// Requests and responses that are lost, half of them unnoticed.
    pub lost: u64,
    /// Requests that the browser repeats by itself.
    pub duplicated: u64,
    /// Requests and responses that take seconds.
    pub slow: u64,
    /// Responses cut short.
    pub cut: u64,
    /// Requests that get a response from something other than the server.
    pub intercepted: u64,
    /// Replies that are rewritten by an attacker.
    pub hostile: u64,
    /// Requests from which on an attacker makes the server answer connects at once.
    pub hurried: u64,
    /// Clients that are far from the server.
    pub far: u64,
    /// Steps of a script that are events of the page instead of commands.
    pub page_life: u64,
    /// Steps of a script that close or open.
    pub closing: u64,
    /// Servers that acknowledge messages.
    pub acknowledging: u64,
    /// Publications after which the server ends a session for no reason.
    pub ended: u64,
    /// The average interval of the server's restarts; never, if none.
    pub restarts: Option<Duration>,
    /// Its subject.
    pub about: About,
    /// Of a storm about supervision, the only invariant that is checked, if not all are.
    pub rule: Option<Rule>,
}

impl Scenario {
    /// Nothing fails; there are only commands.
    pub const CALM: Self = Self {
        name: "calm",
        storm: Duration::from_secs(60),
        lost: 0,
        duplicated: 0,
        slow: 0,
        cut: 0,
        intercepted: 0,
        hostile: 0,
        hurried: 0,
        far: 200,
        page_life: 0,
        closing: 10,
        acknowledging: 500,
        ended: 0,
        restarts: None,
        about: About::Clients,
        rule: None,
    };
    /// A bad network.
    pub const LOSSY: Self = Self {
        name: "lossy",
        lost: 120,
        duplicated: 60,
        slow: 80,
        cut: 30,
        closing: 10,
        ..Self::CALM
    };
    /// A server, or something in front of it, with arbitrary responses.
    pub const HOSTILE: Self = Self {
        name: "hostile",
        intercepted: 80,
        hostile: 150,
        hurried: 18,
        cut: 10,
        ended: 20,
        ..Self::CALM
    };
    /// Clients far from a server whose connects are answered at once.
    pub const FAR: Self = Self {
        name: "far",
        hurried: 100,
        far: 1_000,
        ..Self::CALM
    };
    /// Pages that are hidden, frozen, cached and resumed.
    pub const PAGE_LIFE: Self = Self {
        name: "page-life",
        storm: Duration::from_secs(150),
        lost: 20,
        slow: 20,
        page_life: 600,
        ..Self::CALM
    };
    /// A server that restarts and loses sessions.
    pub const RESTARTS: Self = Self {
        name: "restarts",
        storm: Duration::from_secs(120),
        lost: 10,
        restarts: Some(Duration::from_secs(25)),
        ..Self::CALM
    };
    /// All faults together.
    pub const EVERYTHING: Self = Self {
        name: "everything",
        storm: Duration::from_secs(150),
        lost: 60,
        duplicated: 30,
        slow: 40,
        cut: 20,
        intercepted: 40,
        hostile: 60,
        hurried: 7,
        far: 200,
        page_life: 300,
        closing: 30,
        acknowledging: 500,
        ended: 10,
        restarts: Some(Duration::from_secs(60)),
        about: About::Clients,
        rule: None,
    };
    /// Tabs of one browser that share a connection.
    pub const TABS: Self = Self {
        name: "tabs",
        about: About::Tabs,
        ..Self::CALM
    };

    /// The supervision machine against a contact centre. Other fields are not used.
    pub const SUPERVISION: Self = Self {
        name: "supervision",
        about: About::Supervision,
        ..Self::CALM
    };

    /// Every kind for CometD.
    pub const COMETD: [Self; 8] = [
        Self::CALM,
        Self::LOSSY,
        Self::HOSTILE,
        Self::FAR,
        Self::PAGE_LIFE,
        Self::RESTARTS,
        Self::EVERYTHING,
        Self::TABS,
    ];

    /// Whether nothing fails in it.
    pub(crate) fn is_calm(&self) -> bool {
        self.name == Self::CALM.name
    }
}
