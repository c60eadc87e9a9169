//! Subscriptions: what the application wants, brought about in every session.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/subscribe`, `/meta/unsubscribe` | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//!
//! Several parts of an application may subscribe to one pattern; the server hears of the first and
//! the last. Either message does no harm when it is sent twice, so one that was lost is.

use core::mem;

use super::commands::{NotSent, Outcome};
use super::{Client, Event, Token};
use crate::channel::Pattern;
use crate::error::ProtocolError;
use crate::message::{SUBSCRIBE, UNSUBSCRIBE};

/// A pattern and who wants it.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) pattern: Pattern,
    pub(super) standing: Standing,
    /// Who wants it, by the token of the subscribe. When there is nobody left, it is given up.
    subscribers: Vec<Token>,
    /// Subscribes and unsubscribes that have not been settled.
    joining: Vec<Joining>,
    leaving: Vec<Token>,
}

/// A subscribe that has not been settled.
#[derive(Clone, Copy, Debug)]
struct Joining {
    token: Token,
    /// Whether the server may have heard of it.
    is_sent: bool,
}

impl Joining {
    fn new(token: Token) -> Self {
        Self {
            token,
            is_sent: false,
        }
    }

    /// How it ends if it is not waited for any longer.
    fn given_up(self, why: NotSent) -> Outcome {
        match self.is_sent {
            true => Outcome::Unknown,
            false => Outcome::NotSent(why),
        }
    }
}

/// What the server knows of a topic, in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Absent,
    /// It is being told to begin.
    Beginning,
    /// It is in force.
    Active,
    /// It is being told to end.
    Ending,
    /// It was told to end, and nobody knows whether it heard: whoever subscribes now must not
    /// depend on that.
    Doubtful,
    /// The server said no. It is asked again in the next session.
    Refused,
}

impl Topic {
    fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            standing: Standing::Absent,
            subscribers: Vec::new(),
            joining: Vec::new(),
            leaving: Vec::new(),
        }
    }

    /// What to tell the server, if anything.
    pub(super) fn to_send(&self) -> Option<&'static str> {
        match (self.standing, self.subscribers.is_empty()) {
            (Standing::Absent | Standing::Doubtful, false) => Some(SUBSCRIBE),
            (Standing::Active | Standing::Doubtful, true) => Some(UNSUBSCRIBE),
            _ => None,
        }
    }

    pub(super) fn sent(&mut self) {
        self.standing = match self.standing {
            Standing::Active | Standing::Doubtful if self.subscribers.is_empty() => {
                Standing::Ending
            }
            _ => {
                for joining in &mut self.joining {
                    joining.is_sent = true;
                }
                Standing::Beginning
            }
        };
    }

    fn is_over(&self) -> bool {
        self.subscribers.is_empty() && matches!(self.standing, Standing::Absent | Standing::Refused)
    }
}

impl Client {
    /// Subscribes, now and again in every later session, until
    /// [`unsubscribe`](Self::unsubscribe). Settles when the server has first said yes or no, or at
    /// once, as not sent, after [`close`](Self::close) or a stop. The token also names the
    /// subscription.
    pub fn subscribe(&mut self, pattern: Pattern) -> Token {
        let token = self.token();
        let known = self
            .topics
            .iter()
            .position(|topic| topic.pattern == pattern);
        let position = known.unwrap_or_else(|| {
            self.topics.push(Topic::new(pattern));
            self.topics.len() - 1
        });
        let topic = &mut self.topics[position];
        topic.subscribers.push(token);
        match topic.standing {
            Standing::Active => self.settle(token, Outcome::Done),
            Standing::Refused => {
                topic.standing = Standing::Absent;
                topic.joining.push(Joining::new(token));
            }
            _ => topic.joining.push(Joining::new(token)),
        }
        self.clear_topics();
        self.settle_if_ended();
        token
    }

