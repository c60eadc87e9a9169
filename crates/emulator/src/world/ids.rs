//! How people, groups and calls are named within the contact centre.

use core::fmt;

/// Names a person by place in the list of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub(crate) usize);

/// Names a call by the order in which calls began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallKey(pub(crate) u64);

/// T-Server's id of a call: sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConnId(u64);

impl ConnId {
    /// The first digits of the other id that a call has.
    pub(crate) fn of(uuid: &str) -> Self {
        let digits = uuid.chars().filter_map(|digit| digit.to_digit(16));
        let number = digits
            .take(16)
            .fold(0, |number, digit| number << 4 | u64::from(digit));
        Self(number)
    }
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
