//! The responses that the clients get: the notifications of a contact centre's day, as the emulator
//! sends them, a fixed number in each.

use axum::body::Bytes;
use gws_emulator::wire::{Format, Style, on_the_wire};
use gws_emulator::world::{World, WorldConfig};
use gws_emulator::{Features, Settings, SupervisorLeg, TServerOptions};

/// How many different messages there are. Responses take them in turn.
const MESSAGES: usize = 4_000;

/// Step of the contact centre's clock, in milliseconds.
const STEP: u64 = 10_000;

/// The messages, as they are on the wire.
pub(crate) struct Messages(Vec<String>);

impl Messages {
    /// The notifications of a contact centre of forty agents, for all users rather than one
    /// supervisor.
    pub(crate) fn of_a_day() -> Self {
        let format = Format::new("http://127.0.0.1:8090/api/v2", Style::default());
        let mut world = World::new(WorldConfig {
            seed: 1,
            agents: 40,
            life: true,
            supervisor_leg: SupervisorLeg::Ring,
            t_server: TServerOptions::default(),
            supervisor_user_name: "supervisor".to_owned(),
            features: Features::default(),
            settings: Settings::default(),
        });
        let mut messages = Vec::new();
        let mut now = 0;
        while messages.len() < MESSAGES {
            now += STEP;
            world.advance(now);
            let changes = world.drain_changes();
            messages.extend(changes.iter().map(|change| on_the_wire(change, &format)));
        }
        messages.truncate(MESSAGES);
        Self(messages)
    }

    /// Responses with `size` messages each, as many as there are different ones, at most 50. Each is
    /// a list without its brackets: the reply to the connect is not in it yet.
    pub(crate) fn responses(&self, size: usize) -> Vec<Bytes> {
        let chunks = self.0.chunks_exact(size).take(50);
        chunks
            .map(|messages| Bytes::from(messages.join(",")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use gws::Notification;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_message_is_one_that_the_widget_understands() {
        let messages = Messages::of_a_day();
        let mut calls = 0;
        for message in &messages.0 {
            let message: Value = serde_json::from_str(message).unwrap();
            match Notification::decode(&message["data"].to_string()).unwrap() {
                Notification::Devices(devices) => assert_eq!(devices.len(), 1),
                Notification::Call(_) => calls += 1,
                other => panic!("{other:?}"),
            }
        }
        // Both kinds occur.
        assert!(
            (MESSAGES / 10..MESSAGES * 9 / 10).contains(&calls),
            "{calls}"
        );
    }
}
