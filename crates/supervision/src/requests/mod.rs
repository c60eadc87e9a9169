//! Requests: from the click to the confirmation. Each has an id, belongs to the device for which it was sent, even if
//! another one is chosen later, and ends once.
//!
//! An *accepted* request is not in force yet. The device shows when monitoring is in force, the call when it is answered,
//! left or switched, in a notification before or after the reply. If none comes in time, or it is unknown whether the
//! request arrived, device or calls are read and compared. A request is never sent again automatically, with one exception:
//! a request that was rejected before it reached GWS (HTTP 401 or 403, a refused CSRF token) had no effect, and is sent once
//! more when `GET /me` has said that somebody is signed in, and brought a new token. Assumption: a redirect leaves the
//! outcome unknown. Most likely a gateway requires a sign-in, but the browser hides the redirect's status, and a redirect
//! from behind GWS may follow an operation that had its effect.
//!
//! | event | held back | sent | accepted | checking |
//! |---|---|---|---|---|
//! | a reply: done, or accepted | | → accepted | | |
//! | a reply: refused | | refused, read | | |
//! | a reply: rejected before GWS, for the first time | | → held back | | |
//! | a reply: rejected before GWS, again | | refused | | |
//! | a reply that leaves the outcome unknown, or none | | → checking | | |
//! | somebody is signed in | → sent | | | |
//! | device or call shows what was requested, and did not before or in between | confirmed | confirmed | confirmed | confirmed |
//! | an error message about the device, which can be about no other request | | → checking | → checking | → checking |
//! | any other error message | read | read | read | read |
//! | the time for a confirmation is up | | | → checking | |
//! | a read shows what was requested | confirmed | confirmed | confirmed | confirmed |
//! | the last read does not show it | | | | refused after an error message, unconfirmed if it was accepted, else unknown |
//! | the device shows monitoring but not of whom, and did not before | unconfirmed | unconfirmed | unconfirmed | unconfirmed |
//! | the call is over, which was not requested | moot | moot | moot | moot |
//! | stopping, leaving or being heard by fewer is requested instead | refused | unknown | unknown | unknown |
//! | another device is chosen | – | – | – | – |
//! | the device is gone | refused | unknown | unknown | unknown |
//! | nobody, or somebody else, is signed in | refused | unknown | unknown | unknown |
//!
//! *Moot* ends as unconfirmed, without a problem: there is nothing left to act on.

mod problem;
mod request;

pub use self::problem::{Problem, Why};
pub use self::request::{Request, Stage};

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::{CallId, DeviceId, ReplyError};

use self::request::Check;
pub(crate) use self::request::{Before, Facts};
use crate::connection::LinkTrouble;
use crate::directory::Directory;
use crate::monitoring::Monitored;
use crate::operation::{MonitoringChoice, Operation};
use crate::time::Moment;

/// Identifies a request, for as long as the page lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// How a request ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The device or the call shows what was requested.
    Confirmed,
    /// The server refused it, at once or later, or it was never sent.
    Refused(Why),
    /// The server accepted it, but nothing shows it.
    Unconfirmed(Why),
    /// It is unknown whether it arrived; nothing shows it.
    Unknown(Why),
}

/// All pending requests, and the last that failed.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    pending: Vec<Request>,
    /// Requests to monitor that recently ended without a confirmation: they may still take effect.
    unconfirmed: Vec<Unconfirmed>,
    problem: Option<Problem>,
    last_id: u64,
}

/// A request to monitor that ended without a confirmation.
#[derive(Clone, Debug)]
struct Unconfirmed {
    device: DeviceId,
    choice: MonitoringChoice,
    asked_at: Instant,
    limit: Option<Duration>,
}

/// How long after such a request monitoring that begins may be its effect.
const LATE: Duration = Duration::from_secs(300);

/// Time limits for requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// For the confirmation of an accepted request.
    pub(crate) confirm_within: Duration,
    /// Until the second read, if the outcome is unknown.
    pub(crate) second_read_after: Duration,
}

/// A request has made progress.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) request: RequestId,
    pub(crate) to: Progress,
}

/// The progress of a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Progress {
    Accepted,
    /// It waits for a sign-in.
    HeldBack,
    Checking,
    Ended(Box<Request>, Outcome),
}

/// The server's reply to a request.
pub(crate) type Reply = Result<(), Arc<LinkTrouble>>;

impl Requests {
    /// The pending requests, oldest first.
    pub fn pending(&self) -> impl Iterator<Item = &Request> {
        self.pending.iter()
    }

    /// The pending request about a device's monitoring.
    pub fn of_device(&self, device: &DeviceId) -> Option<&Request> {
        let mut pending = self.pending.iter();
        pending.find(|r| r.operation.is_of_device() && r.device == *device)
    }

    /// The pending request about a call.
    pub fn of_call(&self, id: &CallId) -> Option<&Request> {
        let is_of =
            |operation: &Operation| matches!(operation, Operation::Call { call, .. } if call == id);
        self.pending.iter().find(|r| is_of(&r.operation))
    }

