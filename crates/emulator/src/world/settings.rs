//! Options of the agent desktop that concern supervision, as a client reads them from
//! `user.settings["interaction-workspace"]`. Their names, and their defaults where documented, are
//! those of *SettingUpSupervisors*. They affect the desktop, not the server.

use std::collections::BTreeMap;

use super::Role;

/// The options, by name. All values are strings, as in the Configuration Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings(BTreeMap<String, String>);

/// The name of the section.
pub(crate) const SECTION: &str = "interaction-workspace";

/// Privileges that only supervisors can have.
const TEAMLEAD: &str = "privilege.teamlead.";

/// Assumption: the defaults that are not documented. Documented ones are `true` for
/// can-monitor-voice and can-coach-voice.
const DEFAULTS: [(&str, &str); 7] = [
    ("privilege.teamlead.can-use", "true"),
    ("privilege.teamlead.can-monitor-voice", "true"),
    ("privilege.teamlead.can-coach-voice", "true"),
    ("privilege.teamlead.can-monitor-current-voice", "true"),
    ("privilege.teamlead.can-coach-current-voice", "true"),
    ("privilege.teamlead.can-switch-to-barge-in-voice", "true"),
    ("teamlead.monitoring-scope", "call"),
];

impl Settings {
    /// Sets an option; any name is allowed, as in the Configuration Server.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The options for a user with this role.
    pub(crate) fn of(&self, role: Role) -> BTreeMap<&str, &str> {
        let denied = |name: &str| role != Role::Supervisor && name.starts_with(TEAMLEAD);
        let options = self.0.iter().map(|(name, value)| {
            let value = if denied(name) { "false" } else { value };
            (name.as_str(), value)
        });
        options.collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        let options = DEFAULTS.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(options.into())
    }
}
