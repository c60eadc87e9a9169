//! Applies reads and notifications to the parts of the state. A notification that came during a read is
//! newer than the read.

use std::sync::Arc;

use bayeux::{Duration, Incoming, Instant};
use gws::{Call, Device, DeviceId, Notification, ReplyError, User, reply};

use super::exchanges::Answer;
use super::reads::Ended;
use super::sign_in::sign_in_need;
use super::{Machine, Topic, retry_after};
use crate::calls::LegChange;
use crate::changes::Changes;
use crate::connection::delivery::Kind;
use crate::connection::{LinkTrouble, Resource};
use crate::history::{Certainty, Step};
use crate::identity::SignInNeed;
use crate::monitoring::{Monitoring, Source};
use crate::my_device::DeviceSwitch;
use crate::operation::is_same_number;
use crate::requests::Why;
use crate::time::Moment;

/// How long after a message a contradicting read is no evidence about notifications.
const RECENT: Duration = Duration::from_secs(2);

impl Machine {
    /// Takes the result of a read.
    pub(super) fn take_read(&mut self, read: Resource, answer: &Answer, now: Instant) {
        let Some(ended) = self.reads.ended(read) else {
            return;
        };
        let learnt = match read {
            Resource::Me => answer.read(reply::user).map(Learnt::Me),
            Resource::Devices => answer.read(reply::devices).map(Learnt::Devices),
            Resource::Calls => answer.read(reply::calls).map(Learnt::Calls),
            Resource::Directory => answer.read(reply::users).map(Learnt::Directory),
        };
        match learnt {
            Ok(learnt) if self.is_of_another_person(&learnt) => {
                // Nothing of it is shown before that is known; then it is read again.
                self.ask_who_is_signed_in(now);
                self.reads.want(read, now);
            }
            Ok(learnt) => {
                let is_told = self.link.is_subscribed() || self.link.is_refused();
                self.reads.succeeded(read, ended.begun, is_told, now);
                self.learn(learnt, &ended, now);
            }
            Err(trouble) => self.read_failed(read, trouble, answer, now),
        }
    }

    /// A read has failed. It is retried, once it is known who is signed in.
    pub(super) fn read_failed(
        &mut self,
        read: Resource,
        trouble: Arc<LinkTrouble>,
        answer: &Answer,
        now: Instant,
    ) {
        let is_forbidden = matches!(
            *trouble,
            LinkTrouble::Reading(ReplyError::Refused { http: 403, .. })
        );
        let need = match sign_in_need(&trouble) {
            None if is_forbidden && read == Resource::Me => Some(SignInNeed::Forbidden),
            need => need,
        };
        if need.is_some() && self.is_password_asked_for() {
            return;
        }
        match need {
            Some(need) if read == Resource::Me => return self.sign_in_is_needed(need, now),
            // Only `GET /me` may say that nobody is signed in.
            Some(_) if read == Resource::Directory && self.reads.trouble(read).is_some() => {}
            Some(_) => self.ask_who_is_signed_in(now),
            None => {}
        }
        let trouble = not_let_in(trouble, read, answer);
        let asked_for = match answer {
            Answer::Response(response) => retry_after(response, self.moment(now).wall),
            _ => None,
        };
        self.reads
            .failed(read, Arc::clone(&trouble), asked_for, now);
        if read == Resource::Directory {
            self.state.directory.trouble = Some(trouble);
            self.state.directory.next_try = self.reads.at(read);
            self.changes |= Changes::DIRECTORY;
        }
    }

    /// Whether the result is most likely another person's, and it is unknown who is signed in.
    fn is_of_another_person(&mut self, learnt: &Learnt) -> bool {
        match learnt {
            Learnt::Devices(devices) => self.state.my_device.are_others(devices),
            Learnt::Calls(calls) => self.state.my_device.are_calls_of_others(calls),
            Learnt::Me(_) | Learnt::Directory(_) => false,
        }
    }

    fn learn(&mut self, learnt: Learnt, ended: &Ended, now: Instant) {
        match learnt {
            Learnt::Me(user) => self.learn_me(user, now),
            Learnt::Devices(devices) => {
                self.learn_devices(devices, ended, now);
                self.check_requests_after_read(true, ended.begun, now);
            }
            Learnt::Calls(calls) => {
                self.learn_calls(calls, ended, now);
                self.check_requests_after_read(false, ended.begun, now);
            }
            Learnt::Directory(users) => self.learn_users(&users, now),
        }
    }