    /// Ends a subscription, named by the token that [`subscribe`](Self::subscribe) gave. Settles
    /// as done when the server has heard of it, or need not; ending what is not there is done at
    /// once.
    pub fn unsubscribe(&mut self, subscription: Token) -> Token {
        let token = self.token();
        let topic = self.topics.iter_mut().find_map(|topic| {
            let position = topic.subscribers.iter().position(|s| *s == subscription)?;
            topic.subscribers.remove(position);
            Some(topic)
        });
        let Some(topic) = topic else {
            self.settle(token, Outcome::Done);
            return token;
        };
        let is_joining = topic
            .joining
            .iter()
            .position(|joining| joining.token == subscription)
            .map(|position| topic.joining.remove(position));
        let is_last = topic.subscribers.is_empty();
        if is_last {
            topic.leaving.push(token);
        }
        if let Some(joining) = is_joining {
            self.settle(subscription, joining.given_up(NotSent::Withdrawn));
        }
        if is_last {
            self.clear_topics();
        } else {
            self.settle(token, Outcome::Done);
        }
        token
    }

    pub(super) fn subscriptions_are_settled(&self) -> bool {
        self.topics
            .iter()
            .all(|topic| matches!(topic.standing, Standing::Active | Standing::Refused))
    }

    /// A new session knows of no subscription.
    pub(super) fn want_all_subscriptions(&mut self) {
        self.command_trouble = None;
        for topic in &mut self.topics {
            topic.standing = Standing::Absent;
        }
        self.clear_topics();
    }

    /// Forgets topics nobody wants and the server does not have, and settles unsubscribes of which
    /// the server need not hear: of these topics, and of topics that are wanted again.
    fn clear_topics(&mut self) {
        let mut left = Vec::new();
        self.topics.retain_mut(|topic| {
            let is_over = topic.is_over();
            let is_wanted = !topic.subscribers.is_empty() && topic.standing != Standing::Ending;
            if is_over || is_wanted {
                left.append(&mut topic.leaving);
            }
            !is_over
        });
        for token in left {
            self.settle(token, Outcome::Done);
        }
    }

    /// The server has answered, or (`None`) the message was lost. The answer to a message of an
    /// earlier standing changes nothing.
    pub(super) fn topic_answered(
        &mut self,
        pattern: &Pattern,
        sent: Standing,
        answer: Option<Result<(), ProtocolError>>,
    ) {
        let Some(topic) = self
            .topics
            .iter_mut()
            .find(|topic| topic.pattern == *pattern && topic.standing == sent)
        else {
            return;
        };
        let joined = |topic: &mut Topic| {
            let joining = mem::take(&mut topic.joining);
            joining.iter().map(|joining| joining.token).collect()
        };
        let (standing, settled, outcome): (_, Vec<Token>, _) = match (sent, &answer) {
            (Standing::Ending, None) => (Standing::Doubtful, Vec::new(), Outcome::Done),
            (_, None) => (Standing::Absent, Vec::new(), Outcome::Done),
            (Standing::Ending, Some(answer)) => {
                let outcome = match answer {
                    Ok(()) => Outcome::Done,
                    Err(error) => Outcome::Refused(error.clone()),
                };
                // Also when the server won't: nobody wants the topic, there is no more to be done.
                (Standing::Absent, mem::take(&mut topic.leaving), outcome)
            }
            (_, Some(Ok(()))) => (Standing::Active, joined(topic), Outcome::Done),
            (_, Some(Err(error))) => {
                let outcome = Outcome::Refused(error.clone());
                (Standing::Refused, joined(topic), outcome)
            }
        };
        topic.standing = standing;
        for token in settled {
            self.settle(token, outcome.clone());
        }
        if let (Standing::Refused, Some(Err(error))) = (standing, answer) {
            let pattern = pattern.clone();
            self.events
                .push_back(Event::SubscriptionRefused { pattern, error });
        }
        self.clear_topics();
    }

    /// Settles every subscribe and unsubscribe that waits. What was wanted stays wanted.
    pub(super) fn settle_topics(&mut self) {
        let joining: Vec<Joining> = self
            .topics
            .iter_mut()
            .flat_map(|topic| mem::take(&mut topic.joining))
            .collect();
        for joining in joining {
            self.settle(joining.token, joining.given_up(NotSent::Ended));
        }
        self.clear_topics();
    }
}
