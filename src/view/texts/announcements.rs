//! Texts for a screen reader where the history has no line.

use super::isolated;

/// The first connection fails.
pub(in crate::view) fn first_failure(trouble: &str) -> String {
    format!("Not connected: {trouble}. Trying again.")
}

/// The first connection works at last; `me` is who has signed in meanwhile.
pub(in crate::view) fn connected(me: Option<&str>) -> String {
    match me {
        Some(me) => format!("{} The connection is live.", signed_in(me)),
        None => "The connection is live.".to_owned(),
    }
}

pub(in crate::view) fn signed_in(me: &str) -> String {
    format!("Signed in as {}.", isolated(me))
}

/// The device can be used, and could not before.
pub(in crate::view) fn device_active(number: &str) -> String {
    format!("Your device {number} is active.")
}

pub(in crate::view) fn own_call_rings(with: &str) -> String {
    format!("A call of your own rings: {with}.")
}

pub(in crate::view) fn own_call(with: &str) -> String {
    format!("In a call of your own with {with}.")
}

pub(in crate::view) fn own_call_ended(with: &str) -> String {
    format!("Your own call with {with} has ended.")
}

/// Others are in the monitored call than before.
pub(in crate::view) fn in_call_now(with: &str) -> String {
    format!("In the call now: {with}.")
}
