//! What reads and notifications say, put into the state. A notification that came while a read was
//! under way is newer than the read.

use bayeux::{Incoming, Instant};
use gws::{Call, Capability, Device, MonitoringState, Notification, User};

use super::reads::Read;
use super::{Event, Machine};
use crate::state::{
    Changes, Directory, Happening, Leg, Monitored, Monitoring, Operation, Since, State, directory,
};

impl Machine {
    pub(super) fn learn_me(&mut self, me: User, now: Instant) {
        let is_someone_else = self
            .state
            .me
            .as_ref()
            .is_some_and(|known| known.id != me.id);
        if is_someone_else {
            // What was shown belongs to another person, and so does what is under way.
            self.abandon_operations(now);
            self.state = State {
                connection: self.state.connection.clone(),
                journal: self.state.journal.clone(),
                ..State::default()
            };
            self.changes |= Changes::ALL;
            self.reads.want_current(now);
            self.reads.want(Read::Directory, now);
            // What the server has for that person is not for this one; nor are the tabs the same.
            self.bayeux.close(now);
        }
        if self.state.me.as_ref() != Some(&me) {
            self.state.me = Some(me);
            self.changes |= Changes::DEVICE;
        }
        self.send_held_back(now);
    }

    pub(super) fn learn_devices(&mut self, mut read: Vec<Device>, told: &[String], now: Instant) {
        for device in &mut read {
            if told.iter().any(|id| id == device.id.as_str())
                && let Some(newer) = self
                    .state
                    .devices
                    .iter()
                    .find(|known| known.id == device.id)
            {
                device.clone_from(newer);
            }
        }
        let was_read_for_the_first_time = self.state.monitoring == Monitoring::Unknown;
        self.state.devices = read;
        self.changes |= Changes::DEVICE;
        self.say_once(Event::Device);
        self.choose(now);
        // A read tells what is, not when it came about, except that of a request under way.
        let is_observed = !was_read_for_the_first_time && self.state.pending.is_some();
        self.derive_monitoring(is_observed, now);
    }

    pub(super) fn learn_calls(&mut self, read: Vec<Call>, told: &[String], now: Instant) {
        let is_newer = |id: &str| told.iter().any(|told| told == id);
        let gone: Vec<Leg> = self
            .state
            .legs
            .iter()
            .filter(|leg| {
                let id = &leg.call.id;
                !is_newer(id.as_str()) && read.iter().all(|call| call.id != *id)
            })
            .cloned()
            .collect();
        for leg in gone {
            self.end_leg(&leg, now);
        }
        for call in read {
            if !is_newer(call.id.as_str()) {
                self.learn_call(call, false, now);
            }
        }
    }

    pub(super) fn learn_directory(&mut self, users: &[User], now: Instant) {
        let me = self.state.me.as_ref().map(|me| &me.id);
        self.state.directory = Directory {
            entries: directory::entries(users, me),
            read_at: Some(now),
            trouble: None,
        };
        self.changes |= Changes::DIRECTORY;
    }

    pub(super) fn take_notification(&mut self, message: &Incoming, now: Instant) {
        match Notification::decode(message.data.get()) {
            Ok(Notification::Devices(devices)) => {
                for device in devices {
                    self.learn_device(device, now);
                }
            }
            Ok(Notification::Call(call)) => {
                self.reads.told(Read::Calls, call.id.as_str());
                self.learn_call(*call, true, now);
            }
            Ok(Notification::Error { device, message }) => self.take_error(device, message, now),
            // Messages of other kinds are for other applications.
            Ok(_) => {}
            Err(error) => self.take_unreadable(error.to_string(), now),
        }
    }

    /// A message could not be read: what it said is lost, but what is so now can be read.
    pub(super) fn take_unreadable(&mut self, what: String, now: Instant) {
        self.note(Happening::Unreadable(what), now);
        self.reads.want(Read::Devices, now);
        self.reads.want(Read::Calls, now);
    }

    /// Settles which of the supervisor's devices is used.
    pub(super) fn choose(&mut self, now: Instant) {
        let devices = &self.state.devices;
        let wanted = self.config.device.as_ref();
        let chosen = devices
            .iter()
            .find(|device| Some(&device.id) == wanted)
            .or_else(|| {
                // A device that was asked for and is not there is not silently replaced.
                let others = || devices.iter().filter(|_| wanted.is_none());
                others()
                    .find(|device| device.is_active() && device.can(&Capability::ListenIn))
                    .or_else(|| others().find(|device| device.is_active()))
                    .or_else(|| others().next())
            })
            .map(|device| device.id.clone());
        if self.state.device != chosen {
            self.state.device = chosen;
            self.state.monitoring = Monitoring::Unknown;
            self.state.legs.clear();
            self.changes |= Changes::DEVICE | Changes::MONITORING | Changes::LEGS;
            self.reads.want(Read::Calls, now);
            self.derive_monitoring(false, now);
        }
    }

