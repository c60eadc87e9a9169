//! Texts for screen readers for which the history has no line.

use super::{Text, append, isolated, say};

/// The first connection fails.
pub(in crate::view) fn first_failure(trouble: Text) -> Text {
    say!("first-failure", trouble)
}

/// The first connection has succeeded; `me` is who has signed in meanwhile.
pub(in crate::view) fn connected(me: Option<&str>) -> Text {
    append(me.map(signed_in).unwrap_or_default(), say!("connected"))
}

pub(in crate::view) fn signed_in(me: &str) -> Text {
    say!("signed-in", me = isolated(me))
}

/// The device can be used again.
pub(in crate::view) fn device_active(number: Text) -> Text {
    say!("device-active", number)
}

pub(in crate::view) fn own_call_rings(parties: Text) -> Text {
    say!("own-call-rings", parties)
}

pub(in crate::view) fn own_call(parties: Text) -> Text {
    say!("own-call-begun", parties)
}

pub(in crate::view) fn own_call_ended(parties: Text) -> Text {
    say!("own-call-ended", parties)
}

/// The parties of the monitored call have changed.
pub(in crate::view) fn in_call_now(parties: Text) -> Text {
    say!("in-call-now", parties)
}
