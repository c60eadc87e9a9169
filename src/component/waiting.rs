//! Futures that wait for the end of a request.

use futures_channel::oneshot;
use supervision::{Outcome, Receipt, RequestId, Step};

use super::ListenInError;

/// The waiting futures, by request id.
#[derive(Default)]
pub(super) struct Waiting {
    by_id: Vec<(RequestId, oneshot::Sender<Box<Receipt>>)>,
    /// How many requests are being made: each may end before its id is known.
    asking: usize,
    /// Receipts recorded meanwhile.
    noted: Vec<Receipt>,
}

/// The result of making a request.
pub(super) enum Asked {
    /// It is over.
    Ended(Box<Receipt>),
    Waits(oneshot::Receiver<Box<Receipt>>),
}

impl Waiting {
    /// Call before making a request; [`asked`](Self::asked) or [`not_asked`](Self::not_asked) afterwards.
    pub(super) fn asks(&mut self) {
        self.asking += 1;
    }

    /// Records a receipt.
    pub(super) fn note(&mut self, receipt: &Receipt) {
        if self.asking > 0 {
            self.noted.push(receipt.clone());
        }
        let is_end = matches!(receipt.step, Step::Ended { .. });
        let waits = |id| self.by_id.iter().position(|(waiting, _)| *waiting == id);
        if let Some(position) = receipt.request.filter(|_| is_end).and_then(waits) {
            // A dropped future is not notified.
            let _ = self
                .by_id
                .swap_remove(position)
                .1
                .send(Box::new(receipt.clone()));
        }
    }

    /// A request got this id; none: nothing was sent, because only a time limit changed.
    pub(super) fn asked(&mut self, id: Option<RequestId>) -> Asked {
        let is_end = |receipt: &&Receipt| match id {
            Some(_) => receipt.request == id && matches!(receipt.step, Step::Ended { .. }),
            None => matches!(receipt.step, Step::LimitSet(_)),
        };
        let end = self.noted.iter().rfind(is_end).cloned();
        self.not_asked();
        if let Some(end) = end {
            return Asked::Ended(Box::new(end));
        }
        let (sender, receiver) = oneshot::channel();
        // Without an id there will be no receipt, and the sender is dropped.
        self.by_id.extend(id.map(|id| (id, sender)));
        Asked::Waits(receiver)
    }

    pub(super) fn not_asked(&mut self) {
        self.asking -= 1;
        if self.asking == 0 {
            self.noted.clear();
        }
    }

    /// The machine has ended: no more receipts will come.
    pub(super) fn forget(&mut self) {
        self.by_id.clear();
    }
}

impl Asked {
    /// Waits for the outcome that device or call show.
    pub(super) async fn end(self) -> Result<Receipt, ListenInError> {
        let end = match self {
            Self::Ended(end) => end,
            Self::Waits(end) => end.await.map_err(|_| ListenInError::Unknown(None))?,
        };
        match &end.step {
            Step::Ended {
                outcome: Outcome::Refused(_),
                ..
            } => Err(ListenInError::Refused(end)),
            Step::Ended {
                outcome: Outcome::Unconfirmed(_),
                ..
            } => Err(ListenInError::Unconfirmed(end)),
            Step::Ended {
                outcome: Outcome::Unknown(_),
                ..
            } => Err(ListenInError::Unknown(Some(end))),
            // Confirmed, or a time limit that was set.
            _ => Ok(*end),
        }
    }
}
