//! What the application has to say about what clients may do: CometD's `SecurityPolicy`, the
//! incoming half of its `Extension`, and its `MaxQueueListener`, in one.

use core::fmt;
use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::advice::Advice;
use crate::channel::{Channel, Pattern};
use crate::message::ClientId;

/// Who wants something.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Who is signed in.
    pub owner: &'a str,
    /// The session; none before a handshake.
    pub session: Option<&'a ClientId>,
}

/// What clients may do. Every method has what CometD does when nothing is said: everything is
/// allowed, but for channels of the protocol's own.
pub trait Policy: fmt::Debug + Send {
    /// Whether a session may begin (`canHandshake`). `ext` is the handshake's.
    ///
    /// # Errors
    /// No: the reply has `403::handshake_denied`.
    fn can_handshake(&self, owner: &str, ext: Option<&RawValue>) -> Result<(), HandshakeDenied> {
        let _ = (owner, ext);
        Ok(())
    }

    /// Whether a channel may come into being, by a subscription or a message (`canCreate`). It is
    /// asked when nobody is subscribed to it, nor was of late.
    ///
    /// # Errors
    /// No: the reply has `403:<reason>:create_denied`, or `…:channel_create_denied` to a message.
    fn can_create(&self, caller: Caller<'_>, channel: &Pattern) -> Result<(), Denied> {
        let _ = caller;
        if is_meta(channel) {
            return Err(Denied::default());
        }
        Ok(())
    }

    /// Whether messages of a channel may be had (`canSubscribe`).
    ///
    /// # Errors
    /// No: the reply has `403:<reason>:subscribe_denied`.
    fn can_subscribe(&self, caller: Caller<'_>, channel: &Pattern) -> Result<(), Denied> {
        let _ = (caller, channel);
        Ok(())
    }

    /// Whether a session may be subscribed to one channel more, beside so many others. It is asked
    /// after [`can_subscribe`](Self::can_subscribe), and not for channels that the session has
    /// already, nor for service channels, to which the server keeps no subscription.
    ///
    /// Not CometD's, which sets no limit.
    ///
    /// # Errors
    /// No: the reply has `403:<reason>:subscribe_denied`.
    fn can_subscribe_beside(&self, caller: Caller<'_>, others: usize) -> Result<(), Denied> {
        let _ = (caller, others);
        Ok(())
    }

    /// Whether a message may be published on a channel, a service channel included (`canPublish`).
    ///
    /// # Errors
    /// No: the reply has `403:<reason>:publish_denied`.
    fn can_publish(
        &self,
        caller: Caller<'_>,
        channel: &Channel,
        data: &RawValue,
    ) -> Result<(), Denied> {
        let _ = (caller, channel, data);
        Ok(())
    }

    /// Looks at a message before anything is done about it, whatever its channel
    /// (`Extension.incoming`).
    fn incoming(&self, caller: Caller<'_>, channel: &str, ext: Option<&RawValue>) -> Verdict {
        let _ = (caller, channel, ext);
        Verdict::Keep
    }

    /// What to do with one more message for a session for which [`max_queue`] wait already
    /// (`queueMaxed`).
    ///
    /// Assumption: CometD leaves this to the application and, if there is none to ask, queues on.
    /// Here a limit that was set holds: the session ends, and the client learns by its next
    /// handshake that it missed something.
    ///
    /// [`max_queue`]: super::Options::max_queue
    fn queue_maxed(&self, caller: Caller<'_>, channel: &Channel) -> QueueMaxed {
        let _ = (caller, channel);
        QueueMaxed::Disconnect
    }
}

/// CometD's `DefaultSecurityPolicy`: everything is allowed, but for channels of the protocol's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultPolicy;

impl Policy for DefaultPolicy {}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    reason: Cow<'static, str>,
}

impl Denied {
    /// A refusal with a reason, one word by custom, such as `not_a_supervisor`. What would not fit
    /// into the `error` field's grammar becomes `_`.
    pub fn because(reason: &str) -> Self {
        let fit = reason.replace([':', ','], "_");
        Self { reason: fit.into() }
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }
}

impl Default for Denied {
    /// The reason that CometD gives when its policy gives none.
    fn default() -> Self {
        Self {
            reason: "denied_by_security_policy".into(),
        }
    }
}

/// A handshake's refusal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HandshakeDenied {
    /// The advice in the reply. Unless it says what to do, the client is told not to come back.
    pub advice: Advice,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is handled.
    Keep,
    /// It is not: the reply has `404::message_deleted`.
    Delete,
}

/// What becomes of a message for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueMaxed {
    /// It is queued nonetheless.
    Queue,
    /// It is dropped.
    Discard,
    /// The session ends.
    Disconnect,
}

pub(super) fn is_meta(channel: &Pattern) -> bool {
    channel.as_str().starts_with("/meta/")
}
