//! The supervisor's agent groups, and the one that is listed.

use std::sync::Arc;

use gws::user::Group;
use gws::{GroupId, UserId};

use super::listing::Names;
use crate::connection::LinkTrouble;
use crate::sort::sort;

/// The supervisor's agent groups. Empty if the server has none, or does not allow reading them.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// As the server lists them.
    pub all: Vec<Group>,
    /// Why the members of the chosen group are unknown.
    pub trouble: Option<Arc<LinkTrouble>>,
    chosen: Option<GroupId>,
    /// Its members, sorted; none: not read yet.
    members: Option<Vec<UserId>>,
}

impl Groups {
    /// The group whose people are listed; none: everybody.
    pub fn chosen(&self) -> Option<&GroupId> {
        self.chosen.as_ref()
    }

    /// Whether the members of the chosen group are known, if there is one.
    pub fn is_read(&self) -> bool {
        self.chosen.is_none() || self.members.is_some()
    }

    /// All groups, sorted by name.
    pub fn sorted(&self, names: Names<'_>) -> Vec<Group> {
        let mut sorted = self.all.to_vec();
        sort(&mut sorted, |one, other| names(&one.name, &other.name));
        sorted
    }

    /// Whether a person is in the chosen group.
    pub(super) fn has(&self, user: &UserId) -> bool {
        let is_in = |members: &Vec<UserId>| members.binary_search(user).is_ok();
        self.chosen.is_none() || self.members.as_ref().is_some_and(is_in)
    }

    /// Chooses a group. Returns whether it has changed.
    pub(crate) fn choose(&mut self, group: Option<GroupId>) -> bool {
        let is_new = self.chosen != group;
        if is_new {
            self.chosen = group;
            self.members = None;
            self.trouble = None;
        }
        is_new
    }

    /// Sets the groups. The chosen one may be gone.
    pub(crate) fn learn(&mut self, all: Vec<Group>) {
        self.all = all;
        if self
            .all
            .iter()
            .all(|group| Some(&group.id) != self.chosen())
        {
            self.choose(None);
        }
    }

    /// Sets the members of the chosen group.
    pub(crate) fn learn_members(&mut self, mut members: Vec<UserId>) {
        sort(&mut members, Ord::cmp);
        self.members = Some(members);
        self.trouble = None;
    }
}
