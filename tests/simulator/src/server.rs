//! A CometD server with the requests that wait for its responses.

use std::collections::BTreeMap;

use bayeux::server::{Event, Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};

use crate::violation::Violation;

/// The server; `T` identifies the recipient of a response.
#[derive(Debug)]
pub(crate) struct CometdServer<T> {
    machine: Server,
    options: Options,
    waiting: BTreeMap<ExchangeId, T>,
    last_id: u64,
    wake_at: Option<Instant>,
}

/// An output of the server.
#[derive(Debug)]
pub(crate) enum ServerOutput<T> {
    Respond(T, u16, Vec<u8>),
    Event(Event),
}

impl<T> CometdServer<T> {
    pub(crate) fn new(options: Options, seed: u64) -> Self {
        Self {
            machine: Server::new(options.clone(), seed),
            options,
            waiting: BTreeMap::new(),
            last_id: 0,
            wake_at: None,
        }
    }

    /// The server machine, for its application's commands. [`poll`](Self::poll) it afterwards.
    pub(crate) fn machine(&mut self) -> &mut Server {
        &mut self.machine
    }

    /// When it must be woken.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.wake_at
    }

    /// Wakes it, if that is due.
    pub(crate) fn wake(&mut self, now: Instant) {
        if self.wake_at.is_some_and(|at| at <= now) {
            self.machine.handle(Input::Wake, now);
        }
    }

    /// A request arrives.
    pub(crate) fn request(
        &mut self,
        from: T,
        owner: &str,
        browser: &str,
        body: &[u8],
        now: Instant,
    ) -> ExchangeId {
        self.last_id += 1;
        let id = ExchangeId::new(self.last_id);
        self.waiting.insert(id, from);
        let input = Input::Request {
            id,
            owner,
            browser: Some(browser),
            body,
        };
        self.machine.handle(input, now);
        id
    }

    /// The server notices that a request was cut off. None if it was answered already.
    pub(crate) fn cut(&mut self, id: ExchangeId, now: Instant) -> Option<T> {
        let from = self.waiting.remove(&id)?;
        self.machine.handle(Input::Gone { id }, now);
        Some(from)
    }

    /// Cuts off every request for which `is_gone` holds.
    pub(crate) fn cut_all(&mut self, is_gone: impl Fn(&T) -> bool, now: Instant) {
        let waiting = self.waiting.iter();
        let gone: Vec<_> = waiting
            .filter(|(_, from)| is_gone(from))
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            self.cut(id, now);
        }
    }

    /// The server restarts without any session. Returns the recipients whose requests get no
    /// response.
    pub(crate) fn restart(&mut self, seed: u64) -> Vec<T> {
        self.machine = Server::new(self.options.clone(), seed);
        self.wake_at = None;
        std::mem::take(&mut self.waiting).into_values().collect()
    }

    /// The next output, until it is idle.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<ServerOutput<T>> {
        loop {
            match self.machine.poll(now) {
                Output::Respond {
                    id, status, body, ..
                } => {
                    if let Some(to) = self.waiting.remove(&id) {
                        return Some(ServerOutput::Respond(to, status, body));
                    }
                }
                Output::Event(event) => return Some(ServerOutput::Event(event)),
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    return None;
                }
            }
        }
    }
}

/// A message to publish whose data is a number.
pub(crate) fn numbered(channel: &str, number: u64) -> Result<(Channel, Box<RawValue>), Violation> {
    let channel = Channel::new(channel).map_err(|e| Violation(e.to_string()))?;
    let data = RawValue::from_string(number.to_string()).map_err(|e| Violation(e.to_string()))?;
    Ok((channel, data))
}
