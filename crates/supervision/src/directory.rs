//! Whom one may listen to. A snapshot: GWS v2 notifies nobody of other users' states.

use std::sync::Arc;

use bayeux::Instant;
use gws::device::{AgentState, WorkMode};
use gws::{Device, DeviceId, User, UserId};

use crate::connection::LinkTrouble;

/// The people of the contact centre who have a device, each device an entry.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Sorted by name, then number.
    pub entries: Arc<[Entry]>,
    /// When it was read; none: not yet.
    pub read_at: Option<Instant>,
    /// Why the last reading failed.
    pub trouble: Option<LinkTrouble>,
    /// When it is tried again, if it failed.
    pub next_try: Option<Instant>,
}

/// A device one may listen to.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub user: UserId,
    /// The user's name.
    pub name: String,
    /// The device's number.
    pub number: String,
    /// What the user was doing when the directory was read.
    pub presence: Presence,
    /// Name and number in lower case, to search in.
    key: String,
}

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// In a call.
    OnCall,
    /// Ready for calls.
    Ready,
    /// Not ready, with the reason if there is one.
    NotReady(Option<String>),
    /// Busy with what a call left behind.
    AfterCallWork,
    /// Logged in; nothing more is known.
    LoggedIn,
    /// Logged out, or the device is not in use.
    LoggedOut,
    /// Something this version has no word for, as the server put it.
    Other(String),
    /// The server does not say.
    Unknown,
}

impl Directory {
    /// The entry of a device.
    pub fn entry(&self, device: &DeviceId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.device == *device)
    }

    /// The number of a device.
    pub fn number_of(&self, device: &DeviceId) -> Option<&str> {
        self.entry(device).map(|entry| entry.number.as_str())
    }

    /// The positions of the entries whose name or number contains every word of `query`, whatever
    /// the case, in order.
    pub fn matching(&self, query: &str) -> Vec<usize> {
        let query = folded(query);
        let words: Vec<&str> = query.split_whitespace().collect();
        let matches = |entry: &Entry| words.iter().all(|word| entry.key.contains(word));
        self.entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| matches(entry))
            .map(|(position, _)| position)
            .collect()
    }
}

/// The entries of those users, without the supervisor's own.
pub(crate) fn entries(users: &[User], me: Option<&UserId>) -> Arc<[Entry]> {
    let mut entries: Vec<Entry> = users
        .iter()
        .filter(|user| Some(&user.id) != me)
        .flat_map(|user| {
            let name = user.name();
            let is_in_call = user.calls.iter().any(|call| !call.state.is_over());
            user.devices.iter().map(move |device| Entry {
                device: device.id.clone(),
                user: user.id.clone(),
                key: folded(&format!("{name} {}", device.phone_number)),
                name: name.clone(),
                number: device.phone_number.clone(),
                presence: if is_in_call {
                    Presence::OnCall
                } else {
                    Presence::of(device)
                },
            })
        })
        .collect();
    entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    entries.into()
}

/// For comparing without regard to case.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Presence {
    /// What a device's user is doing. Decided on the state and the work mode; the configured name
    /// is only shown.
    pub fn of(device: &Device) -> Self {
        let Some(state) = &device.user_state else {
            return if device.is_active() {
                Self::Unknown
            } else {
                Self::LoggedOut
            };
        };
        match (&state.state, &state.work_mode) {
            (AgentState::Ready, _) => Self::Ready,
            (AgentState::NotReady, Some(WorkMode::AfterCallWork)) => Self::AfterCallWork,
            (AgentState::NotReady, _) => {
                let configured = state
                    .display_name
                    .as_ref()
                    .filter(|name| !name.eq_ignore_ascii_case("not ready"));
                Self::NotReady(state.reason.as_ref().or(configured).cloned())
            }
            (AgentState::LoggedIn, _) => Self::LoggedIn,
            (AgentState::LoggedOut | AgentState::Logout, _) => Self::LoggedOut,
            (AgentState::Other(word), _) => {
                Self::Other(state.display_name.as_ref().unwrap_or(word).clone())
            }
        }
    }
}
