//! How far a client has come in its part, and what it is answered when. Time comes in, in
//! microseconds; nothing here waits.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, Method};
use bayeux::{Channel, Pattern};
use serde_json::json;

use super::changes;
use super::messages::{self, Kind};
use super::story::{Outcome, Part, Step, is_read, read_key};
use crate::json::Object;
use crate::record::{Recorded, RecordedReply};
use crate::world::uuid;

/// For how long a connect is held that waits for the client, in microseconds.
const HELD: u64 = 25_000_000;

/// A client in its part.
pub(super) struct Player {
    part: Arc<Part>,
    /// Time in the recording per time now.
    speed: f64,
    /// When this client came to each mark, in microseconds.
    marks: Vec<Option<u64>>,
    changes_made: usize,
    reads: HashMap<(Method, String), usize>,
    /// By kind, how many steps are behind it.
    steps: HashMap<Kind, usize>,
    /// The handshakes of the recording up to which this client has come.
    session: usize,
    /// Its client ids, each with the recorded one.
    client_ids: Vec<(String, String)>,
    /// Counts connects: only the latest is held.
    connects: u64,
}

/// What to do with a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// Give this reply, so many microseconds after the request came.
    As(RecordedReply, u64),
    /// Give none: nobody got one.
    Never,
}

/// Why a request is not answered as recorded.
#[derive(Debug, thiserror::Error)]
pub(super) enum Otherwise {
    /// Another change is next.
    #[error(
        "The recording expects another request here (line {line}): {expected}. This is: {this}"
    )]
    AnotherChange {
        line: usize,
        expected: String,
        this: String,
    },
    /// No change is next.
    #[error("The recording holds no further change. This is: {0}")]
    NoFurtherChange(String),
    /// It is nowhere in the recording.
    #[error("The recording holds no {this}. {has}")]
    NotRecorded { this: String, has: String },
    /// These are no Bayeux messages.
    #[error("That is no list of Bayeux messages.")]
    NoMessages,
}

/// What messages are answered.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) messages: Vec<Object>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Instead of messages.
    pub(super) http: Option<RecordedReply>,
    /// No reply at all, because the recorded client got none.
    pub(super) never: bool,
    /// How many microseconds after the request came.
    pub(super) held: u64,
    /// Steps of the recording that are in it, by line.
    pub(super) lines: Vec<usize>,
    /// What was asked otherwise than recorded, in words.
    pub(super) otherwise: Vec<String>,
}

/// A connect that was let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    number: u64,
    came: u64,
}

/// What a held connect is to do.
#[derive(Debug)]
pub(super) enum Connect {
    /// Be answered.
    Now(Told),
    /// Wait until then at most, or until something changes.
    Later(u64),
}

impl Player {
    pub(super) fn new(part: Arc<Part>, speed: f64) -> Self {
        Self {
            marks: vec![None; part.marks.len()],
            part,
            speed,
            changes_made: 0,
            reads: HashMap::new(),
            steps: HashMap::new(),
            session: 0,
            client_ids: Vec::new(),
            connects: 0,
        }
    }

    /// A request that is none of the notification endpoint's.
    pub(super) fn request(
        &mut self,
        method: &Method,
        path: &str,
        body: &[u8],
        now: u64,
    ) -> Result<(usize, Answer), Otherwise> {
        match is_read(method) {
            true => self.read(method, path),
            false => self.change(method, path, body, now),
        }
    }

    /// Reads are answered as at this point of the story: those of the last mark that has been
    /// passed in their order, and the last of them again and again.
    fn read(&mut self, method: &Method, path: &str) -> Result<(usize, Answer), Otherwise> {
        let key = read_key(method, path);
        let Some(recorded) = self.part.reads.get(&key) else {
            return Err(Otherwise::NotRecorded {
                this: format!("{method} {path}"),
                has: self.reads_like(path),
            });
        };
        let passed = self
            .marks
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        let next = self.reads.get(&key).map_or(0, |place| place + 1);
        let of_now = recorded.iter().rfind(|read| read.passed <= passed);
        let mark = of_now.map_or(0, |read| read.passed);
        let first = recorded.iter().position(|read| read.passed >= mark);
        let last = recorded.iter().rposition(|read| read.passed <= mark);
        // Asked for earlier than it was recorded: the first is the nearest there is.
        let place = next.clamp(
            first.unwrap_or(0),
            last.unwrap_or(0).max(first.unwrap_or(0)),
        );
        self.reads.insert(key, place);
        let read = &recorded[place].recorded;
        Ok((read.line, self.answer(read)))
    }

