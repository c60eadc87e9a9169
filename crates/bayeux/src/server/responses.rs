//! What is done when it is polled for, in order. A response is put together only then, so that messages
//! which the application gives on an event can travel with it.

use std::collections::VecDeque;

use super::api::{Event, Output};
use super::held::Connecting;
use super::queue::Json;
use super::replies::{self, Reply};
use super::sessions::Key;
use crate::exchange::ExchangeId;

#[derive(Debug, Default)]
pub(super) struct Outputs(VecDeque<Pending>);

#[derive(Debug)]
pub(super) enum Pending {
    Output(Output),
    Response(Response),
}

/// A response that has yet to be put together, or held.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) exchange: ExchangeId,
    pub(super) session: Option<Key>,
    pub(super) entries: Vec<Entry>,
    /// The value of the browser's cookie to set.
    pub(super) cookie: Option<String>,
}

/// What a message has led to.
#[derive(Debug)]
pub(super) enum Entry {
    /// A reply that is ready.
    Reply(Json),
    /// A handshake's, to which messages may be added.
    Granted(Box<Reply>),
    Connect(Connecting),
}

impl Outputs {
    pub(super) fn next(&mut self) -> Option<Pending> {
        self.0.pop_front()
    }

    pub(super) fn put_together_later(&mut self, response: Response) {
        self.0.push_back(Pending::Response(response));
    }

    pub(super) fn push(&mut self, output: Output) {
        self.0.push_back(Pending::Output(output));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.push(Output::Event(event));
    }

    /// Answers with an HTTP error.
    pub(super) fn refuse(&mut self, id: ExchangeId, status: u16) {
        self.push(Output::Respond {
            id,
            status,
            body: Vec::new(),
            browser: None,
        });
    }
}

/// The response to a connect that travelled alone.
pub(super) fn respond(exchange: ExchangeId, messages: &[Json], reply: &Reply) -> Output {
    Output::Respond {
        id: exchange,
        status: 200,
        body: replies::list(messages.iter().chain([&reply.to_json()])),
        browser: None,
    }
}
