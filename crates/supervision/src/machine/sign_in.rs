//! Finds out who is signed in (`GET /me`, which also brings the CSRF token). Someone may sign in elsewhere on the page, so
//! it is asked again from time to time, but not automatically if the browser would ask for a password in its own dialog.
//!
//! | `GET /me` is answered | then |
//! |---|---|
//! | with the user | the same person, or another one: nothing of the previous one is shown or done |
//! | nobody is signed in; 401, 403, with any body | sign-in needed; a 403 of GWS may also mean a missing permission |
//! | a web page with HTTP 2xx | sign-in needed: most likely a sign-in page |
//! | a redirect | sign-in needed; it is not followed |
//! | 401 with a challenge for a password | sign-in needed, without automatic retries |
//! | anything else | retried |

use bayeux::Instant;
use gws::{ReplyError, User};

use super::Machine;
use super::groups::GroupReads;
use crate::calls::Calls;
use crate::changes::Changes;
use crate::connection::{LinkTrouble, Resource};
use crate::directory::Directory;
use crate::history::{Certainty, Step};
use crate::identity::{Person, SignInNeed, Standing};
use crate::limit::Limits;
use crate::monitoring::MonitoringBook;
use crate::requests::Why;

/// Why a sign-in is needed, if the trouble means that.
pub(super) fn sign_in_need(trouble: &LinkTrouble) -> Option<SignInNeed> {
    match trouble {
        LinkTrouble::Reading(ReplyError::NotSignedIn | ReplyError::NotLetIn { .. }) => {
            Some(SignInNeed::NotSignedIn)
        }
        LinkTrouble::Reading(ReplyError::Refused { http: 401, .. }) => {
            Some(SignInNeed::NotSignedIn)
        }
        LinkTrouble::Reading(ReplyError::WebPage { http: 200..=299 }) => Some(SignInNeed::WebPage),
        LinkTrouble::Redirected => Some(SignInNeed::Redirected),
        _ => None,
    }
}

impl Machine {
    /// Asks again who is signed in.
    pub(super) fn ask_who_is_signed_in(&mut self, at: Instant) {
        self.state.identity.ask();
        self.reads.want(Resource::Me, at);
    }

    /// The server has said who is signed in.
    pub(super) fn learn_me(&mut self, me: User, now: Instant) {
        if self.state.identity.learn(me) == Person::Another {
            self.begin_with_another_person(now);
        }
        self.changes |= Changes::DEVICE;
        self.send_held_back(now);
        self.connect(now);
        self.read_what_is_missing(now);
    }

    /// The displayed state belongs to another person, and so do pending requests: nobody will be told their outcome. The
    /// server's notifications for that person are not for this one.
    fn begin_with_another_person(&mut self, now: Instant) {
        self.give_up_requests(&Why::SignedOut, now);
        let state = &mut self.state;
        state.history.forget();
        state.my_device.forget();
        state.requests.forget();
        state.monitoring = MonitoringBook::default();
        state.calls = Calls::default();
        state.directory = Directory::default();
        state.limits = Limits::default();
        self.changes |= Changes::ALL;
        self.exchanges.abort_reads();
        self.reads.forget();
        self.group_reads = GroupReads::default();
        self.kept.forget();
        self.search_anew(now);
        self.delivery.forget();
        self.shared_limits.forget();
        self.reads.want_current(now);
        self.reads.want(Resource::Directory, now);
        self.link.close(now);
    }

    /// The server requires a sign-in.
    pub(super) fn sign_in_is_needed(&mut self, need: SignInNeed, now: Instant) {
        let was_told = self.state.identity.sign_in_needed() == Some(need);
        self.state.identity.needs_sign_in(need);
        if need != SignInNeed::PasswordDialog {
            self.reads
                .want(Resource::Me, now + self.config.sign_in_again);
        }
        self.refuse_held_back(now);
        self.changes |= Changes::CONNECTION;
        if !was_told {
            self.note(Step::SignInNeeded(need), Certainty::Own, now);
        }
    }

    /// A browser would ask for a password with each further request.
    pub(super) fn password_is_asked_for(&mut self, now: Instant) {
        self.exchanges.abort_reads();
        self.reads.forget();
        self.group_reads = GroupReads::default();
        self.kept.forget();
        self.search_anew(now);
        self.sign_in_is_needed(SignInNeed::PasswordDialog, now);
    }

    /// Connects for notifications, alone or with the other tabs of this user: one user's notifications are not for another.
    fn connect(&mut self, now: Instant) {
        let me = self.state.identity.me();
        let me = me.filter(|_| self.config.can_share);
        self.link.connect(me.map(|me| me.id.as_str()), now);
    }

    /// Whether a browser would ask for a password with each further request.
    pub(super) fn is_password_asked_for(&self) -> bool {
        self.state.identity.sign_in_needed() == Some(SignInNeed::PasswordDialog)
    }

    /// Whether the server knows who is signed in.
    pub(super) fn is_signed_in(&self) -> bool {
        self.state.identity.standing() == Standing::Known
    }
}
