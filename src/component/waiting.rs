//! Who waits for the end of a request.

use futures_channel::oneshot;
use supervision::{Outcome, Receipt, RequestId, Step};

use super::ListenInError;

/// Those who wait, by the ids of requests.
#[derive(Default)]
pub(super) struct Waiting {
    by_id: Vec<(RequestId, oneshot::Sender<Box<Receipt>>)>,
    /// How many requests are being made: each may have ended before its id is known.
    asking: usize,
    /// The receipts of that time.
    noted: Vec<Receipt>,
}

/// What a request, whose id is not known yet, comes to.
pub(super) enum Asked {
    /// It is over.
    Ended(Box<Receipt>),
    Waits(oneshot::Receiver<Box<Receipt>>),
}

impl Waiting {
    /// To be called before a request is made; [`asked`](Self::asked) or [`not_asked`](Self::not_asked) after it.
    pub(super) fn asks(&mut self) {
        self.asking += 1;
    }

    /// Takes what was written down.
    pub(super) fn note(&mut self, receipt: &Receipt) {
        if self.asking > 0 {
            self.noted.push(receipt.clone());
        }
        let is_end = matches!(receipt.step, Step::Ended { .. });
        let waits = |id| self.by_id.iter().position(|(waiting, _)| *waiting == id);
        if let Some(position) = receipt.request.filter(|_| is_end).and_then(waits) {
            // Whoever does not wait any more is not told.
            let _ = self
                .by_id
                .swap_remove(position)
                .1
                .send(Box::new(receipt.clone()));
        }
    }

    /// A request has got that id; none: nothing was sent, for only a time limit changed.
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
        // Without an id nothing will be told, and the sender is dropped.
        self.by_id.extend(id.map(|id| (id, sender)));
        Asked::Waits(receiver)
    }

    pub(super) fn not_asked(&mut self) {
        self.asking -= 1;
        if self.asking == 0 {
            self.noted.clear();
        }
    }

    /// The machine has ended: nobody will be told any more.
    pub(super) fn forget(&mut self) {
        self.by_id.clear();
    }
}

impl Asked {
    /// Waits for the end: what device or call show.
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
