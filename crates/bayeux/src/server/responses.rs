//! Outputs that wait to be polled, in order. Responses are assembled only then, so that messages that the
//! application delivers on an event can travel with them.

use std::collections::VecDeque;

use super::api::{Event, Output};
use super::held::Connecting;
use super::options::Options;
use super::queue::Json;
use super::replies::{self, Reply};
use super::session::{Crowd, Session};
use super::sessions::{Key, Sessions};
use crate::exchange::ExchangeId;
use crate::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Outputs(VecDeque<Pending>);

#[derive(Debug)]
pub(super) enum Pending {
    Output(Output),
    Response(Response),
}

/// A response that is not assembled yet, or held.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) exchange: ExchangeId,
    pub(super) session: Option<Key>,
    pub(super) entries: Vec<Entry>,
    /// The value of the browser's cookie to set.
    pub(super) cookie: Option<String>,
}

/// The result of a message.
#[derive(Debug)]
pub(super) enum Entry {
    /// A reply that is ready.
    Reply(Json),
    /// The reply to a handshake, to which messages may be added.
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

impl Response {
    /// The complete response: first the reply to a handshake, then the waiting messages, then the other
    /// replies, as in CometD.
    pub(super) fn put_together(
        self,
        crowd: Crowd,
        sessions: &mut Sessions,
        options: &Options,
        now: Instant,
    ) -> Output {
        let mut first: Option<Json> = None;
        let mut messages: Option<Vec<Json>> = None;
        let mut replies: Vec<Json> = Vec::new();
        for entry in self.entries {
            match entry {
                Entry::Granted(mut reply) => {
                    // The application may have ended the session already.
                    messages = self.session.and_then(|key| {
                        sessions.update(key, |s| s.messages_for_handshake(&mut reply, options))
                    });
                    messages.get_or_insert_default();
                    first = Some(reply.to_json());
                }
                Entry::Reply(reply) => replies.push(reply),
                Entry::Connect(connect) => {
                    let (waiting, reply) =
                        sessions.answer(self.session, connect, crowd, options, now);
                    messages.get_or_insert_default().extend(waiting);
                    replies.push(reply.to_json());
                }
            }
        }
        let messages = messages.or_else(|| sessions.update(self.session?, Session::messages));
        let messages = messages.iter().flatten();
        Output::Respond {
            id: self.exchange,
            status: 200,
            body: replies::list(first.iter().chain(messages).chain(&replies)),
            browser: self.cookie,
        }
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
