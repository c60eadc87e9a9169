//! The names of the invariants, so that one can be looked at alone.

/// An invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Once faults have ceased for longer than the bound, what is shown equals what is true, and the
    /// connection is live.
    Rest,
    /// No claim is shown as live that has been untrue for longer than the bound.
    Refuted,
    /// A customer who can hear the supervisor is not shown as not hearing for longer than the bound.
    Heard,
    /// Each request ends, and once.
    Settles,
    /// What is called confirmed was so at some moment since it was asked for.
    Confirmed,
    /// What is called refused was not carried out.
    Refused,
    /// No operation leaves without a click, nor for another device than was shown at the click; but for
    /// one that the server refused because of its CSRF token.
    Twice,
    /// Nothing that is shown contradicts something else that is shown.
    Contradiction,
    /// The device that is shown changes only by a person, or when it is gone.
    Device,
    /// Who signs in sees nothing of who was signed in before.
    LastUser,
    /// There is a request under way, a timer, or a final state.
    Poised,
    /// Requests do not follow one another without end.
    Pace,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Rest,
        Self::Refuted,
        Self::Heard,
        Self::Settles,
        Self::Confirmed,
        Self::Refused,
        Self::Twice,
        Self::Contradiction,
        Self::Device,
        Self::LastUser,
        Self::Poised,
        Self::Pace,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Refuted => "refuted",
            Self::Heard => "heard",
            Self::Settles => "settles",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Twice => "twice",
            Self::Contradiction => "contradiction",
            Self::Device => "device",
            Self::LastUser => "last-user",
            Self::Poised => "poised",
            Self::Pace => "pace",
        }
    }
}
