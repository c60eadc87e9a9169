//! Invariants for any state in which a script leaves the client: it does not overload an impatient
//! server, it connects to a good one, and nothing is left after close.

use bayeux::{Duration, Endpoint, Event, Exchange, Input, Instant, Page, Phase, Response};
use serde_json::{Value, json};

use crate::body::{self, Asked};
use crate::run::{Run, is_poll};
use crate::step::Request;

/// The maximum number of empty connects in a minute without an advised interval.
const CONNECTS_A_MINUTE: u64 = 60;
/// The delay of a response.
const A_MOMENT: Duration = Duration::from_millis(1);
/// How long a good server holds a connect.
const HOLD: Duration = Duration::from_secs(30);
/// The longest wait of a client: an obeyed `Retry-After`, and then a probe with its full deadline.
const PATIENCE: Duration = Duration::from_secs(700);

impl Run {
    pub(crate) fn end(&mut self) {
        self.bring_back();
        self.impatient_minute();
        self.bring_back();
        self.forgetful_minute();
        self.bring_back();
        self.connects_again();
        self.ends_cleanly();
        self.begins_anew();
    }

    /// Ends a state that only the application can end.
    pub(crate) fn bring_back(&mut self) {
        // Renewed credentials may lead to a stop, if the advice says so.
        for _ in 0..2 {
            match self.client.status().phase {
                Phase::Idle | Phase::Stopped => self.client.open(self.now),
                Phase::CredentialsNeeded => self.client.credentials_renewed(self.now),
                Phase::Suspended => {
                    let resumed = Input::Page(Page::Resumed);
                    self.client.handle(resumed, self.now);
                }
                _ => {}
            }
            self.drain(0);
        }
    }

    /// A server that answers everything at once, and advises no interval.
    fn impatient_minute(&mut self) {
        let at_once = json!({ "reconnect": "retry", "interval": 0 });
        let before = self.client.counters().connects;
        let end = self.now + Duration::from_secs(60);
        while self.now < end {
            let polled = self.answer_well(Request::Poll, Some(&at_once));
            let answered = self.answer_well(Request::Commands, None) || polled;
            self.go_on(if answered { self.now + A_MOMENT } else { end });
        }
        let connects = self.client.counters().connects - before;
        self.must(connects <= CONNECTS_A_MINUTE, "connects without a pause");
    }

    /// A server that grants sessions and forgets them. Handshakes are counted when they are sent.
    fn forgetful_minute(&mut self) {
        let unknown = json!({ "successful": false, "error": "402::session_unknown",
            "advice": { "reconnect": "handshake", "interval": 0 } });
        let end = self.now + Duration::from_secs(60);
        while self.now < end {
            let is_connect = |exchange: &Exchange| exchange.endpoint == Endpoint::Connect;
            let answered = match self.out.iter().any(is_connect) {
                true => self.answer(Request::Poll, &unknown),
                false => self.answer_well(Request::Poll, None),
            };
            let answered = self.answer_well(Request::Commands, None) || answered;
            self.go_on(if answered { self.now + A_MOMENT } else { end });
        }
    }

    /// A correct server.
    fn connects_again(&mut self) {
        self.serve_well(self.now + PATIENCE);
        let phase = self.client.status().phase;
        // Only advice makes a client wait longer than that.
        let is_far = |at: Instant| at > self.now + PATIENCE;
        let is_advised_to_wait = self.out.is_empty() && self.wake_at.is_some_and(is_far);
        self.must(
            phase == Phase::Connected || is_advised_to_wait,
            "not connected again",
        );
    }

    /// Nothing is left behind.
    pub(crate) fn ends_cleanly(&mut self) {
        self.client.close(self.now);
        self.drain(0);
        self.answer_well(Request::Commands, None);
        self.must(self.out.is_empty(), "a request is left");
        self.must(self.wake_at.is_none(), "a timer is left");
    }

    fn begins_anew(&mut self) {
        self.events.clear();
        self.client.open(self.now);
        self.drain(0);
        // The budget for handshakes may be used up.
        self.serve_well(self.now + Duration::from_secs(15));
        let is_connected = |event: &Event| matches!(event, Event::Connected { .. });
        self.must(self.events.iter().any(is_connected), "not connected anew");
    }

    /// Answers requests correctly until this time: connects are held.
    fn serve_well(&mut self, end: Instant) {
        let mut held: Option<Instant> = None;
        while self.now < end {
            let mut answered = self.answer_well(Request::Commands, None);
            let poll = self.out.iter().find(|exchange| is_poll(exchange));
            let asks_at_once = poll.is_some_and(|exchange| {
                let asked = body::asked(exchange);
                asked.iter().any(Asked::is_urgent)
            });
            if asks_at_once || held.is_some_and(|until| until <= self.now) {
                let advice = json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 });
                answered |= self.answer_well(Request::Poll, Some(&advice));
                held = None;
            } else if poll.is_some() && held.is_none() {
                held = Some(self.now + HOLD);
            }
            let next = held.map_or(end, |until| until.min(end));
            self.go_on(if answered { self.now + A_MOMENT } else { next });
        }
    }

    /// Answers a request with success, if it is out.
    fn answer_well(&mut self, request: Request, advice: Option<&Value>) -> bool {
        let fields = match advice {
            Some(advice) => json!({ "advice": advice }),
            None => json!({}),
        };
        self.answer(request, &fields)
    }

    /// Answers a request, if it is out: successfully, with these fields replaced in each reply.
    fn answer(&mut self, request: Request, fields: &Value) -> bool {
        let Some((id, request)) = self.end_request(request) else {
            return false;
        };
        let replies: Vec<Value> = request
            .iter()
            .map(|message| {
                let mut reply = message.success();
                for (field, value) in fields.as_object().into_iter().flatten() {
                    reply[field] = value.clone();
                }
                reply
            })
            .collect();
        let body = json!(replies).to_string().into_bytes();
        self.respond(id, Response::ok(body));
        true
    }

    /// Advances to the client's next wake-up, but not past `end`.
    fn go_on(&mut self, end: Instant) {
        let at = self.wake_at.map_or(end, |at| at.min(end));
        self.advance(at.since(self.now));
    }
}