    fn learn_device(&mut self, device: Device, now: Instant) {
        self.reads.told(Read::Devices, device.id.as_str());
        let known = self
            .state
            .devices
            .iter_mut()
            .find(|known| known.id == device.id);
        match known {
            Some(known) if *known == device => {}
            Some(known) => *known = device,
            None => self.state.devices.push(device),
        }
        self.changes |= Changes::DEVICE;
        self.say_once(Event::Device);
        self.choose(now);
        let is_observed = self.state.monitoring != Monitoring::Unknown;
        self.derive_monitoring(is_observed, now);
    }

    /// Takes what the device says of monitoring. The same said again keeps its beginning.
    fn derive_monitoring(&mut self, is_observed: bool, now: Instant) {
        let device = self.state.device.as_ref();
        let device = self.state.devices.iter().find(|d| Some(&d.id) == device);
        let new = match device.map(|device| &device.supervisor_monitoring_state) {
            None => Monitoring::Unknown,
            Some(None) => Monitoring::None,
            Some(Some(MonitoringState::Unrecognised(word))) => {
                Monitoring::Unrecognised(word.clone())
            }
            Some(Some(MonitoringState::Known(known))) => Monitoring::Active(Monitored {
                kind: known.state.clone(),
                mode: known.mode.clone(),
                scope: known.scope.clone(),
                target: known.target(),
                number: known.phone_number.clone(),
                since: Since {
                    at: now,
                    is_observed,
                },
            }),
        };
        let is_same = match (&self.state.monitoring, &new) {
            (Monitoring::Active(old), Monitoring::Active(new)) => old.is_same(new),
            (old, new) => old == new,
        };
        if !is_same {
            let old = core::mem::replace(&mut self.state.monitoring, new);
            self.changes |= Changes::MONITORING;
            self.say_once(Event::Monitoring);
            self.note_monitoring(old, now);
        }
        self.confirm_if_shown(now);
    }

    fn note_monitoring(&mut self, old: Monitoring, now: Instant) {
        if let Monitoring::Active(was) = old {
            let was_asked_for = self.state.pending.as_ref().is_some_and(|pending| {
                matches!(
                    pending.operation,
                    Operation::Stop | Operation::ListenIn { .. }
                )
            });
            self.note(Happening::Ended { was, was_asked_for }, now);
        }
        if let Monitoring::Active(new) = &self.state.monitoring {
            let new = new.clone();
            self.note(Happening::Began(new), now);
        }
    }

    fn learn_call(&mut self, call: Call, is_told: bool, now: Instant) {
        // A call on another of the supervisor's devices is not shown. One that does not say where
        // it is came on the supervisor's own channel and is.
        let elsewhere = call
            .device()
            .is_some_and(|device| Some(&device) != self.state.device.as_ref());
        if elsewhere && self.state.device.is_some() {
            return;
        }
        let known = self
            .state
            .legs
            .iter_mut()
            .find(|leg| leg.call.id == call.id);
        match known {
            Some(leg) if call.state.is_over() => {
                let leg = leg.clone();
                self.end_leg(&leg, now);
            }
            // A call that ended before it was known of.
            None if call.state.is_over() => {}
            Some(leg) => {
                let had_joined = is_joined(&leg.call);
                if leg.call.state != call.state {
                    leg.is_busy = false;
                }
                leg.call = call;
                let leg = leg.clone();
                self.leg_changed(&leg, had_joined, is_told, now);
            }
            None => {
                let since = match call.duration {
                    // The server says how long it has been going on.
                    Some(seconds) => Since {
                        at: now.before(core::time::Duration::from_secs(seconds.into())),
                        is_observed: true,
                    },
                    None => Since {
                        at: now,
                        is_observed: is_told,
                    },
                };
                let leg = Leg {
                    call,
                    since,
                    is_busy: false,
                };
                self.state.legs.push(leg.clone());
                self.leg_changed(&leg, false, is_told, now);
            }
        }
    }

    fn leg_changed(&mut self, leg: &Leg, had_joined: bool, is_told: bool, now: Instant) {
        self.changes |= Changes::LEGS;
        self.say_once(Event::Call);
        if is_joined(&leg.call) && !had_joined && leg.call.is_monitoring_leg() {
            let parties = parties(&leg.call);
            let happening = if is_told {
                Happening::Joined(parties)
            } else {
                Happening::FoundIn(parties)
            };
            self.note(happening, now);
        }
    }

    fn end_leg(&mut self, leg: &Leg, now: Instant) {
        self.state.legs.retain(|other| other.call.id != leg.call.id);
        self.changes |= Changes::LEGS;
        self.say_once(Event::Call);
        if leg.call.is_monitoring_leg() {
            self.note(Happening::Left(parties(&leg.call)), now);
        }
    }
}

/// Whether the supervisor can hear the call.
fn is_joined(call: &Call) -> bool {
    matches!(
        call.state,
        gws::CallState::Established | gws::CallState::Held
    )
}

fn parties(call: &Call) -> Vec<String> {
    call.participants
        .iter()
        .map(|participant| participant.shown().to_owned())
        .collect()
}
