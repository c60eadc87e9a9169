//! The invariants of storms about supervision, by name, so that one can be checked alone. Their bounds are
//! in `supervision/watch.rs`.

use core::fmt;

use clap::ValueEnum;

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Rule {
    /// When faults have ended for longer than the bound, the connection is live and the displayed state is
    /// true.
    Rest,
    /// From then on it stays live, even if a proxy cuts every poll.
    Calm,
    /// Nothing is shown as live that has been untrue for longer than the bound.
    Refuted,
    /// A customer who can hear is not shown as not hearing for longer than the bound.
    Heard,
    /// Each request ends, and once.
    Settles,
    /// A confirmed operation was in force at some moment since the click. There are two exceptions, which
    /// no client can distinguish from a confirmation: a late older message shows it, or another user with
    /// other calls has just signed in.
    Confirmed,
    /// A refused operation was not carried out.
    Refused,
    /// No operation leaves without a click, nor for another device than was displayed then; except for an
    /// operation that was refused because of its CSRF token, and for ending monitoring at its time limit.
    Twice,
    /// Nothing that is displayed contradicts anything else that is.
    Contradiction,
    /// The device in use changes only if a person chooses another, or if it is gone.
    Device,
    /// A user sees nothing of the previous one.
    LastUser,
    /// A sign-in is requested when the server, or a gateway, requires one in reply to `GET /me`.
    SignIn,
    /// The displayed time of the last notification is that of the CometD connection.
    Fresh,
    /// There is a request under way, a timer, or a final state.
    Poised,
    /// A receipt has the wall time of its event, and keeps it when the clock is set.
    Clock,
    /// Monitoring at its time limit is ended as soon as there is a connection, by monotonic and wall
    /// clock.
    Limit,
    /// The rate of requests is limited, and reads obey `Retry-After`.
    Pace,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}
