//! Comparison of the displayed state with the truth.

use std::collections::BTreeMap;

use gws::{Call, CallId, Monitoring};
use supervision::Operation;

use super::super::model::{DeviceTruth, Truth, is_so_of_calls};
use super::super::operation::is_in_force;
use super::super::tab::{Claim, Shown};

/// The claims of a tab, in parts that can be untrue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Who,
    Monitoring,
    Calls,
    Heard,
}

/// The untrue parts of the displayed state.
pub(super) fn untrue(shown: &Shown, truth: &Truth) -> Vec<Part> {
    let mut parts = Vec::new();
    if shown.me != truth.user {
        parts.push(Part::Who);
    }
    let device = shown
        .device
        .as_ref()
        .and_then(|device| truth.device(device));
    let Some(device) = device else {
        return parts;
    };
    if !is_so(&shown.monitoring, device) {
        parts.push(Part::Monitoring);
    }
    let states = |calls: &[Call]| -> BTreeMap<CallId, String> {
        let state = |call: &Call| (call.id.clone(), call.state.to_string());
        calls.iter().map(state).collect()
    };
    if states(&shown.calls) != states(&device.calls) {
        parts.push(Part::Calls);
    }
    if device.is_heard() && !shown.is_heard {
        parts.push(Part::Heard);
    }
    parts
}

fn is_so(claim: &Claim, device: &DeviceTruth) -> bool {
    match (claim, &device.monitoring) {
        (Claim::Unknown, _) | (Claim::Nobody | Claim::CallOutlives, None) => true,
        (Claim::Somebody(said), Some(found)) => {
            let what = |of: &Monitoring| {
                let (kind, scope, mode) = (of.state.clone(), of.scope.clone(), of.mode.clone());
                (of.target(), kind, scope, mode)
            };
            what(said) == what(found)
        }
        (Claim::Unreadable, found) => found.is_some(),
        _ => false,
    }
}

/// Whether an operation is shown as in force.
pub(super) fn says(shown: &Shown, asked: &Operation) -> bool {
    if let Operation::Call { .. } = asked {
        return is_so_of_calls(&shown.calls, asked);
    }
    match &shown.monitoring {
        Claim::Nobody | Claim::CallOutlives => is_in_force(asked, None),
        Claim::Somebody(said) => is_in_force(asked, Some(said)),
        Claim::Unknown | Claim::Unreadable => false,
    }
}
