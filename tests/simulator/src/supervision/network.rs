//! The way between tabs and server: how long it takes, and what is lost or replaced on it.

use core::time::Duration;

use bayeux::{Channel, ExchangeId, RawValue, server};
use gws::{DeviceId, Method, UserId, notification};
use gws_emulator::wire;
use gws_emulator::world::What;
use serde_json::json;

use super::faults::{At, Delivery, Fate, Subject};
use super::gws::{BASE, NOTIFICATIONS, Request, Response};
use super::storm::{Happening, Storm};
use crate::violation::Violation;

/// The longest that anything is under way, each way, where nothing is lost; in milliseconds.
pub(super) const SLOWEST: u64 = 9_000;

/// How a request ended for whoever made it.
#[derive(Debug)]
pub(super) enum Ending {
    Response(Response),
    Failed,
    /// Answered by a redirect that was not followed.
    Redirected,
}

/// A notification.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) user: UserId,
    pub(super) channel: Channel,
    pub(super) data: Box<RawValue>,
}

/// A request that waits at the notification server.
#[derive(Debug)]
pub(super) struct Held {
    page: usize,
    id: ExchangeId,
    fate: Option<Fate>,
}

impl At {
    pub(super) fn of(request: &Request) -> Self {
        match request.method {
            Method::Get => Self::Reads,
            Method::Post if request.path.starts_with(NOTIFICATIONS) => Self::Polls,
            Method::Post => Self::Operations,
        }
    }
}

impl Storm {
    /// A request leaves a page.
    pub(super) fn send(&mut self, page: usize, id: ExchangeId, request: Request) {
        if self.pages[page].is_offline {
            return self.end_soon(page, id, Ending::Failed);
        }
        let fate = self
            .faults
            .of_request(At::of(&request), &mut self.dice, self.now);
        if let Some(fate) = fate {
            self.note("network", || format!("{}: {fate:?}", id.number()));
        }
        match fate {
            Some(Fate::Lost {
                arrives: false,
                is_noticed,
            }) => {
                if is_noticed {
                    self.end_soon(page, id, Ending::Failed);
                }
            }
            Some(Fate::Replaced { by, arrives: false }) => {
                let ending = by
                    .response(None)
                    .map_or(Ending::Redirected, Ending::Response);
                self.end_soon(page, id, ending);
            }
            _ => {
                let delay = self.delay(fate == Some(Fate::Slow));
                self.after(delay, Happening::AtServer(page, id, request, fate));
            }
        }
    }

