//! The life of the page: it is hidden and shown, loses and regains the network, sleeps, goes away.

use bayeux::{Instant, Page};

use super::Machine;
use crate::calls::Leg;
use crate::changes::Changes;
use crate::connection::Resource;
use crate::identity::Standing;

impl Machine {
    /// Takes an event of the page. After an absence the connection is checked, not trusted, and
    /// pending retries run now.
    pub fn page(&mut self, page: Page, now: Instant) {
        if page == (Page::Leaving { kept: false }) {
            return self.close(now);
        }
        if page == Page::ClockJumped {
            self.clock_jumped(now);
        }
        if !matches!(page, Page::Hidden | Page::Visible) {
            self.link.page_was_away(now);
        }
        if self.absence.is_over_with(page, now) {
            self.make_sure(now);
        }
        self.tell_client(bayeux::Input::Page(page), now);
    }

    /// The computer slept, or its clock was set: these look the same. Clocks may have counted too
    /// much, until the server reports the durations of calls.
    fn clock_jumped(&mut self, now: Instant) {
        let moment = self.moment(now);
        self.state.monitoring.clock_jumped(moment);
        self.state.calls.clock_jumped(moment);
        self.state.directory.clock_jumped();
        if self.state.all_legs().iter().any(Leg::is_joined) {
            self.changes |= Changes::LEGS;
            self.reads.want(Resource::Calls, now);
        }
    }

    fn make_sure(&mut self, now: Instant) {
        match self.state.identity.standing() {
            Standing::Idle => self.start(now),
            // The browser would ask for a password: only a person may cause that.
            Standing::Unknown if self.is_password_asked_for() => {}
            Standing::Asking | Standing::Unknown => self.reads.want(Resource::Me, now),
            Standing::Known => self.reads.hurry(now),
        }
    }
}
