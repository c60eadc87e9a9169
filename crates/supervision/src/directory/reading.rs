//! A reading of the directory: the users that a server sent, taken a few at a time, sorted, and
//! compared with the previous directory to know since when people have been in their states.

use bayeux::{Duration, Instant};
use gws::device::MonitoringState;
use gws::{Device, User, UserId};

use super::order::{number_order, order};
use super::{Directory, Entry, MOST, Monitor, Presence, search};
use crate::sort::sort;
use crate::time::{Bound, Moment, Since};

/// Two readings that are no further apart show when a change was, with the precision of the
/// display.
const SEEN: Duration = Duration::from_secs(60);

/// What was taken so far.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The supervisor, who is left out.
    me: Option<UserId>,
    /// Sorted runs.
    runs: Vec<Vec<Entry>>,
    monitors: Vec<Monitor>,
    /// How many users were taken.
    count: usize,
    /// Whether there are more users than were taken.
    is_cut: bool,
}

impl Reading {
    pub(crate) fn new(me: Option<UserId>) -> Self {
        Self {
            me,
            runs: Vec::new(),
            monitors: Vec::new(),
            count: 0,
            is_cut: false,
        }
    }

    /// Takes users, as long as there is room.
    pub(crate) fn add(&mut self, users: &[User]) {
        let room = MOST - self.count;
        self.is_cut |= users.len() > room;
        let users = &users[..users.len().min(room)];
        self.count += users.len();
        let mut run = Vec::new();
        for user in users {
            if Some(&user.id) == self.me.as_ref() {
                continue;
            }
            let name = user.name();
            for device in &user.devices {
                run.push(entry_of(user, &name, device));
                if let Some(monitor) = monitor_of(&name, device) {
                    self.monitors.push(monitor);
                }
            }
        }
        sort(&mut run, order);
        self.runs.push(run);
    }

    /// Whether no more users are taken.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Merges the last two runs if they are about equally long, or if all users were taken: a step
    /// of a merge sort. Returns whether there was something to merge.
    pub(crate) fn merge(&mut self, have_all_come: bool) -> bool {
        let [.., before, last] = self.runs.as_slice() else {
            return false;
        };
        if !have_all_come && before.len() > 2 * last.len() {
            return false;
        }
        if let (Some(mut last), Some(mut before)) = (self.runs.pop(), self.runs.pop()) {
            before.append(&mut last);
            // Two sorted runs are only merged.
            sort(&mut before, order);
            self.runs.push(before);
        }
        true
    }

    /// The directory as read at `at`, after another one; yet to be indexed. States are known to have lasted if
    /// the two readings are not further apart than `most`.
    pub(crate) fn compare(&mut self, before: &Directory, at: Moment, most: Duration) -> Directory {
        let read_at = before.read_at.filter(|_| !before.is_interrupted);
        let (entries, known) = self.entries(&before.entries, read_at, at, most);
        let are_others = [entries.len(), before.entries.len()] != [known; 2];
        Directory {
            version: before.version + u32::from(are_others),
            entries: entries.into(),
            read_at: Some(at.at),
            monitors: self.monitors(),
            is_cut: self.is_cut,
            ..Directory::default()
        }
    }

    /// Who monitors somebody, among those who were taken.
    pub(super) fn monitors(&mut self) -> Vec<Monitor> {
        core::mem::take(&mut self.monitors)
    }

    /// Those who were taken, compared with those who were read before; and how many of these are among them.
    pub(super) fn entries(
        &mut self,
        before: &[Entry],
        read_at: Option<Instant>,
        at: Moment,
        most: Duration,
    ) -> (Vec<Entry>, usize) {
        while self.merge(true) {}
        let mut entries = self.runs.pop().unwrap_or_default();
        let apart = read_at.map(|read_at| at.at.since(read_at));
        let is_known = apart.is_some_and(|apart| apart <= most);
        let is_seen = is_known && apart.is_some_and(|apart| apart <= SEEN);
        let mut known = before.iter().peekable();
        let mut known_count = 0;
        for entry in &mut entries {
            while known.next_if(|known| order(known, entry).is_lt()).is_some() {}
            let known = known.next_if(|known| known.is_of(entry));
            known_count += usize::from(known.is_some());
            let known = known.filter(|_| is_known);
            entry.since = Some(match known {
                Some(known) if known.presence == entry.presence => known
                    .since
                    .unwrap_or_else(|| Since::new(at, Bound::AtLeast)),
                Some(_) if is_seen => Since::new(at, Bound::Exact),
                _ => Since::new(at, Bound::AtLeast),
            });
        }
        (entries, known_count)
    }
}

impl Entry {
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.user == other.user && self.device == other.device
    }
}

