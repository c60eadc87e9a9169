//! How things stand with the connection, as its leader tells it, and how that travels. Every tab has a
//! clock of its own, so times travel as spans: so long ago, in so long.

use core::time::Duration;
use std::borrow::Cow;

use serde::Serialize;
use tolerant_json::Node;

use crate::channel::Pattern;
use crate::client::{Gap, Handover, Phase, Reason, Status};
use crate::error::ProtocolError;
use crate::exchange::Response;
use crate::time::Instant;

/// How things stand with the connection, as its leader tells it.
#[derive(Clone, Debug, Default)]
pub(super) struct News {
    /// Grows from leader to leader.
    pub(super) term: u64,
    /// Counts the words of this tab, as often as it led.
    pub(super) number: u64,
    /// Whether it begins to lead.
    pub(super) is_first: bool,
    pub(super) status: Status,
    /// Until when everything was heard that was published.
    pub(super) complete_until: Option<Instant>,
    /// When the leader will do something next, and so say something, at the latest.
    pub(super) wake_at: Option<Instant>,
    /// How often it was connected, with every subscription settled, and whether it is.
    pub(super) connections: u64,
    pub(super) is_announced: bool,
    /// What may have been missed before the last of them.
    pub(super) missed: Option<Gap>,
    /// From when on events may be missing that will be told with the next connection.
    pub(super) missing_since: Option<Instant>,
    /// Subscriptions that the server refuses in this session.
    pub(super) refused: Vec<(Pattern, ProtocolError)>,
    /// In a farewell: what it takes to go on with the session. In the first word of a leader: with
    /// what it goes on.
    pub(super) session: Option<Handover>,
    /// The refusal for want of credentials.
    pub(super) refusal: Option<Response>,
    /// How messages begin that could not be read.
    pub(super) unreadable: Vec<String>,
    /// Who listens, as far as the leader knows.
    pub(super) others: Vec<String>,
    /// The questions that this answers.
    pub(super) answers: Vec<String>,
}

/// [`News`] as they travel. Spans are in milliseconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told<'a> {
    number: u64,
    is_first: bool,
    phase: &'static str,
    since: u64,
    heard: Option<u64>,
    complete: Option<u64>,
    next_try: Option<u64>,
    reason: Option<Why<'a>>,
    multiple_clients: bool,
    wake: Option<u64>,
    connections: u64,
    is_announced: bool,
    missed: Option<Missed>,
    missing_since: Option<u64>,
    refused: Vec<Refused<'a>>,
    session: Option<String>,
    refusal: Option<Refusal<'a>>,
    unreadable: &'a [String],
    others: &'a [String],
    answers: &'a [String],
}

#[derive(Serialize)]
struct Missed {
    from: u64,
    to: u64,
}

#[derive(Serialize)]
struct Refused<'a> {
    pattern: &'a str,
    code: Option<u16>,
    text: &'a str,
}

#[derive(Serialize)]
struct Refusal<'a> {
    status: u16,
    body: Cow<'a, str>,
}

/// A [`Reason`] as it travels.
#[derive(Default, Serialize)]
struct Why<'a> {
    is: &'static str,
    text: &'a str,
    code: Option<u16>,
    after: Option<u64>,
}

impl<'a> Told<'a> {
    pub(super) fn of(news: &'a News, now: Instant) -> Self {
        let ago = |at: Instant| millis(now.since(at));
        let ahead = |at: Instant| millis(at.since(now));
        let status = &news.status;
        Self {
            number: news.number,
            is_first: news.is_first,
            phase: phase_name(status.phase),
            since: ago(status.since),
            heard: status.last_heard.map(ago),
            complete: news.complete_until.map(ago),
            next_try: status.next_try.map(ahead),
            reason: status.reason.as_ref().map(Why::of),
            multiple_clients: status.multiple_clients,
            wake: news.wake_at.map(ahead),
            connections: news.connections,
            is_announced: news.is_announced,
            missed: news.missed.map(|gap| Missed {
                from: ago(gap.from),
                to: ago(gap.to),
            }),
            missing_since: news.missing_since.map(ago),
            refused: news
                .refused
                .iter()
                .map(|(pattern, error)| Refused {
                    pattern: pattern.as_str(),
                    code: error.code,
                    text: &error.text,
                })
                .collect(),
            session: news.session.as_ref().map(Handover::to_json),
            refusal: news.refusal.as_ref().map(|response| Refusal {
                status: response.status,
                body: String::from_utf8_lossy(&response.body),
            }),
            unreadable: &news.unreadable,
            others: &news.others,
            answers: &news.answers,
        }
    }
}