    fn learn_devices(&mut self, mut read: Vec<Arc<Device>>, ended: &Ended, now: Instant) {
        let is_newer = |id: &DeviceId| {
            ended
                .notified_meanwhile
                .iter()
                .any(|told| told == id.as_str())
        };
        for device in &mut read {
            if is_newer(&device.id)
                && let Some(newer) = self.state.my_device.shared(&device.id)
            {
                *device = Arc::clone(newer);
            }
        }
        self.changes |= Changes::DEVICE;
        self.emit_once(Topic::Device);
        let gone = self.state.monitoring.keep(&read);
        let switch = self.state.my_device.learn_all(read.clone());
        self.device_switched(switch, now);
        for (device, was) in gone {
            let step = Step::OutOfSight(was);
            self.note_of(step, None, Some(&device), Certainty::Own, now);
        }
        let is_gone = |id: &DeviceId| read.iter().all(|device| device.id != *id);
        let ends = self.state.requests.give_up_all(
            &Why::DeviceGone,
            &|request| is_gone(&request.device),
            self.clock.moment(now),
        );
        self.apply_all(ends, now);
        for device in &read {
            let since = self.known_since(self.state.monitoring.seen(&device.id), ended);
            let source = Source::Found { since };
            let is_changed = self.learn_monitoring(device, source, now);
            // A change that was reported just before was more likely overtaken than missed.
            let is_recent = since.is_some_and(|since| ended.begun.since(since.at) < RECENT);
            let is_evidence = ended.was_current && self.link.is_subscribed() && !is_recent;
            if is_changed && since.is_some() && is_evidence && !is_newer(&device.id) {
                let id = device.id.as_str();
                self.delivery.read_showed_change(Kind::Device, id, now);
            }
        }
        self.adopt_limit(now);
        self.settle(now);
    }

    fn learn_calls(&mut self, read: Vec<Arc<Call>>, ended: &Ended, now: Instant) {
        let moment = self.moment(now);
        let is_newer = |id: &str| ended.notified_meanwhile.iter().any(|told| told == id);
        let since = self.known_since(self.state.calls.seen(), ended);
        let source = Source::Found { since };
        let calls = &mut self.state.calls;
        let mut changes = calls.end_missing(&read, |id| is_newer(id.as_str()));
        for call in read {
            if !is_newer(call.id.as_str()) {
                changes.extend(self.learn_one_call(call, source, moment));
            }
        }
        for change in changes {
            let is_evidence = ended.was_current && self.link.is_subscribed();
            let is_step = change.events.iter().any(|event| event.is_a_step());
            if is_evidence && since.is_some() && is_step {
                let id = change.leg.call.id.as_str();
                self.delivery.read_showed_change(Kind::Call, id, now);
            }
            self.leg_changed(&change, source, now);
        }
        let begun = self.moment(ended.begun);
        self.state.calls.were_read(begun, moment);
        self.settle(now);
    }

    /// Since when something in this read can have changed: since it was last notified or read, or since
    /// the connection was lost, whichever is later.
    fn known_since(&self, seen: Option<Moment>, ended: &Ended) -> Option<Moment> {
        let seen = seen?;
        let is_trusted = !ended.was_current && !self.delivery.is_silent();
        let live_until = self.state.connection.live_until.filter(|_| is_trusted);
        Some(
            live_until
                .filter(|until| until.at > seen.at)
                .unwrap_or(seen),
        )
    }

    pub(super) fn take_notification(&mut self, message: &Incoming, now: Instant) {
        match Notification::decode(message.data.get()) {
            Ok(Notification::Devices(devices)) => {
                for device in devices {
                    self.learn_device(device, now);
                }
            }
            Ok(Notification::Call(call)) => {
                self.notification_arrived(Kind::Call, call.id.as_str(), now);
                let (moment, source) = (self.moment(now), self.source_of_messages());
                if let Some(change) = self.learn_one_call(call, source, moment) {
                    self.leg_changed(&change, source, now);
                }
                self.settle(now);
            }
            Ok(Notification::Error { device, message }) => {
                self.take_error(device.as_ref(), message, now);
            }
            // Messages of other types are for other applications.
            Ok(_) => {}
            Err(error) => self.take_unreadable(error.0, now),
        }
    }

