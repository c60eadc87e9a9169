//! A recording in parts: what each of the recorded clients asked, and how it was answered.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderName, HeaderValue, Method, header};

use super::messages::{self, Kind};
use crate::json::Object;
use crate::record::{Recorded, RecordedReply, Recording};

/// The cookie by which clients are told apart.
pub(super) const SESSION: &str = "JSESSIONID";

/// What one recorded client did and was told.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// When the client came to each mark (a handshake or a change), in microseconds.
    pub(super) marks: Vec<u64>,
    pub(super) changes: Vec<Change>,
    pub(super) reads: HashMap<(Method, String), Vec<Read>>,
    pub(super) steps: HashMap<Kind, Vec<Step>>,
}

/// A request that changes something.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) mark: usize,
    pub(super) recorded: Recorded,
}

/// A request that changes nothing.
#[derive(Debug)]
pub(super) struct Read {
    /// How many marks the client had passed.
    pub(super) passed: usize,
    pub(super) recorded: Recorded,
}

/// A Bayeux message of the client, and what it brought.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    /// How many handshakes came before it, itself included.
    pub(super) session: usize,
    /// For a handshake.
    pub(super) mark: Option<usize>,
    /// When the reply began, in microseconds.
    pub(super) replied: u64,
    pub(super) held: u64,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) outcome: Outcome,
}

/// What came of a message.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Messages, the reply to this one among them.
    Messages(Vec<Object>),
    /// A response that holds no messages, such as a proxy's.
    Http(RecordedReply),
    /// Nothing: nobody waited any more.
    GivenUp,
}

impl Part {
    /// Takes a recording apart. There is at least one part.
    pub(super) fn all(recording: Recording) -> Vec<Self> {
        by_client(recording.exchanges)
            .into_iter()
            .map(Self::new)
            .collect()
    }

    fn new(exchanges: Vec<Recorded>) -> Self {
        let mut part = Self::default();
        let mut session = 0;
        for recorded in exchanges {
            if is_notifications(&recorded.path) && recorded.method == Method::POST {
                part.take_messages(recorded, &mut session);
            } else if is_read(&recorded.method) {
                let read = Read {
                    passed: part.marks.len(),
                    recorded,
                };
                let key = read_key(&read.recorded.method, &read.recorded.path);
                part.reads.entry(key).or_default().push(read);
            } else {
                let mark = part.mark(recorded.came);
                part.changes.push(Change { mark, recorded });
            }
        }
        part
    }

    fn mark(&mut self, came: u64) -> usize {
        self.marks.push(came);
        self.marks.len() - 1
    }

    /// A request may hold several messages: each gets its own reply, and the connect, or else the
    /// first, whatever came besides.
    fn take_messages(&mut self, recorded: Recorded, session: &mut usize) {
        let asked = messages::read(&recorded.body).unwrap_or_default();
        let kinds: Vec<Kind> = asked.iter().filter_map(Kind::of).collect();
        let principal = kinds
            .iter()
            .position(|kind| *kind == Kind::Connect)
            .unwrap_or(0);
        let mut brought: Vec<Vec<Object>> = vec![Vec::new(); kinds.len()];
        let (mut headers, mut replied_http) = (Vec::new(), None);
        if let Some(reply) = recorded.reply {
            headers.clone_from(&reply.headers);
            let told = messages::read(&reply.body).filter(|_| reply.status == 200 && reply.whole);
            match told {
                None => replied_http = Some(reply),
                Some(told) => {
                    for message in told {
                        let to = match messages::is_reply(&message) {
                            true => {
                                let kind = Kind::of(&message);
                                let unanswered = |(to, found): &(usize, &Kind)| {
                                    Some(*found) == kind.as_ref()
                                        && !brought[*to].iter().any(messages::is_reply)
                                };
                                let mut places = kinds.iter().enumerate();
                                places.find(unanswered).map_or(principal, |(to, _)| to)
                            }
                            false => principal,
                        };
                        if let Some(messages) = brought.get_mut(to) {
                            messages.push(message);
                        }
                    }
                }
            }
        }
        for (position, (kind, messages)) in kinds.into_iter().zip(brought).enumerate() {
            let outcome = match (&replied_http, messages.is_empty()) {
                (Some(reply), _) if position == principal => Outcome::Http(reply.clone()),
                (_, false) => Outcome::Messages(messages),
                // A client that does not give up goes on to the next answer.
                (_, true) if kind == Kind::Connect => continue,
                (_, true) => Outcome::GivenUp,
            };
            let mut mark = None;
            if kind == Kind::Handshake {
                *session += 1;
                mark = Some(self.mark(recorded.came));
            }
            let step = Step {
                line: recorded.line,
                session: *session,
                mark,
                replied: recorded.came + recorded.held,
                held: recorded.held,
                headers: headers.clone(),
                outcome,
            };
            self.steps.entry(kind).or_default().push(step);
        }
    }
}

/// Whether a request changes nothing.
pub(super) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a path is the notification endpoint's.
pub(super) fn is_notifications(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| segment == "notifications")
}

/// A read by what it asks for: the order of parameters does not matter.
pub(super) fn read_key(method: &Method, path: &str) -> (Method, String) {
    let key = match path.split_once('?') {
        None | Some((_, "")) => path.trim_end_matches('?').to_owned(),
        Some((path, query)) => {
            let mut parameters: Vec<&str> = query.split('&').collect();
            parameters.sort_unstable();
            format!("{path}?{}", parameters.join("&"))
        }
    };
    (method.clone(), key)
}

/// The exchanges of each client. A session that never came back, as when a page sends its first
/// requests at once, is part of the one that follows; so is whatever has no session.
fn by_client(exchanges: Vec<Recorded>) -> Vec<Vec<Recorded>> {
    let presented: HashSet<String> = exchanges.iter().filter_map(session_presented).collect();
    let mut client_of: HashMap<String, usize> = HashMap::new();
    let mut clients: Vec<Vec<Recorded>> = Vec::new();
    let mut loose = Vec::new();
    for exchange in exchanges {
        let begun = session_begun(&exchange).filter(|cookie| presented.contains(cookie));
        let Some(session) = session_presented(&exchange).or_else(|| begun.clone()) else {
            loose.push(exchange);
            continue;
        };
        let client = *client_of.entry(session).or_insert_with(|| {
            clients.push(Vec::new());
            clients.len() - 1
        });
        if let Some(begun) = begun {
            // The same client goes on under another session.
            client_of.insert(begun, client);
        }
        clients[client].append(&mut loose);
        clients[client].push(exchange);
    }
    match clients.last_mut() {
        Some(last) => last.append(&mut loose),
        None => clients.push(loose),
    }
    for client in &mut clients {
        client.sort_by_key(|exchange| exchange.came);
    }
    clients
}

fn session_presented(exchange: &Recorded) -> Option<String> {
    exchange
        .headers
        .iter()
        .filter(|(name, _)| name == header::COOKIE)
        .filter_map(|(_, value)| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(session_of)
}

fn session_begun(exchange: &Recorded) -> Option<String> {
    let headers = &exchange.reply.as_ref()?.headers;
    headers
        .iter()
        .filter(|(name, _)| name == header::SET_COOKIE)
        .filter_map(|(_, value)| value.to_str().ok()?.split(';').next())
        .find_map(session_of)
}

fn session_of(pair: &str) -> Option<String> {
    let (name, value) = pair.trim().split_once('=')?;
    (name == SESSION).then(|| value.to_owned())
}
