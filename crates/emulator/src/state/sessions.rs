//! Sessions of signed-in users, by cookie, with their CSRF tokens.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::world::{PersonId, uuid};

/// The maximum number of sessions. Beyond it the least recently used one ends.
const MAX: usize = 10_000;

/// All sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    max_inactive: Duration,
    by_cookie: HashMap<String, Session>,
}

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) owner: PersonId,
    /// Lives as long as the session (*CSRFProtection*).
    pub(crate) csrf: String,
    last_used: Instant,
}

impl Sessions {
    /// No sessions. A session ends when it was not used for `max_inactive`.
    pub(crate) fn new(max_inactive: Duration) -> Self {
        Self {
            max_inactive,
            by_cookie: HashMap::new(),
        }
    }

    /// The session of a cookie, which counts as a use.
    pub(crate) fn find(&mut self, cookie: &str) -> Option<Session> {
        self.expire();
        let session = self.by_cookie.get_mut(cookie)?;
        session.last_used = Instant::now();
        Some(session.clone())
    }

    /// A new session, with its cookie.
    pub(crate) fn begin(&mut self, owner: PersonId) -> (String, Session) {
        self.expire();
        if self.by_cookie.len() >= MAX {
            let oldest = self.by_cookie.iter().min_by_key(|(_, it)| it.last_used);
            if let Some(oldest) = oldest.map(|(cookie, _)| cookie.clone()) {
                self.by_cookie.remove(&oldest);
            }
        }
        let session = Session {
            owner,
            csrf: uuid(&mut rand::rng()),
            last_used: Instant::now(),
        };
        let cookie = uuid(&mut rand::rng()).replace('-', "").to_uppercase();
        self.by_cookie.insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    /// Ends the session of a cookie, if there is one.
    pub(crate) fn end(&mut self, cookie: &str) {
        self.by_cookie.remove(cookie);
    }

    /// The owner of a session. Does not count as a use.
    pub(crate) fn owner(&self, cookie: &str) -> Option<PersonId> {
        self.by_cookie.get(cookie).map(|session| session.owner)
    }

    /// Gives every session another CSRF token.
    pub(crate) fn change_csrf_tokens(&mut self) {
        for session in self.by_cookie.values_mut() {
            session.csrf = uuid(&mut rand::rng());
        }
    }

    /// Ends all sessions.
    pub(crate) fn forget(&mut self) {
        self.by_cookie.clear();
    }

    /// How many there are; may include expired ones.
    pub(crate) fn count(&self) -> usize {
        self.by_cookie.len()
    }

    /// Ends expired sessions.
    fn expire(&mut self) {
        let max_inactive = self.max_inactive;
        self.by_cookie
            .retain(|_, session| session.last_used.elapsed() <= max_inactive);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::DEMO_SUPERVISOR;

    #[tokio::test(start_paused = true)]
    async fn beyond_the_maximum_the_least_recently_used_session_ends() {
        let mut sessions = Sessions::new(Duration::from_secs(1_800));
        let mut cookies = Vec::new();
        for _ in 0..MAX {
            cookies.push(sessions.begin(DEMO_SUPERVISOR).0);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(sessions.find(&cookies[0]).is_some());
        sessions.begin(DEMO_SUPERVISOR);
        assert_eq!(sessions.count(), MAX);
        assert!(sessions.find(&cookies[0]).is_some(), "it was just used");
        assert!(sessions.find(&cookies[1]).is_none());
    }
}