    fn reads_like(&self, path: &str) -> String {
        let resource = path.split('?').next().unwrap_or_default();
        let mut like: Vec<&str> = self
            .part
            .reads
            .keys()
            .map(|(_, path)| path.as_str())
            .filter(|path| path.split('?').next() == Some(resource))
            .collect();
        if like.is_empty() {
            return "It has nothing of that address.".to_owned();
        }
        like.sort_unstable();
        format!("It has {}", like.join(", "))
    }

    fn change(
        &mut self,
        method: &Method,
        path: &str,
        body: &[u8],
        now: u64,
    ) -> Result<(usize, Answer), Otherwise> {
        let part = Arc::clone(&self.part);
        let this = changes::in_words(method, path, body);
        let Some(next) = part.changes.get(self.changes_made) else {
            return Err(Otherwise::NoFurtherChange(this));
        };
        let recorded = &next.recorded;
        if !changes::are_same(recorded, method, path, body) {
            return Err(Otherwise::AnotherChange {
                line: recorded.line,
                expected: changes::in_words(&recorded.method, &recorded.path, &recorded.body),
                this,
            });
        }
        self.changes_made += 1;
        self.marks[next.mark] = Some(now);
        Ok((recorded.line, self.answer(recorded)))
    }

    fn answer(&self, recorded: &Recorded) -> Answer {
        match &recorded.reply {
            Some(reply) => Answer::As(reply.clone(), self.scaled(recorded.held)),
            None => Answer::Never,
        }
    }

    /// Messages other than connects. If there is a connect among them, its turn is given too.
    pub(super) fn messages(
        &mut self,
        asked: &[Object],
        now: u64,
    ) -> Result<(Told, Option<Turn>), Otherwise> {
        let mut told = Told::default();
        let mut turn = None;
        for message in asked {
            let kind = Kind::of(message).ok_or(Otherwise::NoMessages)?;
            let client = message.text("clientId").unwrap_or_default();
            let is_known = self.client_ids.iter().any(|(_, given)| *given == client);
            match kind {
                Kind::Connect if is_known => {
                    self.connects += 1;
                    turn = Some(Turn {
                        number: self.connects,
                        came: now,
                    });
                }
                Kind::Handshake => self.step(&kind, message, now, &mut told),
                _ if is_known => self.step(&kind, message, now, &mut told),
                _ => told.messages.push(unknown_client(message, &kind)),
            }
        }
        Ok((told, turn))
    }

    /// The next recorded step of a kind, or something that does in its place.
    fn step(&mut self, kind: &Kind, asked: &Object, now: u64, told: &mut Told) {
        let part = Arc::clone(&self.part);
        let Some(step) = self.next_step(kind, &part) else {
            let (reply, otherwise) = self.in_place_of(kind, asked);
            told.messages.push(reply);
            told.otherwise.extend(otherwise);
            return;
        };
        if let Some(mark) = step.mark {
            self.marks[mark] = Some(now);
            self.session = step.session;
        }
        self.take(step, asked, told);
        told.held = told.held.max(self.scaled(step.held));
    }

