//! The people to whom a supervisor returns: those they pinned, and those they monitored last.

use gws::{DeviceId, UserId};
use tolerant_json::text;

use super::{Directory, EntryId};
use crate::sort::sort;

/// Pinned and recent people, by ids only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shortlist {
    pub(super) pinned: Vec<EntryId>,
    /// Latest first.
    pub(super) recent: Vec<EntryId>,
}

/// The maximum number of pinned people.
const MOST_PINNED: usize = 50;
/// The maximum number of recent people.
const MOST_RECENT: usize = 5;

impl Shortlist {
    /// Whether somebody is pinned.
    pub fn is_pinned(&self, id: &EntryId) -> bool {
        self.pinned.contains(id)
    }

    /// Pinned people, in the order in which they were pinned.
    pub fn pinned(&self) -> &[EntryId] {
        &self.pinned
    }

    /// People who were monitored last, latest first.
    pub fn recent(&self) -> &[EntryId] {
        &self.recent
    }

    /// Pinned people who are no longer at that telephone, as far as is known.
    pub fn gone(&self, directory: &Directory) -> Vec<EntryId> {
        let mut gone = sorted(&self.pinned);
        directory.retain_gone(&mut gone);
        gone
    }

    /// Pins or unpins somebody. Beyond fifty, the person who was pinned first is unpinned.
    pub fn toggle_pin(&mut self, id: &EntryId) {
        match self.pinned.iter().position(|pinned| pinned == id) {
            Some(at) => drop(self.pinned.remove(at)),
            None => self.pinned.push(id.clone()),
        }
        let surplus = self.pinned.len().saturating_sub(MOST_PINNED);
        self.pinned.drain(..surplus);
    }

    /// Records that somebody is being monitored.
    pub fn monitored(&mut self, id: &EntryId) {
        if let Some(at) = self.recent.iter().position(|recent| recent == id) {
            self.recent.remove(at);
        }
        self.recent.insert(0, id.clone());
        self.recent.truncate(MOST_RECENT);
    }

    /// Replaces the pinned people by a text of [`write`].
    pub fn read_pinned(&mut self, text: &str) {
        self.pinned = read(text, MOST_PINNED);
    }

    /// Replaces the recent people by a text of [`write`].
    pub fn read_recent(&mut self, text: &str) {
        self.recent = read(text, MOST_RECENT);
    }

    /// Writes ids as a text, for storage in a browser.
    pub fn write(people: &[EntryId]) -> String {
        let has_mark = |id: &str| text::contains(id, "\t") || text::contains(id, "\n");
        let is_plain = |id: &str| !id.is_empty() && !has_mark(id);
        let mut lines = String::new();
        for EntryId { user, device } in people {
            if is_plain(user.as_str()) && is_plain(device.as_str()) {
                for part in [user.as_str(), "\t", device.as_str(), "\n"] {
                    lines.push_str(part);
                }
            }
        }
        lines
    }
}

/// Some of them, sorted by their ids.
pub(super) fn sorted(people: &[EntryId]) -> Vec<EntryId> {
    let mut sorted = people.to_vec();
    sort(&mut sorted, Ord::cmp);
    sorted
}

/// The first people of a text, at most so many.
fn read(text: &str, most: usize) -> Vec<EntryId> {
    let mut people = Vec::new();
    for line in text::split(text, "\n") {
        if people.len() < most
            && let Some((user, device)) = text::split_once(line, "\t")
        {
            people.push(EntryId {
                user: UserId::new(user),
                device: DeviceId::new(device),
            });
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> EntryId {
        EntryId {
            user: UserId::new(format!("u-{name}")),
            device: DeviceId::new(format!("d-{name}")),
        }
    }

    #[test]
    fn the_latest_five_are_recent() {
        let mut list = Shortlist::default();
        for name in ["a", "b", "c", "b", "d", "e", "f"] {
            list.monitored(&id(name));
        }
        assert_eq!(list.recent(), ["f", "e", "d", "b", "c"].map(id));
    }

    #[test]
    fn pins_are_set_and_removed() {
        let mut list = Shortlist::default();
        list.toggle_pin(&id("a"));
        list.toggle_pin(&id("b"));
        list.toggle_pin(&id("a"));
        assert_eq!(list.pinned(), [id("b")]);
        assert!(list.is_pinned(&id("b")) && !list.is_pinned(&id("a")));
    }

    #[test]
    fn written_lists_can_be_read() {
        let mut list = Shortlist::default();
        list.toggle_pin(&id("a"));
        list.toggle_pin(&id("b\nc"));
        let text = Shortlist::write(list.pinned());
        let mut other = Shortlist::default();
        other.read_pinned(&text);
        assert_eq!(other.pinned(), [id("a")]);
        other.read_pinned("something else");
        assert_eq!(other.pinned(), []);
    }
}