    /// A request arrives at the server.
    pub(super) fn arrive_at_server(
        &mut self,
        page: usize,
        id: ExchangeId,
        request: &Request,
        fate: Option<Fate>,
    ) -> Result<(), Violation> {
        if let Some(refusal) = self.gws.gate(request) {
            self.respond(page, id, refusal, None);
            return Ok(());
        }
        if At::of(request) == At::Polls {
            self.next_held += 1;
            let held = ExchangeId::new(self.next_held);
            self.held.insert(held, Held { page, id, fate });
            if let Some(after) = self.cut_after {
                self.after(after, Happening::Cut(held));
            }
            let owner = self.gws.user().map(|user| user.id.to_string());
            let input = server::Input::Request {
                id: held,
                owner: &owner.unwrap_or_default(),
                browser: Some("the browser"),
                body: &request.body,
            };
            self.gws.notifications.handle(input, self.now);
            self.drain_notifications();
            return Ok(());
        }
        if let Some(Fate::FailsLate { names_device }) = fate {
            let response = super::gws::reply(200, r#"{"statusCode":0}"#);
            self.respond(page, id, response, None);
            let device = request.path.strip_prefix("/me/devices/");
            let device = device.filter(|_| names_device).map(DeviceId::new);
            let delay = self.dice.millis(10, 6_000);
            self.after(delay, Happening::Error(device));
            return Ok(());
        }
        let (response, done) = self.gws.answer(request);
        if let Some((device, asked)) = done {
            self.pages[page].watch.was_carried_out(&device, &asked);
        }
        self.respond(page, id, response, fate);
        self.world_changed()
    }

    fn respond(&mut self, page: usize, id: ExchangeId, response: Response, fate: Option<Fate>) {
        let ending = match fate {
            Some(Fate::Lost {
                is_noticed: false, ..
            }) => return,
            Some(Fate::Lost { .. }) => Ending::Failed,
            Some(Fate::Replaced { by, .. }) => by
                .response(Some(response))
                .map_or(Ending::Redirected, Ending::Response),
            _ => Ending::Response(response),
        };
        let is_slow = fate == Some(Fate::Slow);
        let delay = self.delay(is_slow);
        if is_slow {
            self.after(delay / 2, Happening::Progress(page, id));
        }
        self.after(delay, Happening::AtPage(page, id, ending));
    }

    fn end_soon(&mut self, page: usize, id: ExchangeId, ending: Ending) {
        let delay = self.delay(false);
        self.after(delay, Happening::AtPage(page, id, ending));
    }

    /// A page has cut a request off, or the network has.
    pub(super) fn cut(&mut self, page: usize, id: ExchangeId) {
        let delay = self.delay(false);
        self.after(delay, Happening::Gone(page, id));
    }

    /// The notification server sees that a request was cut off.
    pub(super) fn gone(&mut self, page: usize, id: ExchangeId) {
        let is_it = |held: &Held| (held.page, held.id) == (page, id);
        let found = self.held.iter().find(|(_, held)| is_it(held));
        if let Some(id) = found.map(|(id, _)| *id) {
            self.held.remove(&id);
            let gone = server::Input::Gone { id };
            self.gws.notifications.handle(gone, self.now);
            self.drain_notifications();
        }
    }

    /// A proxy cuts off what waits at the notification server, if it still does.
    pub(super) fn cut_by_proxy(&mut self, held: ExchangeId) {
        if let Some(Held { page, id, .. }) = self.held.remove(&held) {
            self.end_soon(page, id, Ending::Failed);
            let gone = server::Input::Gone { id: held };
            self.gws.notifications.handle(gone, self.now);
            self.drain_notifications();
        }
    }

    /// Nobody who waits at the notification server is answered.
    pub(super) fn cut_held(&mut self) {
        for held in core::mem::take(&mut self.held).into_values() {
            self.end_soon(held.page, held.id, Ending::Failed);
        }
    }

    /// Hands on what the notification server answers.
    pub(super) fn drain_notifications(&mut self) {
        loop {
            match self.gws.notifications.poll(self.now) {
                server::Output::Respond {
                    id, status, body, ..
                } => {
                    if let Some(Held { page, id, fate }) = self.held.remove(&id) {
                        let response = super::gws::reply(status, body);
                        self.respond(page, id, response, fate);
                    }
                }
                server::Output::Event(_) => {}
                server::Output::Idle { wake_at } => {
                    self.notifications_wake = wake_at;
                    return;
                }
            }
        }
    }

    /// Tells whoever is to be told what has changed in the world.
    pub(super) fn publish_changes(&mut self) {
        for change in self.gws.world.drain_changes() {
            if let What::Device(device) = &change.what {
                let device = wire::Device::new(device, &self.gws.format);
                self.model.passes(&device.resource, self.now);
            }
            let Some((user, channel, data)) = self.gws.notification(&change) else {
                continue;
            };
            let about = match channel.as_str() {
                notification::DEVICES => Subject::Devices,
                notification::CALLS => Subject::Calls,
                _ => continue,
            };
            let delivery = self.faults.of_notification(about, &mut self.dice, self.now);
            self.note("server", || {
                let how = delivery.map_or_else(String::new, |how| format!(" ({how:?})"));
                format!("tells {user}{how}: {}", data.get())
            });
            let soon = self.dice.millis(0, 20);
            let delay = match delivery {
                None => soon,
                Some(Delivery::Dropped) => continue,
                Some(Delivery::Late) => self.dice.millis(200, 30_000),
                Some(Delivery::Shuffled) => self.dice.millis(0, 3_000),
                Some(Delivery::Twice) => {
                    let again = self.dice.millis(10, 10_000);
                    let copy = Message {
                        user: user.clone(),
                        channel: channel.clone(),
                        data: data.clone(),
                    };
                    self.deliver_after(again, copy);
                    soon
                }
            };
            // In order, but for what is delayed by a fault.
            let at = match delivery {
                None => self.last_delivery.max(self.now + delay),
                Some(_) => self.now + delay,
            };
            if delivery.is_none() {
                self.last_delivery = at;
            }
            let message = Message {
                user,
                channel,
                data,
            };
            self.deliver_after(at.since(self.now), message);
        }
    }

    fn deliver_after(&mut self, delay: Duration, message: Message) {
        self.after(delay, Happening::Deliver(Box::new(message)));
    }

    pub(super) fn deliver(&mut self, user: &UserId, channel: &Channel, data: &RawValue) {
        let server = &mut self.gws.notifications;
        server.handle(server::Input::Wake, self.now);
        server.deliver(user.as_str(), channel, data);
        self.drain_notifications();
    }

    /// Whoever is signed in is told of an error: of that device, or of none in particular.
    pub(super) fn tell_error(&mut self, device: Option<DeviceId>) {
        let Some(user) = self.gws.user().map(|user| user.id.clone()) else {
            return;
        };
        let mut data = json!({
            "messageType": "ErrorMessage",
            "errorMessage": "The request failed.",
        });
        if let Some(device) = &device {
            data["deviceUri"] = device.to_uri(BASE).into();
            data["devicePath"] = format!("/devices/{device}").into();
            for page in &mut self.pages {
                page.watch.error_was_told(device, self.now);
            }
        }
        self.note("server", || format!("tells {user}: {data}"));
        let channel = Channel::new(notification::DEVICES);
        if let (Ok(channel), Ok(data)) = (channel, RawValue::from_string(data.to_string())) {
            self.deliver(&user, &channel, &data);
        }
    }

    pub(super) fn delay(&mut self, is_slow: bool) -> Duration {
        match is_slow {
            true => self.dice.millis(1_000, SLOWEST),
            false => self.dice.millis(1, 60),
        }
    }

    pub(super) fn after(&mut self, delay: Duration, happening: Happening) {
        self.schedule.at(self.now + delay, happening);
    }
}

impl Ending {
    /// Whether the request did nothing because it was not let in: for its CSRF token, or for want of
    /// a sign-in.
    pub(super) fn lets_nobody_in(&self) -> bool {
        match self {
            Self::Response(response) => {
                let text = String::from_utf8_lossy(&response.body).to_lowercase();
                let is_refused = matches!(response.status, 401 | 403);
                let is_by_gws = text.starts_with("{\"statuscode\"");
                is_refused && (!is_by_gws || text.contains("denied") || text.contains("csrf"))
            }
            Self::Redirected => true,
            _ => false,
        }
    }
}
