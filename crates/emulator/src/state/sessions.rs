//! Sessions: who is signed in, by which cookie, with which CSRF token.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::world::{PersonId, uuid};

/// How many sessions there may be. Beyond that the one that was not used for the longest time goes.
const MOST: usize = 10_000;

/// The sessions there are.
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
    /// No sessions yet. One that is not used for `max_inactive` ends.
    pub(crate) fn new(max_inactive: Duration) -> Self {
        Self {
            max_inactive,
            by_cookie: HashMap::new(),
        }
    }

    /// The session of a cookie, which is used by that.
    pub(crate) fn find(&mut self, cookie: &str) -> Option<Session> {
        self.expire();
        let session = self.by_cookie.get_mut(cookie)?;
        session.last_used = Instant::now();
        Some(session.clone())
    }

    /// A new session, with its cookie.
    pub(crate) fn begin(&mut self, owner: PersonId) -> (String, Session) {
        self.expire();
        if self.by_cookie.len() >= MOST {
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

    /// Ends a session. Without one of that cookie, nothing happens.
    pub(crate) fn end(&mut self, cookie: &str) {
        self.by_cookie.remove(cookie);
    }

    /// Whose session that is, without using it by that.
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

    /// How many there are, those that have just run out perhaps included.
    pub(crate) fn count(&self) -> usize {
        self.by_cookie.len()
    }

    /// Ends those that were not used for too long.
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
    async fn of_too_many_sessions_the_one_unused_for_the_longest_time_goes() {
        let mut sessions = Sessions::new(Duration::from_secs(1_800));
        let mut cookies = Vec::new();
        for _ in 0..MOST {
            cookies.push(sessions.begin(DEMO_SUPERVISOR).0);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(sessions.find(&cookies[0]).is_some());
        sessions.begin(DEMO_SUPERVISOR);
        assert_eq!(sessions.count(), MOST);
        assert!(sessions.find(&cookies[0]).is_some(), "it was just used");
        assert!(sessions.find(&cookies[1]).is_none());
    }
}
