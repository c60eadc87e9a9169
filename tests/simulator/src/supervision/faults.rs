//! Faults of the network, as data: each lasts a while and strikes now and then.

use bayeux::Instant;
use gws::StatusCode;

use super::exchange::{Ending, Purpose, Response, refused, reply};
use crate::dice::Dice;

/// The fate of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It, or its response, is lost. The browser may notice.
    Lost { arrives: bool, is_noticed: bool },
    /// It and its response take seconds.
    Slow,
    /// It gets another response than the server's. The request may have arrived.
    Replaced { by: Reply, arrives: bool },
    /// It is accepted but not carried out, and an `ErrorMessage` comes later.
    FailsLate { names_device: bool },
}

/// A response that replaces the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The server's own, cut short.
    Garbled,
    Http500,
    /// GWS, or something behind it, failed.
    StatusCode4,
    /// A proxy's page.
    BadGateway,
    /// A sign-in page instead of data.
    LoginPage,
    /// 503 with `Retry-After` in seconds.
    Unavailable(u64),
    /// 401: empty, with a page, or in GWS's format.
    Unauthorized(u8),
    /// To a sign-in at another origin.
    Redirect,
    /// The CSRF token is refused: in plain text, JSON or HTML.
    Csrf(u8),
}

/// The fate of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Dropped,
    /// Up to 30 s late; others may come before it.
    Late,
    Twice,
    /// Out of order with others that come soon.
    Shuffled,
}

/// A temporary fault.
#[derive(Clone, Copy, Debug)]
struct Active {
    fault: Fault,
    /// How many in a thousand it strikes.
    share: u64,
    until: Instant,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Request(Purpose, Fate),
    /// Strikes notifications: on the channel for devices, the one for calls, or both.
    Notification(Option<Subject>, Delivery),
}

/// The subject of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Devices,
    Calls,
}

/// The active faults.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Active>);

impl Faults {
    /// Begins another fault of requests, and returns its description.
    pub(super) fn begin_with_requests(&mut self, dice: &mut Dice, now: Instant) -> String {
        let at = dice.pick(&[
            Purpose::Read,
            Purpose::Operation,
            Purpose::Operation,
            Purpose::Poll,
        ]);
        self.begin(Fault::Request(at, fate(at, dice)), dice, now)
    }

    /// Begins another fault of notifications, and returns its description.
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

    /// No notification comes until this time.
    pub(super) fn drop_all(&mut self, until: Instant) {
        self.0.push(Active {
            fault: Fault::Notification(None, Delivery::Dropped),
            share: 1000,
            until,
        });
    }

    /// Ends all faults.
    pub(super) fn cease(&mut self) {
        self.0.clear();
    }

    /// The fault that strikes a request, if any.
    pub(super) fn of_request(
        &mut self,
        at: Purpose,
        dice: &mut Dice,
        now: Instant,
    ) -> Option<Fate> {
        self.strike(dice, now, |fault| match fault {
            Fault::Request(of, fate) if of == at => Some(fate),
            _ => None,
        })
    }

    /// The fault that strikes a notification, if any.
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

fn fate(at: Purpose, dice: &mut Dice) -> Fate {
    let arrives = dice.chance(500);
    match dice.below(10) {
        0..2 => Fate::Lost {
            arrives,
            is_noticed: dice.chance(500),
        },
        2 => Fate::Slow,
        3..5 if at == Purpose::Operation => Fate::FailsLate {
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
                _ if at == Purpose::Read => Reply::Http500,
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

impl Fate {
    /// Whether the request reaches the server.
    pub(super) fn arrives(self) -> bool {
        match self {
            Self::Lost { arrives, .. } | Self::Replaced { arrives, .. } => arrives,
            Self::Slow | Self::FailsLate { .. } => true,
        }
    }

    /// How the request ends for the page, with the server's own response if there is one. None if the
    /// page never notices.
    pub(super) fn ending(self, own: Option<Response>) -> Option<Ending> {
        match self {
            Self::Lost { is_noticed, .. } => is_noticed.then_some(Ending::Failed),
            Self::Replaced { by, .. } => Some(by.in_place_of(own)),
            Self::Slow | Self::FailsLate { .. } => own.map(Ending::Response),
        }
    }
}

impl Reply {
    fn in_place_of(self, own: Option<Response>) -> Ending {
        const PAGE: &str = "<!DOCTYPE html><html><title>Sign in</title><form></form></html>";
        const CSRF: &str = "Missing or invalid Csrf token";
        Ending::Response(match self {
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
            Self::Redirect => return Ending::Redirected,
            Self::Csrf(0) => reply(403, CSRF),
            Self::Csrf(1) => reply(403, format!(r#"{{"status":403,"message":"{CSRF}"}}"#)),
            Self::Csrf(_) => reply(403, format!("<html><h2>HTTP ERROR 403 {CSRF}</h2></html>")),
        })
    }
}
