//! What can go wrong on the way, as data: faults that last a while and strike now and then.

use bayeux::Instant;
use gws::StatusCode;

use super::gws::{Response, refused, reply};
use crate::dice::Dice;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// `GET`.
    Reads,
    /// `POST` to a device or a call.
    Operations,
    /// What the CometD client sends.
    Polls,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It arrives, or doesn't, and its reply doesn't; the browser notices, or doesn't.
    Lost { arrives: bool, is_noticed: bool },
    /// It and its reply take seconds.
    Slow,
    /// Something on the way answers in the server's place; the request has arrived, or hasn't.
    Replaced { by: Reply, arrives: bool },
    /// It is accepted, not carried out, and an `ErrorMessage` comes later.
    FailsLate { names_device: bool },
}

/// A reply in the place of the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The server's own, cut short.
    Garbled,
    Http500,
    /// GWS, or something behind it, failed.
    StatusCode4,
    /// A proxy's page.
    BadGateway,
    /// A sign-in page where data were expected.
    LoginPage,
    /// 503 with `Retry-After` in seconds.
    Unavailable(u64),
    /// 401: empty, with a page, or with GWS's words.
    Unauthorized(u8),
    /// To a sign-in at another origin.
    Redirect,
    /// The CSRF token is refused: in plain text, JSON or HTML.
    Csrf(u8),
}

/// What becomes of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Dropped,
    /// Up to 30 s late; others may come before it.
    Late,
    Twice,
    /// Changes places with others that come soon.
    Shuffled,
}

/// A fault that lasts a while.
#[derive(Clone, Copy, Debug)]
struct Active {
    fault: Fault,
    /// How many in a thousand it strikes.
    share: u64,
    until: Instant,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Request(At, Fate),
    /// Of notifications: on the channel for devices, the one for calls, or either.
    Notification(Option<Subject>, Delivery),
}

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Devices,
    Calls,
}

/// The faults that are active.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Active>);

impl Faults {
    /// Begins one more with requests; tells which.
    pub(super) fn begin_with_requests(&mut self, dice: &mut Dice, now: Instant) -> String {
        let at = dice.pick(&[At::Reads, At::Operations, At::Operations, At::Polls]);
        self.begin(Fault::Request(at, fate(at, dice)), dice, now)
    }

    /// Begins one more with notifications; tells which.
    pub(super) fn begin_with_notifications(&mut self, dice: &mut Dice, now: Instant) -> String {
        let about = dice.pick(&[None, Some(Subject::Devices), Some(Subject::Calls)]);
        let delivery = dice.pick(&[
            Delivery::Dropped,
            Delivery::Dropped,
            Delivery::Late,
            Delivery::Twice,
            Delivery::Shuffled,
        ]);
        self.begin(Fault::Notification(about, delivery), dice, now)
    }

    fn begin(&mut self, fault: Fault, dice: &mut Dice, now: Instant) -> String {
        let longest = dice.pick(&[30_000, 90_000, 300_000]);
        let share = dice.pick(&[200, 500, 1000]);
        let until = now + dice.millis(2_000, longest);
        self.0.push(Active {
            fault,
            share,
            until,
        });
        format!("{fault:?} strikes {share} ‰ for {:?}", until.since(now))
    }

    /// No notification comes until then.
    pub(super) fn drop_all(&mut self, until: Instant) {
        self.0.push(Active {
            fault: Fault::Notification(None, Delivery::Dropped),
            share: 1000,
            until,
        });
    }

    /// All of them cease.
    pub(super) fn cease(&mut self) {
        self.0.clear();
    }

    /// What becomes of a request, if anything but what should.
    pub(super) fn of_request(&mut self, at: At, dice: &mut Dice, now: Instant) -> Option<Fate> {
        self.strike(dice, now, |fault| match fault {
            Fault::Request(of, fate) if of == at => Some(fate),
            _ => None,
        })
    }

    /// What becomes of a notification, if anything but what should.
    pub(super) fn of_notification(
        &mut self,
        about: Subject,
        dice: &mut Dice,
        now: Instant,
    ) -> Option<Delivery> {
        self.strike(dice, now, |fault| match fault {
            Fault::Notification(of, delivery) if of.is_none_or(|of| of == about) => Some(delivery),
            _ => None,
        })
    }

    fn strike<T>(
        &mut self,
        dice: &mut Dice,
        now: Instant,
        strikes: impl Fn(Fault) -> Option<T>,
    ) -> Option<T> {
        self.0.retain(|active| active.until > now);
        let mut active = self.0.iter();
        active.find_map(|active| strikes(active.fault).filter(|_| dice.chance(active.share)))
    }
}

fn fate(at: At, dice: &mut Dice) -> Fate {
    let arrives = dice.chance(500);
    match dice.below(10) {
        0..2 => Fate::Lost {
            arrives,
            is_noticed: dice.chance(500),
        },
        2 => Fate::Slow,
        3..5 if at == At::Operations => Fate::FailsLate {
            names_device: dice.chance(500),
        },
        _ => {
            let form = dice.pick(&[0, 1, 2]);
            let by = match dice.below(10) {
                0 => Reply::Garbled,
                1 => Reply::Http500,
                2 => Reply::StatusCode4,
                3 => Reply::BadGateway,
                4 => Reply::LoginPage,
                5 => Reply::Unavailable(5 + dice.below(55)),
                6 => Reply::Unauthorized(form),
                7 => Reply::Redirect,
                _ if at == At::Reads => Reply::Http500,
                _ => Reply::Csrf(form),
            };
            let arrives = match by {
                Reply::Garbled => true,
                Reply::Http500 | Reply::StatusCode4 | Reply::BadGateway => arrives,
                _ => false,
            };
            Fate::Replaced { by, arrives }
        }
    }
}

impl Reply {
    /// What comes in the place of `own`; none for a redirect.
    pub(super) fn response(self, own: Option<Response>) -> Option<Response> {
        const PAGE: &str = "<!DOCTYPE html><html><title>Sign in</title><form></form></html>";
        const CSRF: &str = "Missing or invalid Csrf token";
        Some(match self {
            Self::Garbled => {
                let mut own = own.unwrap_or_default();
                own.body.truncate(own.body.len() / 2);
                own
            }
            Self::Http500 => reply(500, ""),
            Self::StatusCode4 => refused(500, StatusCode::INTERNAL_ERROR, "Internal error"),
            Self::BadGateway => reply(502, "<html><title>Bad Gateway</title></html>"),
            Self::LoginPage => reply(200, PAGE),
            Self::Unavailable(seconds) => Response {
                headers: vec![("Retry-After".to_owned(), seconds.to_string())],
                ..reply(503, "")
            },
            Self::Unauthorized(0) => reply(401, ""),
            Self::Unauthorized(1) => reply(401, PAGE),
            Self::Unauthorized(_) => refused(403, StatusCode::NOT_AUTHENTICATED, "Access denied"),
            Self::Redirect => return None,
            Self::Csrf(0) => reply(403, CSRF),
            Self::Csrf(1) => reply(403, format!(r#"{{"status":403,"message":"{CSRF}"}}"#)),
            Self::Csrf(_) => reply(403, format!("<html><h2>HTTP ERROR 403 {CSRF}</h2></html>")),
        })
    }
}