impl News {
    /// Reads what was told then; none if it lacks what makes it meaningful.
    pub(super) fn read(told: Node<'_>, term: u64, said: Instant) -> Option<Self> {
        let span = |field: Node<'_>| field.exact_integer().and_then(span);
        let ago = |field| Some(said.before(span(field)?));
        let ahead = |field| Some(said + span(field)?);
        let count = |name| u64::try_from(told.field(name).exact_integer()?).ok();
        let (missed, refusal) = (told.field("missed"), told.field("refusal"));
        Some(Self {
            term,
            number: count("number")?,
            is_first: told.is("isFirst"),
            status: Status {
                phase: phase_of(told.field("phase").str()?)?,
                since: ago(told.field("since"))?,
                last_heard: ago(told.field("heard")),
                next_try: ahead(told.field("nextTry")),
                reason: read_reason(told.field("reason")),
                multiple_clients: told.is("multipleClients"),
            },
            complete_until: ago(told.field("complete")),
            wake_at: ahead(told.field("wake")),
            connections: count("connections")?,
            is_announced: told.is("isAnnounced"),
            missed: ago(missed.field("from"))
                .zip(ago(missed.field("to")))
                .map(|(from, to)| Gap { from, to }),
            missing_since: ago(told.field("missingSince")),
            refused: told
                .field("refused")
                .elements()
                .filter_map(|refused| {
                    let pattern = Pattern::new(refused.string("pattern")).ok()?;
                    Some((pattern, read_error(refused)))
                })
                .collect(),
            session: told
                .field("session")
                .str()
                .and_then(|text| Handover::from_json(text).ok()),
            refusal: status_code(refusal.field("status")).map(|status| Response {
                status,
                retry_after: None,
                body: refusal.string("body").into_bytes(),
            }),
            unreadable: told.words("unreadable"),
            others: told.words("others"),
            answers: told.words("answers"),
        })
    }
}

const PHASES: [(&str, Phase); 8] = [
    ("idle", Phase::Idle),
    ("handshaking", Phase::Handshaking),
    ("connecting", Phase::Connecting),
    ("connected", Phase::Connected),
    ("waiting", Phase::Waiting),
    ("credentialsNeeded", Phase::CredentialsNeeded),
    ("suspended", Phase::Suspended),
    ("stopped", Phase::Stopped),
];

fn phase_name(phase: Phase) -> &'static str {
    let known = PHASES.iter().find(|(_, p)| *p == phase);
    known.map_or("", |(name, _)| name)
}

fn phase_of(name: &str) -> Option<Phase> {
    let known = PHASES.iter().find(|(n, _)| *n == name);
    known.map(|(_, phase)| *phase)
}

/// Reasons that have nothing more to say.
const REASONS: [(&str, Reason); 10] = [
    ("offline", Reason::Offline),
    ("doubt", Reason::Doubt),
    ("timedOut", Reason::TimedOut),
    ("webPage", Reason::WebPage),
    ("notBayeux", Reason::NotBayeux),
    ("noReply", Reason::NoReply),
    ("noCommonTransport", Reason::NoCommonTransport),
    ("otherVersion", Reason::OtherVersion),
    ("sessionUnknown", Reason::SessionUnknown),
    ("toldToStop", Reason::ToldToStop),
];