    /// Why the last failed request failed; until the next request, until a person dismisses it, or until a fact refutes it.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    pub(crate) fn find(&self, id: RequestId) -> Option<&Request> {
        self.pending.iter().find(|request| request.id == id)
    }

    /// A person makes a request.
    pub(crate) fn ask(
        &mut self,
        operation: Operation,
        device: DeviceId,
        before: Before,
        limit: Option<Duration>,
        now: Moment,
    ) -> RequestId {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.problem = None;
        self.pending
            .push(Request::new(id, operation, device, before, limit, now));
        id
    }

    /// Takes the reply to a request, or its absence.
    pub(crate) fn take_reply(
        &mut self,
        id: RequestId,
        reply: Reply,
        times: Times,
        now: Moment,
    ) -> Option<Change> {
        let request = self.pending.iter_mut().find(|r| r.id == id)?;
        if request.stage() != Stage::Sent {
            return None;
        }
        let to = match reply.as_ref().map_err(|trouble| &**trouble) {
            Ok(()) => {
                request.accepted(now.at + times.confirm_within);
                Progress::Accepted
            }
            Err(trouble) if let Some(why) = not_let_in(trouble) => match request.hold_back(&why) {
                true => Progress::HeldBack,
                false => return self.end(id, Outcome::Refused(why), now),
            },
            Err(LinkTrouble::Reading(error)) if !error.leaves_outcome_unknown() => {
                return self.end(id, Outcome::Refused(Why::Reply(error.clone())), now);
            }
            Err(trouble) => {
                let why = match trouble {
                    LinkTrouble::Reading(error) => Why::Reply(error.clone()),
                    _ => Why::NoReply,
                };
                request.check(Check::at_once(why, now.at));
                Progress::Checking
            }
        };
        Some(Change { request: id, to })
    }

    /// Sends the requests that were held back once more, now that somebody is signed in.
    pub(crate) fn release_held_back(&mut self, send: &mut dyn FnMut(&Request)) {
        for request in &mut self.pending {
            if request.stage() == Stage::HeldBack {
                request.sent_again();
                send(request);
            }
        }
    }

    /// A fact has changed: requests that it confirms or makes moot end, and a problem that it refutes is removed. Returns
    /// whether a problem was removed, or has another meaning now.
    pub(crate) fn take_facts(&mut self, facts: &Facts<'_>, now: Moment) -> (Vec<Change>, bool) {
        let changes = self.end_all(&mut |request| request.shown_by(facts), now);
        let is_refuted = self
            .problem
            .as_ref()
            .is_some_and(|problem| problem.is_refuted_by(facts));
        if is_refuted {
            self.problem = None;
        }
        let is_changed = self
            .problem
            .as_mut()
            .is_some_and(|problem| problem.update(facts));
        (changes, is_refuted || is_changed)
    }

    /// Begins the checks that are due, of requests whose resource must be read.
    pub(crate) fn begin_due_checks(&mut self, now: Instant, read: &mut dyn FnMut(&Request)) {
        for request in &mut self.pending {
            if request.is_due(now) {
                request.begin_check();
                read(request);
            }
        }
    }

    /// Devices (or, if `is_of_device` is false, calls) are not read before `until`, as the server asked. Returns whether
    /// that is new for a request.
    pub(crate) fn put_off(&mut self, is_of_device: bool, until: Option<Moment>) -> bool {
        let mut is_new = false;
        for request in &mut self.pending {
            is_new |= request.operation.is_of_device() == is_of_device && request.put_off(until);
        }
        is_new
    }

    /// Devices (or, if `is_of_device` is false, calls) were read, by a read that began at `begun`. Ends the requests that
    /// were waiting for it, or makes them wait for another read.
    pub(crate) fn take_read(
        &mut self,
        is_of_device: bool,
        begun: Instant,
        facts: &Facts<'_>,
        times: Times,
        now: Moment,
    ) -> Vec<Change> {
        let outcome = &mut |request: &mut Request| {
            let is_concerned = request.operation.is_of_device() == is_of_device;
            is_concerned.then(|| request.take_read(begun, facts, times, now.at))?
        };
        self.end_all(outcome, now)
    }

    /// The server reports an error by a notification, without naming a request. Assumption: an error that names a device is
    /// about the request for that device, if there is only one and it has not taken effect.
    pub(crate) fn take_error(
        &mut self,
        device: Option<&DeviceId>,
        message: Option<&str>,
        now: Moment,
    ) -> Option<Change> {
        let device = device?;
        let mut about = self.pending.iter().filter(|r| r.device == *device);
        let (Some(request), None) = (about.next(), about.next()) else {
            return None;
        };
        if request.stage() == Stage::HeldBack {
            return None;
        }
        let why = Why::Reported(message.map(str::to_owned));
        let id = request.id;
        let request = self.pending.iter_mut().find(|r| r.id == id)?;
        request.check(Check::after_error(why, now.at));
        Some(Change {
            request: id,
            to: Progress::Checking,
        })
    }

    /// Ends requests that were held back for too long: they must not take effect when the person no longer expects it.
    pub(crate) fn give_up_late(&mut self, within: Duration, now: Moment) -> Vec<Change> {
        let earliest = now.at.before(within);
        let outcome = &mut |request: &mut Request| {
            let is_late = request.is_held_back_since(earliest);
            let why = request.not_let_in().filter(|_| is_late)?;
            Some(Outcome::Refused(why.clone()))
        };
        self.end_all(outcome, now)
    }

    /// Ends a request that another one replaces.
    pub(crate) fn give_up(&mut self, id: RequestId, why: Why, now: Moment) -> Option<Change> {
        let outcome = self.find(id)?.given_up(why);
        self.end(id, outcome, now)
    }

    /// Ends all requests, whose outcome nobody will learn.
    pub(crate) fn give_up_all(
        &mut self,
        why: &Why,
        is_concerned: &dyn Fn(&Request) -> bool,
        now: Moment,
    ) -> Vec<Change> {
        let outcome = &mut |request: &mut Request| {
            is_concerned(request).then(|| request.given_up(why.clone()))
        };
        self.end_all(outcome, now)
    }

    /// The time limit of the request that ended without a confirmation and asked for what the device monitors now, if
    /// there is such a request.
    pub(crate) fn take_late(
        &mut self,
        device: &DeviceId,
        is: &Monitored,
        directory: &Directory,
        now: Instant,
    ) -> Option<Option<Duration>> {
        self.forget_late(now);
        let position = self.unconfirmed.iter().position(|request| {
            request.device == *device && is.can_be(&request.choice, directory)
        })?;
        Some(self.unconfirmed.remove(position).limit)
    }

    /// Forgets another person's requests. All have ended; ids continue.
    pub(crate) fn forget(&mut self) {
        self.unconfirmed.clear();
        self.problem = None;
    }

    /// A person has dismissed the problem, or it is another person's. Returns whether there was one.
    pub(crate) fn dismiss_problem(&mut self) -> bool {
        self.problem.take().is_some()
    }

    /// When a check is due, or a held-back request expires.
    pub(crate) fn wake_at(&self, held_back_within: Duration) -> Option<Instant> {
        let mut first = None;
        for request in &self.pending {
            let held_back = request.held_back_until(held_back_within);
            first = Instant::earliest(&[first, request.due().or(held_back)]);
        }
        first
    }

    /// Forgets requests that can't take effect any more.
    fn forget_late(&mut self, now: Instant) {
        let is_late = |request: &Unconfirmed| now.since(request.asked_at) >= LATE;
        while let Some(position) = self.unconfirmed.iter().position(is_late) {
            self.unconfirmed.remove(position);
        }
    }

    /// Ends the requests that have an outcome.
    fn end_all(
        &mut self,
        outcome: &mut dyn FnMut(&mut Request) -> Option<Outcome>,
        now: Moment,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut position = 0;
        while let Some(request) = self.pending.get_mut(position) {
            match outcome(request) {
                Some(outcome) => changes.push(self.end_at(position, outcome, now)),
                None => position += 1,
            }
        }
        changes
    }

    fn end(&mut self, id: RequestId, outcome: Outcome, now: Moment) -> Option<Change> {
        let position = self.pending.iter().position(|r| r.id == id)?;
        Some(self.end_at(position, outcome, now))
    }

    fn end_at(&mut self, position: usize, outcome: Outcome, now: Moment) -> Change {
        let mut request = Box::new(self.pending.remove(position));
        if let Some(problem) = Problem::of(&mut request, &outcome, now) {
            self.problem = Some(problem);
        }
        if outcome != Outcome::Confirmed
            && let Some(choice) = request.operation.monitoring()
        {
            self.forget_late(now.at);
            self.unconfirmed.push(Unconfirmed {
                device: request.device.clone(),
                choice: choice.clone(),
                asked_at: request.asked.at,
                limit: request.limit,
            });
        }
        Change {
            request: request.id,
            to: Progress::Ended(request, outcome),
        }
    }
}

/// Why a request was rejected before it reached GWS, if the reply means that: it had no effect.
fn not_let_in(trouble: &LinkTrouble) -> Option<Why> {
    let (http, words) = match trouble {
        LinkTrouble::Reading(ReplyError::NotLetIn { http, words }) => (
            Some(*http),
            Some(words.clone()).filter(|words| !words.is_empty()),
        ),
        LinkTrouble::Reading(ReplyError::CsrfRejected { http }) => (Some(*http), None),
        LinkTrouble::Reading(ReplyError::NotSignedIn) => (None, None),
        _ => return None,
    };
    Some(Why::NotAllowed { http, words })
}