    /// The next recorded step of a kind. Nothing is kept of kinds that were not recorded: a client
    /// can make up any number.
    fn next_step<'a>(&mut self, kind: &Kind, part: &'a Part) -> Option<&'a Step> {
        let steps = part.steps.get(kind)?;
        let behind = self.steps.entry(kind.clone()).or_insert(0);
        let mut next = steps.get(*behind);
        if matches!(kind, Kind::Subscribe(_) | Kind::Unsubscribe(_)) {
            // Again and again, as reads.
            next = next.or_else(|| steps.last());
        }
        *behind += 1;
        next
    }

    /// What is answered to a message that is not in the recording.
    fn in_place_of(&self, kind: &Kind, asked: &Object) -> (Object, Option<String>) {
        let success = || messages::reply(asked, json!({ "successful": true }));
        let failure = |has: &str| {
            let words = Otherwise::NotRecorded {
                this: kind.to_string().trim_start_matches("a ").to_owned(),
                has: has.to_owned(),
            }
            .to_string();
            let advice = match kind {
                Kind::Handshake => json!({ "reconnect": "none" }),
                _ => json!({}),
            };
            let error = format!("404::{words}");
            let reply = json!({ "successful": false, "error": error, "advice": advice });
            (messages::reply(asked, reply), Some(words))
        };
        match kind {
            // Whoever leaves may leave, and nothing is lost by it.
            Kind::Disconnect | Kind::Unsubscribe(_) => (success(), None),
            Kind::Subscribe(wanted) => {
                let mut subscriptions: Vec<&str> = self
                    .part
                    .steps
                    .keys()
                    .filter_map(|kind| match kind {
                        Kind::Subscribe(channel) => Some(channel.as_str()),
                        _ => None,
                    })
                    .collect();
                if subscriptions.iter().any(|known| overlap(known, wanted)) {
                    return (success(), None);
                }
                subscriptions.sort_unstable();
                failure(&format!(
                    "It has subscriptions to {}.",
                    subscriptions.join(", ")
                ))
            }
            Kind::Handshake => failure("It has been told; start the emulator again for more."),
            _ => failure("It has nothing further on that channel."),
        }
    }

    /// What a held connect is to do now.
    pub(super) fn connect(&mut self, turn: Turn, asked: &Object, now: u64) -> Connect {
        if turn.number != self.connects {
            // Another has come in its place.
            return Connect::Now(empty(asked));
        }
        let part = Arc::clone(&self.part);
        let steps = part
            .steps
            .get(&Kind::Connect)
            .map_or(&[][..], Vec::as_slice);
        let behind = self.steps.entry(Kind::Connect).or_insert(0);
        // Whatever was left of an earlier session does not reach this one.
        while steps
            .get(*behind)
            .is_some_and(|step| step.session < self.session)
        {
            *behind += 1;
        }
        let place = *behind;
        let patience = turn.came + HELD;
        let next = steps.get(place).filter(|step| step.session == self.session);
        let due = next.and_then(|step| Some((step, self.due(step)?)));
        match due {
            Some((step, due)) if due <= now => {
                self.steps.insert(Kind::Connect, place + 1);
                let mut told = Told::default();
                self.take(step, asked, &mut told);
                Connect::Now(told)
            }
            _ if patience <= now => Connect::Now(empty(asked)),
            Some((_, due)) => Connect::Later(due.min(patience)),
            None => Connect::Later(patience),
        }
    }

    /// When the reply to a connect is due. None: the client has not come so far.
    fn due(&self, step: &Step) -> Option<u64> {
        let mark = self
            .part
            .marks
            .iter()
            .rposition(|&came| came <= step.replied)?;
        let since = step.replied - self.part.marks[mark];
        Some(self.marks[mark]? + self.scaled(since))
    }

    /// What the client has to do before the story goes on, in words.
    pub(super) fn waits_for(&self) -> Option<String> {
        let steps = self.part.steps.get(&Kind::Connect)?;
        let step = steps.get(self.steps.get(&Kind::Connect).copied().unwrap_or(0))?;
        if self.due(step).is_some() {
            return None;
        }
        let change = self.part.changes.get(self.changes_made)?;
        let recorded = &change.recorded;
        Some(format!(
            "line {}: {}",
            recorded.line,
            changes::in_words(&recorded.method, &recorded.path, &recorded.body)
        ))
    }

    /// Adds what a step brought to what is told.
    fn take(&mut self, step: &Step, asked: &Object, told: &mut Told) {
        told.lines.push(step.line);
        told.headers.clone_from(&step.headers);
        match &step.outcome {
            Outcome::Http(reply) => told.http = Some(reply.clone()),
            Outcome::GivenUp => told.never = true,
            Outcome::Messages(messages) => {
                for message in messages {
                    let mut message = message.clone();
                    self.rename(&mut message);
                    if messages::is_reply(&message) {
                        messages::fit_reply(&mut message, asked);
                    }
                    told.messages.push(message);
                }
            }
        }
    }

    /// Puts this client's id in the place of the recorded one, which may be new.
    fn rename(&mut self, message: &mut Object) {
        let Some(recorded) = message.text("clientId") else {
            return;
        };
        let known = self.client_ids.iter().find(|(known, _)| *known == recorded);
        let given = match known {
            Some((_, given)) => given.clone(),
            None => {
                let given = uuid(&mut rand::rng()).replace('-', "");
                self.client_ids.push((recorded.clone(), given.clone()));
                given
            }
        };
        messages::rename(message, &recorded, &given);
    }

    fn scaled(&self, recorded: u64) -> u64 {
        // Far below where this loses a microsecond.
        (recorded as f64 / self.speed).round() as u64
    }
}

fn empty(asked: &Object) -> Told {
    Told {
        messages: vec![messages::reply(asked, json!({ "successful": true }))],
        ..Told::default()
    }
}

/// As a server does that was started anew.
fn unknown_client(asked: &Object, kind: &Kind) -> Object {
    let advice = match kind {
        Kind::Connect => json!({ "reconnect": "handshake", "interval": 0 }),
        _ => json!({ "reconnect": "handshake" }),
    };
    let error = "402::Unknown client";
    messages::reply(
        asked,
        json!({ "successful": false, "error": error, "advice": advice }),
    )
}

/// Whether one subscription is part of the other.
fn overlap(one: &str, other: &str) -> bool {
    let covers = |pattern: &str, name: &str| {
        let pattern = Pattern::new(pattern).ok();
        let name = Channel::new(name).ok();
        pattern
            .zip(name)
            .is_some_and(|(pattern, name)| pattern.matches(&name))
    };
    one == other || covers(one, other) || covers(other, one)
}