impl<'a> Why<'a> {
    fn of(reason: &'a Reason) -> Self {
        let (is, text, code, after) = match reason {
            Reason::Network(detail) => ("network", detail.as_str(), None, None),
            Reason::Http(status) => ("http", "", Some(*status), None),
            Reason::Credentials(status) => ("credentials", "", Some(*status), None),
            Reason::Busy {
                status,
                retry_after,
            } => ("busy", "", Some(*status), retry_after.map(millis)),
            Reason::Refused(error) => ("refused", error.text.as_str(), error.code, None),
            plain => {
                let known = REASONS.iter().find(|(_, reason)| reason == plain);
                (known.map_or("", |(name, _)| name), "", None, None)
            }
        };
        Self {
            is,
            text,
            code,
            after,
        }
    }
}

fn read_reason(why: Node<'_>) -> Option<Reason> {
    let is = why.field("is").str()?;
    let code = status_code(why.field("code"));
    Some(match is {
        "http" => Reason::Http(code?),
        "credentials" => Reason::Credentials(code?),
        "busy" => Reason::Busy {
            status: code?,
            retry_after: why.field("after").exact_integer().and_then(span),
        },
        "refused" => Reason::Refused(read_error(why)),
        "network" => Reason::Network(why.string("text")),
        plain => {
            let known = REASONS.iter().find(|(name, _)| *name == plain);
            known.map(|(_, reason)| reason.clone())?
        }
    })
}

fn read_error(error: Node<'_>) -> ProtocolError {
    ProtocolError {
        code: status_code(error.field("code")),
        text: error.string("text"),
    }
}

fn status_code(code: Node<'_>) -> Option<u16> {
    u16::try_from(code.exact_integer()?).ok()
}

fn span(millis: i64) -> Option<Duration> {
    u64::try_from(millis).ok().map(Duration::from_millis)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tolerant_json::Document;

    use super::*;

    const NOW: Instant = Instant::from_millis(50_000);

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    /// What arrives of news at a tab whose clock is ten seconds ahead.
    fn arrived(told: &News) -> News {
        let text = serde_json::to_string(&Told::of(told, NOW)).expect("JSON");
        let document = Document::parse(&text).expect("JSON");
        News::read(document.root(), 1, NOW + Duration::from_secs(10)).expect("news")
    }

    #[test]
    fn times_are_as_long_ago_at_the_other_tab_as_at_this() {
        let told = News {
            status: Status {
                since: at(20),
                last_heard: Some(at(49)),
                next_try: Some(at(57)),
                ..Status::default()
            },
            wake_at: Some(at(60)),
            missed: Some(Gap {
                from: at(30),
                to: at(40),
            }),
            ..News::default()
        };
        let news = arrived(&told);
        assert_eq!(news.status.since, at(30));
        assert_eq!(news.status.last_heard, Some(at(59)));
        assert_eq!(news.status.next_try, Some(at(67)));
        assert_eq!(news.wake_at, Some(at(70)));
        let expect = Gap {
            from: at(40),
            to: at(50),
        };
        assert_eq!(news.missed, Some(expect));
    }

    #[test]
    fn every_phase_and_every_reason_arrives_as_it_was() {
        let mut reasons: Vec<Option<Reason>> = REASONS
            .iter()
            .map(|(_, reason)| Some(reason.clone()))
            .collect();
        reasons.extend([
            None,
            Some(Reason::Network("cut \"off\"".to_owned())),
            Some(Reason::Http(502)),
            Some(Reason::Busy {
                status: 503,
                retry_after: Some(Duration::from_millis(1_500)),
            }),
            Some(Reason::Busy {
                status: 429,
                retry_after: None,
            }),
            Some(Reason::Refused(ProtocolError::parse("403:a,b:no"))),
            Some(Reason::Refused(ProtocolError::parse("no"))),
            Some(Reason::Credentials(401)),
        ]);
        for (number, reason) in reasons.into_iter().enumerate() {
            let told = News {
                status: Status {
                    phase: PHASES[number % PHASES.len()].1,
                    reason,
                    multiple_clients: number % 2 == 0,
                    since: NOW,
                    ..Status::default()
                },
                ..News::default()
            };
            let news = arrived(&told);
            assert_eq!(news.status.phase, told.status.phase);
            assert_eq!(news.status.reason, told.status.reason);
            assert_eq!(news.status.multiple_clients, told.status.multiple_clients);
        }
    }
}
