//! The life of the page around the machine: it is hidden and shown, loses and regains the network,
//! sleeps, goes away.

use bayeux::{Instant, Page};

use super::Machine;
use crate::calls::Leg;
use crate::changes::Changes;
use crate::connection::Resource;
use crate::identity::Standing;

impl Machine {
    /// Takes what happened to the page. After an absence the connection is made sure of rather
    /// than trusted, and what waits is tried now.
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

    /// The machine slept, or its clock was set: nobody can tell which. Clocks may have counted too
    /// much, until the server says how long calls have been going on.
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
