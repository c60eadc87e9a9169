//! Recording a call. Known are `StartCallRecording`, a call's `recordingState` with the value
//! `Stopped`, and the `notificationType` `CallRecordingStateChange` (*CallControl*,
//! *CallResource*).
//!
//! Assumption: there are `StopCallRecording`, `PauseCallRecording` and `ResumeCallRecording` as
//! well, and the states `Recording` and `Paused`. A recording is that of whoever began it: the
//! other parties' calls say nothing of it, it ends when its owner leaves, and it goes on while the
//! call is held. It is begun and changed while one talks, and not by supervisors.

use super::call::{CallKey, LegState, Part};
use crate::world::World;
use crate::world::people::PersonId;

/// Whether somebody records a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Recording {
    /// It is not recorded, or no longer.
    #[default]
    Stopped,
    /// What is said is recorded.
    Running,
    /// What is said meanwhile is left out.
    Paused,
}

impl Recording {
    /// `recordingState`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "Stopped",
            Self::Running => "Recording",
            Self::Paused => "Paused",
        }
    }

    /// What may be done about it by somebody whose leg stands there.
    pub(super) fn offers(self, leg: LegState) -> &'static [&'static str] {
        if leg != LegState::Established {
            return &[];
        }
        match self {
            Self::Stopped => &["StartCallRecording"],
            Self::Running => &["PauseCallRecording", "StopCallRecording"],
            Self::Paused => &["ResumeCallRecording", "StopCallRecording"],
        }
    }
}

impl World {
    pub(super) fn record(&mut self, person: PersonId, key: CallKey, state: Recording) {
        self.alter(key, |call| {
            if let Some(Part::Talks { recording, .. }) =
                call.leg_mut(person).map(|leg| &mut leg.part)
            {
                *recording = state;
            }
        });
    }
}
