//! Which parts of the state have changed.

use core::ops::{BitOr, BitOrAssign};

/// A set of parts of [`State`](crate::State).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(u8);

impl Changes {
    /// [`State::connection`](crate::State::connection), except when only the time changes at which the
    /// server was last heard.
    pub const CONNECTION: Self = Self(1);
    /// [`State::identity`](crate::State::identity), [`my_device`](crate::State::my_device),
    /// [`sip_cluster`](crate::State::sip_cluster).
    pub const DEVICE: Self = Self(1 << 1);
    /// [`State::monitoring`](crate::State::monitoring), [`limit`](crate::State::limit).
    pub const MONITORING: Self = Self(1 << 2);
    /// [`State::requests`](crate::State::requests).
    pub const REQUEST: Self = Self(1 << 3);
    /// [`State::legs`](crate::State::legs).
    pub const LEGS: Self = Self(1 << 4);
    /// [`State::directory`](crate::State::directory).
    pub const DIRECTORY: Self = Self(1 << 5);
    /// [`State::history`](crate::State::history).
    pub const HISTORY: Self = Self(1 << 6);
    /// [`Connection::heard`](crate::Connection::heard): every response changes it.
    pub const HEARD: Self = Self(1 << 7);
    /// The parts on which claims and obstacles depend.
    pub const STANDING: Self = Self(0x1f);
    /// Every part.
    pub const ALL: Self = Self(0xff);

    /// Whether any part of `other` is in the set.
    pub fn touch(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Changes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Changes {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
