//! The agent groups of the supervisor, and which of them is listed alone.

use std::sync::Arc;

use gws::user::Group;
use gws::{GroupId, UserId};

use super::listing::Names;
use crate::connection::LinkTrouble;
use crate::sort::sort;

/// The agent groups of the supervisor. None are known where the server has none, or does not let
/// them be read.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// As the server has them. Replaced only when they have changed.
    pub all: Arc<[Group]>,
    /// Why it is not known who is in the chosen one.
    pub trouble: Option<LinkTrouble>,
    chosen: Option<GroupId>,
    /// Who is in it, sorted; none: not read yet.
    members: Option<Arc<[UserId]>>,
}

impl Groups {
    /// The group whose people are to be listed; none: everybody.
    pub fn chosen(&self) -> Option<&GroupId> {
        self.chosen.as_ref()
    }

    /// Whether it is known who is in the group that is chosen, if one is.
    pub fn is_read(&self) -> bool {
        self.chosen.is_none() || self.members.is_some()
    }

    /// All, in the order of their names.
    pub fn sorted(&self, names: Names<'_>) -> Vec<Group> {
        let mut sorted = self.all.to_vec();
        sort(&mut sorted, |one, other| names(&one.name, &other.name));
        sorted
    }

    /// Whether somebody is in the group that is chosen.
    pub(super) fn has(&self, user: &UserId) -> bool {
        let is_in = |members: &Arc<[UserId]>| members.binary_search(user).is_ok();
        self.chosen.is_none() || self.members.as_ref().is_some_and(is_in)
    }

    /// Chooses a group. Says whether that is another one.
    pub(crate) fn choose(&mut self, group: Option<GroupId>) -> bool {
        let is_new = self.chosen != group;
        if is_new {
            self.chosen = group;
            self.members = None;
            self.trouble = None;
        }
        is_new
    }

    /// Takes the groups. The chosen one may be gone.
    pub(crate) fn learn(&mut self, all: Vec<Group>) {
        if *self.all != *all {
            self.all = all.into();
        }
        if self
            .all
            .iter()
            .all(|group| Some(&group.id) != self.chosen())
        {
            self.choose(None);
        }
    }

    /// Takes who is in the chosen group.
    pub(crate) fn learn_members(&mut self, mut members: Vec<UserId>) {
        sort(&mut members, Ord::cmp);
        self.members = Some(members.into());
        self.trouble = None;
    }
}
