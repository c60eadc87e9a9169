//! Sessions: who is signed in, by which cookie, with which CSRF token.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::world::{PersonId, uuid};

/// `sessionMaxInactiveInterval`: a session that is not used for this long is gone. GWS's default.
const MAX_INACTIVE: Duration = Duration::from_secs(1_800);

/// The sessions there are, by the value of the cookie.
#[derive(Default)]
pub(crate) struct Sessions {
    by_cookie: HashMap<String, Session>,
}

/// A session.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) owner: PersonId,
    /// Lives as long as the session (*CSRFProtection*).
    pub(super) csrf: String,
    last_used: Instant,
}

impl Sessions {
    /// The session of a cookie, which is used by that.
    pub(super) fn find(&mut self, cookie: &str) -> Option<Session> {
        let now = Instant::now();
        let session = self.by_cookie.get_mut(cookie)?;
        if now - session.last_used > MAX_INACTIVE {
            self.by_cookie.remove(cookie);
            return None;
        }
        session.last_used = now;
        Some(session.clone())
    }

    /// A new session, with its cookie.
    pub(super) fn begin(&mut self, owner: PersonId) -> (String, Session) {
        let now = Instant::now();
        self.by_cookie
            .retain(|_, session| now - session.last_used <= MAX_INACTIVE);
        let session = Session {
            owner,
            csrf: uuid(&mut rand::rng()),
            last_used: now,
        };
        let cookie = uuid(&mut rand::rng()).replace('-', "").to_uppercase();
        self.by_cookie.insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    /// Ends all sessions.
    pub(crate) fn forget(&mut self) {
        self.by_cookie.clear();
    }
}
