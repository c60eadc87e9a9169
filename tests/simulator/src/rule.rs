//! The invariants of storms about supervision, by name, so that one can be looked at alone. Their bounds
//! are in `supervision/watch.rs`.

use core::fmt;

use clap::ValueEnum;

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Rule {
    /// Once faults have ceased for longer than the bound, the connection is live and what is shown is so.
    Rest,
    /// Then it stays live, though a proxy may cut off every poll.
    Calm,
    /// Nothing is shown as live that has been untrue for longer than the bound.
    Refuted,
    /// A customer who can hear is not shown as not hearing for longer than the bound.
    Heard,
    /// Each request ends, and once.
    Settles,
    /// What is called confirmed was so at some moment since it was asked for. Two exceptions, which no
    /// client can tell from a confirmation: a message that was made before and comes late says so, or
    /// the server tells of somebody who has just signed in and has other calls.
    Confirmed,
    /// What is called refused was not carried out.
    Refused,
    /// No operation leaves without a click, nor for another device than was shown then; but for one
    /// that was refused because of its CSRF token, and those that end monitoring whose time is up.
    Twice,
    /// Nothing that is shown contradicts something else that is shown.
    Contradiction,
    /// The device that is used changes only by a person, or when it is gone.
    Device,
    /// Who signs in sees nothing of who was signed in before.
    LastUser,
    /// A sign-in is asked for when the server, or a gateway, asks for one in reply to `GET /me`.
    SignIn,
    /// What is called heard came from the CometD connection.
    Fresh,
    /// There is a request under way, a timer, or a final state.
    Poised,
    /// What happened has the wall time at which it did, and keeps it when the clock is set.
    Clock,
    /// Monitoring whose time is up is ended as soon as there is a connection, by clock and wall clock.
    Limit,
    /// Requests do not follow one another without end, nor reads sooner than `Retry-After` says.
    Pace,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}
