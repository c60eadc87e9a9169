//! What tabs say to each other, as bytes: a list of messages in Bayeux's form. The first is on a
//! channel of its own and says what the word is; the rest are the server's, as they came.

use serde::Serialize;
use tolerant_json::Document;

use super::news::{News, Told};
use crate::body::Body;
use crate::client::Incoming;
use crate::message::{self, Message};
use crate::time::Instant;

/// The channel of the message that says what the word is.
const HEAD: &str = "/meta/tabs";

/// A word that was heard.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// The tab that said it.
    pub(super) from: String,
    pub(super) says: Says,
    /// What the server said, if this hands it on.
    pub(super) messages: Vec<Message<'a>>,
}

/// What a word means.
#[derive(Debug)]
pub(super) enum Says {
    /// To the leader, which answers with news.
    Ask(Ask),
    /// From a follower: it will not listen any more.
    Bye,
    /// From a follower: it takes the lock from a leader that does not speak, and may speak again.
    Seizing,
    /// From the leader: how things stand, and what the server said.
    News(Box<News>),
    /// From the leader: its last news. Another may lead now.
    Farewell(Box<News>),
}

/// What a follower wants of the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// To be told.
    Hello,
    /// A sign of life, when there should have been one. A hidden leader's timers may sleep; a word
    /// wakes it.
    Wake,
    /// That it makes sure of the connection: this tab was away, or its network.
    Doubt,
    /// As [`SharedClient::retry_now`](super::SharedClient::retry_now).
    Retry,
    /// As [`SharedClient::restart`](super::SharedClient::restart).
    Restart,
    /// As [`SharedClient::credentials_renewed`](super::SharedClient::credentials_renewed).
    Renewed,
}

const ASKS: [(&str, Ask); 6] = [
    ("hello", Ask::Hello),
    ("wake", Ask::Wake),
    ("doubt", Ask::Doubt),
    ("retry", Ask::Retry),
    ("restart", Ask::Restart),
    ("renewed", Ask::Renewed),
];
const BYE: &str = "bye";
const SEIZING: &str = "seizing";
const NEWS: &str = "news";
const FAREWELL: &str = "farewell";

/// A word of a follower.
pub(super) fn ask(from: &str, ask: Ask) -> Vec<u8> {
    let name = ASKS.iter().find(|(_, a)| *a == ask).map(|(name, _)| *name);
    encode(from, name.unwrap_or_default(), None)
}

/// A follower's last word.
pub(super) fn bye(from: &str) -> Vec<u8> {
    encode(from, BYE, None)
}

/// A follower's warning.
pub(super) fn seizing(from: &str) -> Vec<u8> {
    encode(from, SEIZING, None)
}

/// A word of the leader. `messages` are those of the server as [`message`] writes them.
pub(super) fn news(
    from: &str,
    news: &News,
    messages: &[u8],
    is_farewell: bool,
    now: Instant,
) -> Vec<u8> {
    let says = if is_farewell { FAREWELL } else { NEWS };
    let mut word = encode(from, says, Some(Told::of(news, now)));
    // The end of the list.
    word.pop();
    word.extend_from_slice(messages);
    word.push(b']');
    word
}

/// Appends a message of the server's.
pub(super) fn message(text: &mut Vec<u8>, incoming: &Incoming) {
    let mut field = |name: &str, value: &str| {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(value.as_bytes());
    };
    // No channel's name has a character that JSON would not take as it is.
    field(",{\"channel\":\"", incoming.channel.as_str());
    field("\",\"data\":", incoming.data.get());
    if let Some(ext) = &incoming.ext {
        field(",\"ext\":", ext.get());
    }
    text.push(b'}');
}

impl<'a> Word<'a> {
    /// Reads a word; none if it is not one.
    pub(super) fn read(body: &'a Body, now: Instant) -> Option<Self> {
        let mut messages = message::read(body.text()).ok()?.into_iter();
        let head = messages.next()?.ok().filter(|head| head.channel == HEAD)?;
        let document = Document::parse(head.data?.get()).ok()?;
        let head = document.root();
        let says = head.field("says").str()?;
        let news = || News::read(head.field("news"), now).map(Box::new);
        Some(Self {
            from: head.some_string("from")?,
            says: match says {
                NEWS => Says::News(news()?),
                FAREWELL => Says::Farewell(news()?),
                BYE => Says::Bye,
                SEIZING => Says::Seizing,
                _ => Says::Ask(ASKS.iter().find(|(name, _)| *name == says)?.1),
            },
            messages: messages.collect::<Result<_, _>>().ok()?,
        })
    }
}

fn encode(from: &str, says: &str, news: Option<Told<'_>>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Head<'a> {
        channel: &'static str,
        data: Data<'a>,
    }
    #[derive(Serialize)]
    struct Data<'a> {
        from: &'a str,
        says: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        news: Option<Told<'a>>,
    }
    let channel = HEAD;
    let data = Data { from, says, news };
    // Strings and numbers: they always have a JSON form.
    serde_json::to_vec(&[Head { channel, data }]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(50_000);

    #[test]
    fn what_is_no_word_is_none() {
        for text in [
            "",
            "[]",
            "{}",
            "null",
            r#"[{"channel":"/meta/tabs"}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"says":"hello"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","says":"sing"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","says":"news"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","says":"news","news":{"term":-1}}}]"#,
            r#"[{"channel":"/news","data":{"from":"a","says":"hello"}}]"#,
        ] {
            let body = Body::new(text.into());
            assert!(Word::read(&body, NOW).is_none(), "{text}");
        }
    }

    #[test]
    fn the_messages_of_a_word_are_the_servers() {
        let messages =
            br#",{"channel":"/a","data":{"b":[1]},"ext":2},{"channel":"/c","data":null}"#;
        let body = Body::new(news("a", &News::default(), messages, false, NOW));
        let word = Word::read(&body, NOW).expect("a word");
        let channels: Vec<_> = word.messages.iter().map(|m| m.channel.as_ref()).collect();
        assert_eq!(channels, ["/a", "/c"]);
        assert_eq!(word.from, "a");
    }
}
