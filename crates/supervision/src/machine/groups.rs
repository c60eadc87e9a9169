//! Reads the supervisor's groups while the directory is in view, and the members of the chosen one.
//! Neither changes often; without groups everybody is listed.

use bayeux::{Duration, Instant};
use gws::{GroupId, Request, reply};

use super::Machine;
use super::exchanges::{Answer, Purpose};
use super::retry_after::retry_after;
use crate::changes::Changes;
use crate::connection::LinkTrouble;

/// When each may be read again.
#[derive(Debug, Default)]
pub(super) struct GroupReads {
    groups: Instant,
    members: Instant,
}

/// How old they may become while they are in view. A server that refuses them is not asked sooner.
const AGE: Duration = Duration::from_secs(300);
/// How long after other failures they are read again.
const PAUSE: Duration = Duration::from_secs(15);

impl Machine {
    /// Lists only the people of a group, or everybody.
    pub fn list_group(&mut self, group: Option<GroupId>, now: Instant) {
        if self.state.directory.groups.choose(group) {
            self.exchanges
                .abort_where(&|purpose| matches!(purpose, Purpose::Members));
            self.group_reads.members = now;
            self.changes |= Changes::DIRECTORY;
            self.look_at_groups(now);
        }
    }

    /// Reads whatever is too old.
    pub(super) fn look_at_groups(&mut self, now: Instant) {
        if !self.is_signed_in() {
            return;
        }
        if self.group_reads.groups <= now {
            self.group_reads.groups = now + AGE;
            self.exchanges
                .send(Request::my_groups(), Purpose::Groups, now);
        }
        let chosen = self.state.directory.groups.chosen();
        if let Some(chosen) = chosen.filter(|_| self.group_reads.members <= now) {
            self.group_reads.members = now + AGE;
            let request = Request::members(chosen);
            self.exchanges.send(request, Purpose::Members, now);
        }
    }

    pub(super) fn take_groups(&mut self, answer: &Answer, now: Instant) {
        match answer.read(reply::groups) {
            Ok(all) => {
                self.state.directory.groups.learn(all);
                self.changes |= Changes::DIRECTORY;
            }
            Err(trouble) if matches!(*trouble, LinkTrouble::Reading(_)) => {}
            Err(_) => self.group_reads.groups = now + PAUSE,
        }
    }

    pub(super) fn take_members(&mut self, answer: &Answer, now: Instant) {
        let groups = &mut self.state.directory.groups;
        match answer.read(reply::users) {
            Ok(users) => {
                let mut members = Vec::new();
                for user in &users {
                    members.push(user.id.clone());
                }
                groups.learn_members(members);
            }
            Err(trouble) => {
                groups.trouble = Some(trouble);
                self.group_reads.members = now + self.pause_after(answer, PAUSE, now);
            }
        }
        self.changes |= Changes::DIRECTORY;
    }

    /// The pause after a failed read: at least as long as the server asks for.
    pub(super) fn pause_after(&self, answer: &Answer, least: Duration, now: Instant) -> Duration {
        let asked_for = match answer {
            Answer::Response(response) => retry_after(response, self.moment(now).wall),
            _ => None,
        };
        asked_for.unwrap_or_default().max(least)
    }
}