fn entry_of(user: &User, name: &str, device: &Device) -> Entry {
    let calls = || {
        let calls = user.calls.iter().filter(|call| !call.state.is_over());
        calls.filter(|call| call.device().is_none_or(|on| on == device.id))
    };
    let is_listened_to = calls().any(|call| call.supervisor_listening_in);
    let presence = match Presence::of(device) {
        // A call without a device may be on any device that is in use.
        Presence::LoggedOut if calls().all(|call| call.device().is_none()) => Presence::LoggedOut,
        _ if calls().next().is_some() => Presence::OnCall,
        presence => presence,
    };
    Entry {
        device: device.id.clone(),
        user: user.id.clone(),
        key: search::key(name, &device.phone_number),
        name: name.to_owned(),
        number: device.phone_number.clone(),
        number_order: number_order(&device.phone_number),
        presence,
        since: None,
        is_listened_to,
    }
}

fn monitor_of(name: &str, device: &Device) -> Option<Monitor> {
    match &device.supervisor_monitoring_state {
        Some(MonitoringState::Known(monitoring)) => Some(Monitor {
            name: name.to_owned(),
            target: monitoring.target(),
            number: monitoring.phone_number.clone(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::users;
    use super::*;

    /// A directory read at these seconds, with one agent in these states; `most` is the longest
    /// distance.
    #[track_caller]
    fn check(readings: &[(u64, &str)], most: u64, expect: (u64, Bound)) {
        let mut directory = Directory::default();
        for (seconds, state) in readings {
            let at = Instant::from_millis(seconds * 1_000);
            let users = users(&[("Bo", "6001", state)]);
            directory = directory.read_again(&users, None, at, Duration::from_secs(most));
        }
        let since = directory.entries[0].since.unwrap();
        let at = since.moment.at.as_millis() / 1_000;
        assert_eq!((at, since.bound()), expect, "{readings:?}");
    }

    #[test]
    fn a_state_in_the_first_reading_lasts_at_least_since_then() {
        check(&[(10, "Ready")], 120, (10, Bound::AtLeast));
        check(&[(10, "Ready"), (25, "Ready")], 120, (10, Bound::AtLeast));
    }

    #[test]
    fn a_change_between_two_readings_is_seen() {
        let seen = [(10, "Ready"), (25, "NotReady"), (40, "NotReady")];
        check(&seen, 120, (25, Bound::Exact));
    }

    #[test]
    fn a_change_is_not_seen_when_readings_are_more_than_a_minute_apart() {
        let late = [(10, "Ready"), (80, "NotReady"), (90, "NotReady")];
        check(&late, 120, (80, Bound::AtLeast));
    }

    #[test]
    fn a_state_counts_anew_after_a_time_without_readings() {
        check(&[(10, "Ready"), (131, "Ready")], 120, (131, Bound::AtLeast));
    }

    #[test]
    fn another_reason_is_another_state() {
        let reading = |reason: &str| {
            let mut users = users(&[("Bo", "6001", "NotReady")]);
            let device = std::sync::Arc::make_mut(&mut users[0].devices[0]);
            let state = device.user_state.as_mut().unwrap();
            state.reason = Some(reason.to_owned());
            users
        };
        let at = Instant::from_millis;
        let most = Duration::from_secs(120);
        let lunch = Directory::of(&reading("Lunch"), None, at(0));
        let training = lunch.read_again(&reading("Training"), None, at(15_000), most);
        let since = training.entries[0].since.unwrap();
        assert_eq!((since.moment.at, since.bound()), (at(15_000), Bound::Exact));
    }

    #[test]
    fn states_count_anew_after_a_clock_jump() {
        let at = Instant::from_millis;
        let bo = users(&[("Bo", "6001", "Ready")]);
        let mut directory = Directory::of(&bo, None, at(0));
        directory.clock_jumped();
        let again = directory.read_again(&bo, None, at(15_000), Duration::from_secs(120));
        assert_eq!(again.entries[0].since.unwrap().moment.at, at(15_000));
    }

    #[test]
    fn users_taken_in_pieces_are_in_the_same_order_as_at_once() {
        let names: Vec<String> = (0..500).map(|n| format!("N{}", n * 7919 % 500)).collect();
        let people: Vec<_> = names
            .iter()
            .map(|n| (n.as_str(), "6001", "Ready"))
            .collect();
        let users = users(&people);
        let whole = Directory::of(&users, None, Instant::default());
        let mut reading = Reading::new(None);
        for piece in users.chunks(16) {
            reading.add(piece);
            while reading.merge(false) {}
        }
        assert!(reading.runs.len() < 10, "{}", reading.runs.len());
        let pieces = reading.compare(&Directory::default(), Moment::default(), Duration::ZERO);
        assert_eq!(pieces.entries, whole.entries);
    }
}