    /// How certain messages are: one that waited at the server during an outage may have happened at any
    /// time since the server was last heard.
    fn source_of_messages(&self) -> Source {
        let connection = &self.state.connection;
        let heard = match (connection.phase.is_usable(), self.link.lost()) {
            (false, _) => connection.live_until,
            // An outage that is not shown, or not yet.
            (true, Some(lost)) => {
                let heard = connection.heard.unwrap_or(lost.at);
                Some(lost.before(lost.at.since(heard)))
            }
            (true, None) => None,
        };
        heard.map_or(Source::Told, |heard| Source::Found { since: Some(heard) })
    }

    /// A message could not be parsed: its content is lost, but the current state can be read. That is
    /// recorded once until a message can be parsed; and not if the whole response is unreadable, because
    /// then the connection is lost.
    pub(super) fn take_unreadable(&mut self, what: String, now: Instant) {
        if self.link.message_is_unreadable() {
            self.note(Step::Unreadable(what), Certainty::Own, now);
        }
        self.read_anew(now);
    }

    pub(super) fn read_anew(&mut self, now: Instant) {
        for read in Resource::NOTIFIED {
            self.reads.want(read, now);
        }
    }

    fn learn_device(&mut self, device: Arc<Device>, now: Instant) {
        self.notification_arrived(Kind::Device, device.id.as_str(), now);
        if self.state.my_device.is_unknown(&device.id) {
            // Only a read can say whether it is the supervisor's.
            return self.reads.want(Resource::Devices, now);
        }
        self.changes |= Changes::DEVICE;
        self.emit_once(Topic::Device);
        let switch = self.state.my_device.learn(device.clone());
        self.device_switched(switch, now);
        let source = self.source_of_messages();
        self.learn_monitoring(&device, source, now);
        self.settle(now);
    }

    /// Applies a device's monitoring state. Returns whether it is new.
    fn learn_monitoring(&mut self, device: &Device, source: Source, now: Instant) -> bool {
        let moment = self.moment(now);
        let change = self.state.monitoring.learn(device, source, moment);
        let is_changed = change.is_some();
        if let Some(change) = change {
            self.monitoring_changed(&change, now);
        }
        is_changed
    }

    fn learn_one_call(
        &mut self,
        call: Arc<Call>,
        source: Source,
        now: Moment,
    ) -> Option<LegChange> {
        let state = &self.state;
        let device = call.device().or_else(|| state.my_device.id().cloned());
        let monitoring = device.as_ref().map(|device| state.monitoring.of(device));
        let mut has_agent = false;
        if let Some(monitored) = monitoring.and_then(Monitoring::active) {
            let target = monitored.target.as_ref();
            let of_device = target.and_then(|target| state.directory.number_of(target));
            for party in &call.participants {
                for number in [monitored.number.as_deref(), of_device] {
                    has_agent |= number.is_some_and(|own| is_same_number(own, &party.phone_number));
                }
            }
        }
        self.state.calls.learn(call, source, has_agent, now)
    }

    /// Another device is used than before.
    pub(super) fn device_switched(&mut self, switch: Option<DeviceSwitch>, now: Instant) {
        let Some(switch) = switch else {
            return;
        };
        self.changes |= Changes::DEVICE | Changes::MONITORING | Changes::LEGS;
        self.emit_once(Topic::Device);
        self.emit_once(Topic::Monitoring);
        self.reads.want(Resource::Calls, now);
        if switch.before.is_some() {
            let step = Step::DeviceUsed {
                before: switch.before,
                is_gone: switch.is_gone,
                number: switch.number,
            };
            self.note_of(step, None, switch.after.as_ref(), Certainty::Own, now);
        }
    }
}

/// The trouble of a read that was rejected although somebody may be signed in.
fn not_let_in(trouble: Arc<LinkTrouble>, what: Resource, answer: &Answer) -> Arc<LinkTrouble> {
    let (http, words) = match (&*trouble, answer) {
        (LinkTrouble::Reading(ReplyError::NotLetIn { http, words }), _) => (*http, &**words),
        (LinkTrouble::Reading(ReplyError::CsrfRejected { http }), _) => (*http, ""),
        (LinkTrouble::Reading(ReplyError::Refused { http, message, .. }), _)
            if matches!(http, 401 | 403) =>
        {
            (*http, &**message)
        }
        (LinkTrouble::Reading(ReplyError::NotSignedIn), Answer::Response(response)) => {
            (response.status, "")
        }
        _ => return trouble,
    };
    let words = words.to_owned();
    Arc::new(LinkTrouble::Refused { what, http, words })
}

/// The result of a read.
enum Learnt {
    Me(User),
    Devices(Vec<Arc<Device>>),
    Calls(Vec<Arc<Call>>),
    Directory(Vec<User>),
}
