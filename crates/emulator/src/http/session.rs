//! Sessions: who is signed in, by which cookie, with which CSRF token. There are never more than
//! [`Limits::sessions`](crate::Limits::sessions): beyond that the one that was not used for the
//! longest time goes.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Config;
use crate::world::{PersonId, uuid};

/// The sessions there are.
#[derive(Debug)]
pub(crate) struct Sessions {
    most: usize,
    max_inactive: Duration,
    /// By the value of the cookie.
    by_cookie: HashMap<String, Session>,
    /// When each was used last, and its cookie.
    by_use: BTreeSet<(Instant, String)>,
}

/// A session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) owner: PersonId,
    /// Lives as long as the session (*CSRFProtection*).
    pub(super) csrf: String,
    last_used: Instant,
}

impl Sessions {
    /// No sessions yet.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            most: config.limits.sessions.max(1),
            max_inactive: config.session_max_inactive_interval,
            by_cookie: HashMap::new(),
            by_use: BTreeSet::new(),
        }
    }

    /// The session of a cookie, which is used by that.
    pub(super) fn find(&mut self, cookie: &str) -> Option<Session> {
        let now = Instant::now();
        self.expire(now);
        let session = self.by_cookie.get_mut(cookie)?;
        let (_, name) = self
            .by_use
            .take(&(session.last_used, cookie.to_owned()))
            .expect("every session stands in both collections");
        session.last_used = now;
        self.by_use.insert((now, name));
        Some(session.clone())
    }

    /// A new session, with its cookie.
    pub(super) fn begin(&mut self, owner: PersonId) -> (String, Session) {
        let now = Instant::now();
        self.expire(now);
        while self.by_cookie.len() >= self.most
            && let Some((_, cookie)) = self.by_use.pop_first()
        {
            self.by_cookie.remove(&cookie);
        }
        let session = Session {
            owner,
            csrf: uuid(&mut rand::rng()),
            last_used: now,
        };
        let cookie = uuid(&mut rand::rng()).replace('-', "").to_uppercase();
        self.by_use.insert((now, cookie.clone()));
        self.by_cookie.insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    /// Ends a session. Without one of that cookie, nothing happens.
    pub(crate) fn end(&mut self, cookie: &str) {
        if let Some(session) = self.by_cookie.remove(cookie) {
            self.by_use.remove(&(session.last_used, cookie.to_owned()));
        }
    }

    /// Whose session that is, without using it by that.
    pub(super) fn owner(&self, cookie: &str) -> Option<PersonId> {
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
        self.by_use.clear();
    }

    /// How many there are, those that have just run out perhaps included.
    pub(crate) fn count(&self) -> usize {
        self.by_cookie.len()
    }

    /// Who is signed in, in an order of no meaning but always the same, whenever it was used.
    #[cfg(test)]
    pub(crate) fn signed_in(&self) -> BTreeSet<(&str, PersonId, &str)> {
        let sessions = self.by_cookie.iter();
        sessions
            .map(|(cookie, session)| (cookie.as_str(), session.owner, session.csrf.as_str()))
            .collect()
    }

    /// Ends those that were not used for too long.
    fn expire(&mut self, now: Instant) {
        while let Some((last_used, cookie)) = self.by_use.first() {
            if now - *last_used <= self.max_inactive {
                break;
            }
            self.by_cookie.remove(cookie);
            self.by_use.pop_first();
        }
    }
}
