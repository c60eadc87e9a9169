//! What the server of a world does by itself: it publishes and ends sessions; and what it says on all that.

use bayeux::{Channel, RawValue, server};

use crate::watch::Violation;
use crate::world::{CHANNELS, GREETINGS, SERVER, World};

impl World {
    /// The server publishes the next message of a channel.
    pub(crate) fn publish(&mut self, number_of_channel: usize) -> Result<u64, Violation> {
        self.published[number_of_channel] += 1;
        let number = self.published[number_of_channel];
        for actor in &mut self.actors {
            let now = actor.clock(self.now);
            let deliveries = &mut actor.watch.deliveries;
            deliveries.published(number_of_channel, number, now);
        }
        if !self.is_server_down {
            self.note(SERVER, || {
                format!("publishes message {number} of channel {number_of_channel}")
            });
            let name = channel(CHANNELS[number_of_channel])?;
            self.server.publish(&name, &raw(number.to_string())?);
            self.drain_server();
        }
        Ok(number)
    }

    /// The application ends a session, if there is one.
    pub(crate) fn end_a_session(&mut self) {
        if self.sessions.is_empty() {
            return;
        }
        let session = self
            .sessions
            .swap_remove(self.dice.index(self.sessions.len()));
        self.note(SERVER, || "ends a session".to_owned());
        self.server.disconnect(&session);
        self.drain_server();
    }

    /// What the server tells its application.
    fn take_server_event(&mut self, event: server::Event) {
        match event {
            server::Event::SessionAdded { session, .. } => {
                self.greetings += 1;
                let greeting = raw(self.greetings.to_string());
                if let (Ok(channel), Ok(greeting)) = (channel(GREETINGS), greeting) {
                    self.server.deliver_to(&session, &channel, &greeting);
                }
                self.sessions.push(session);
            }
            server::Event::SessionRemoved { session, .. } => {
                self.sessions.retain(|known| *known != session);
            }
            _ => {}
        }
    }

    /// Does what the server says until it says that there is nothing to do.
    pub(crate) fn drain_server(&mut self) {
        loop {
            match self.server.poll(self.now) {
                server::Output::Respond {
                    id, status, body, ..
                } => self.respond(id, status, body),
                server::Output::Event(event) => self.take_server_event(event),
                server::Output::Idle { wake_at } => {
                    self.server_timer = wake_at;
                    return;
                }
            }
        }
    }
}

fn channel(name: &str) -> Result<Channel, Violation> {
    Channel::new(name).map_err(|error| Violation(error.to_string()))
}

fn raw(json: String) -> Result<Box<RawValue>, Violation> {
    RawValue::from_string(json).map_err(|error| Violation(error.to_string()))
}
