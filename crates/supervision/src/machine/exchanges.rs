//! Requests under way: sending them with what the session needs, timing them out, and giving their
//! responses to whoever asked.

use bayeux::{ExchangeId, Failure, Instant};
use gws::{Method, ReplyError};

use super::retry_after::retry_after;
use super::{Machine, Purpose, Request, Response};
use crate::state::LinkTrouble;

/// A request under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: ExchangeId,
    pub(super) purpose: Purpose,
    /// None where the CometD client keeps the time.
    pub(super) deadline: Option<Instant>,
}

/// Whether an operation was sent before and held back by the server because of a stale CSRF token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeldBack {
    No,
    Once,
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Answer {
    Response(Response),
    Nothing(LinkTrouble),
}

impl Machine {
    /// Sends a GWS request.
    pub(super) fn send(&mut self, request: gws::Request, purpose: Purpose, now: Instant) {
        let deadline = Some(now + self.config.reply_within);
        self.fly(
            request.method,
            format!("{}{}", self.config.base_url, request.path),
            request.body,
            false,
            purpose,
            deadline,
        );
    }

    pub(super) fn fly(
        &mut self,
        method: Method,
        url: String,
        body: Option<Vec<u8>>,
        keepalive: bool,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) {
        let id = ExchangeId::new(self.next_exchange);
        self.next_exchange += 1;
        let mut headers = Vec::new();
        if method == Method::Post
            && let Some((name, token)) = self.csrf.header()
        {
            headers.push((name.to_owned(), token.to_owned()));
        }
        self.sends.push_back(Request {
            id,
            method,
            url,
            headers,
            body,
            keepalive,
            is_poll: matches!(purpose, Purpose::Bayeux(_)) && !keepalive,
        });
        self.flights.push(Flight {
            id,
            purpose,
            deadline,
        });
    }

    /// Ends a request of the CometD client.
    pub(super) fn abort_bayeux(&mut self, inner: ExchangeId) {
        let purpose = Purpose::Bayeux(inner);
        if let Some(position) = self.flights.iter().position(|f| f.purpose == purpose) {
            self.aborts.push_back(self.flights.swap_remove(position).id);
        }
    }

    /// Ends everything under way but the CometD client's requests.
    pub(super) fn abort_own(&mut self) {
        let aborts = &mut self.aborts;
        self.flights.retain(|flight| {
            let is_bayeux = matches!(flight.purpose, Purpose::Bayeux(_));
            if !is_bayeux {
                aborts.push_back(flight.id);
            }
            is_bayeux
        });
    }

    pub(super) fn check_deadlines(&mut self, now: Instant) {
        let is_late = |flight: &Flight| flight.deadline.is_some_and(|deadline| deadline <= now);
        while let Some(position) = self.flights.iter().position(is_late) {
            let flight = self.flights.swap_remove(position);
            self.aborts.push_back(flight.id);
            self.take_answer(flight.purpose, Answer::Nothing(LinkTrouble::TimedOut), now);
        }
    }

    pub(super) fn take_failure(&mut self, id: ExchangeId, failure: Failure, now: Instant) {
        let Some(purpose) = self.landed(id) else {
            return;
        };
        if let Purpose::Bayeux(id) = purpose {
            let input = bayeux::Input::Failed { id, failure };
            return self.tell_bayeux(input, now);
        }
        let trouble = LinkTrouble::Network(failure.detail);
        self.take_answer(purpose, Answer::Nothing(trouble), now);
    }

    /// Takes a response; one to a request that was given up is dropped.
    pub(super) fn take_response(&mut self, id: ExchangeId, response: Response, now: Instant) {
        let Some(purpose) = self.landed(id) else {
            return;
        };
        self.csrf.learn(|name| response.header(name));
        if (200..300).contains(&response.status) {
            self.hear(now);
        }
        if let Purpose::Bayeux(id) = purpose {
            let response = bayeux::Response {
                status: response.status,
                retry_after: retry_after(&response),
                body: response.body,
            };
            let input = bayeux::Input::Response { id, response };
            return self.tell_bayeux(input, now);
        }
        self.take_answer(purpose, Answer::Response(response), now);
    }

    fn take_answer(&mut self, purpose: Purpose, answer: Answer, now: Instant) {
        match purpose {
            // Timed by the CometD client itself.
            Purpose::Bayeux(_) => {}
            Purpose::Read(read) => self.take_read(read, answer, now),
            Purpose::Operation(operation, held_back) => {
                self.take_operation(operation, held_back, answer, now);
            }
        }
    }

    fn landed(&mut self, id: ExchangeId) -> Option<Purpose> {
        let position = self.flights.iter().position(|flight| flight.id == id)?;
        Some(self.flights.swap_remove(position).purpose)
    }
}

impl Answer {
    /// Reads the body with `reader`, or says why there is nothing to read.
    pub(super) fn read<T>(
        &self,
        reader: impl Fn(u16, &[u8]) -> Result<T, ReplyError>,
    ) -> Result<T, LinkTrouble> {
        match self {
            Self::Nothing(trouble) => Err(trouble.clone()),
            Self::Response(response) => {
                reader(response.status, &response.body).map_err(LinkTrouble::Reading)
            }
        }
    }
}
