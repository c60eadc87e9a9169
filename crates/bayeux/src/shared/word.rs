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

/// No browser has had more leaders than that.
const MOST_TERMS: u64 = 1 << 52;

/// A word that was heard.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// The tab that said it.
    pub(super) from: String,
    /// The highest term that it knows of.
    pub(super) term: u64,
    pub(super) says: Says,
    /// Counts what this tab asks.
    pub(super) question: u64,
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
pub(super) fn ask(from: &str, term: u64, ask: Ask, question: u64) -> Vec<u8> {
    let name = ASKS.iter().find(|(_, a)| *a == ask).map(|(name, _)| *name);
    encode(Data {
        question: Some(question),
        ..Data::new(from, term, name.unwrap_or_default())
    })
}

/// How news name the question that they answer.
pub(super) fn answer(from: &str, question: u64) -> String {
    format!("{from} {question}")
}

/// A follower's last word.
pub(super) fn bye(from: &str, term: u64) -> Vec<u8> {
    encode(Data::new(from, term, BYE))
}

/// A follower's warning.
pub(super) fn seizing(from: &str, term: u64) -> Vec<u8> {
    encode(Data::new(from, term, SEIZING))
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
    let mut word = encode(Data {
        news: Some(Told::of(news, now)),
        ..Data::new(from, news.term, says)
    });
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
    /// Reads a word that was said then; none if it is not one.
    pub(super) fn read(body: &'a Body, said: Instant) -> Option<Self> {
        let mut messages = message::read(body.text()).ok()?.into_iter();
        let head = messages.next()?.ok().filter(|head| head.channel == HEAD)?;
        let document = Document::parse(head.data?.get()).ok()?;
        let head = document.root();
        let says = head.field("says").str()?;
        let count = |name| u64::try_from(head.field(name).exact_integer()?).ok();
        let term = count("term").filter(|term| *term <= MOST_TERMS)?;
        let news = || News::read(head.field("news"), term, said).map(Box::new);
        Some(Self {
            from: head.some_string("from")?,
            term,
            says: match says {
                NEWS => Says::News(news()?),
                FAREWELL => Says::Farewell(news()?),
                BYE => Says::Bye,
                SEIZING => Says::Seizing,
                // What is asked by tabs that know more than this one is to be answered, too.
                _ => {
                    let known = ASKS.iter().find(|(name, _)| *name == says);
                    Says::Ask(known.map_or(Ask::Hello, |(_, ask)| *ask))
                }
            },
            question: count("question").unwrap_or_default(),
            messages: messages.collect::<Result<_, _>>().ok()?,
        })
    }
}

/// What the first message of a word says.
#[derive(Serialize)]
struct Data<'a> {
    from: &'a str,
    term: u64,
    says: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    news: Option<Told<'a>>,
}

impl<'a> Data<'a> {
    fn new(from: &'a str, term: u64, says: &'a str) -> Self {
        Self {
            from,
            term,
            says,
            question: None,
            news: None,
        }
    }
}

fn encode(data: Data<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Head<'a> {
        channel: &'static str,
        data: Data<'a>,
    }
    let channel = HEAD;
    // Strings and numbers: they always have a JSON form.
    serde_json::to_vec(&[Head { channel, data }]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Status;

    const NOW: Instant = Instant::from_millis(50_000);

    #[test]
    fn what_is_no_word_is_none() {
        for text in [
            "",
            "[]",
            "{}",
            "null",
            r#"[{"channel":"/meta/tabs"}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":1}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"says":"hello","term":1}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","says":"hello"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":-1,"says":"hello"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":9007199254740992,"says":"hello"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":1,"says":"news"}}]"#,
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":1,"says":"news","news":{"number":-1}}}]"#,
            r#"[{"channel":"/news","data":{"from":"a","term":1,"says":"hello"}}]"#,
        ] {
            let body = Body::new(text.into());
            assert!(Word::read(&body, NOW).is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_here_is_to_be_answered() {
        let text = r#"[{"channel":"/meta/tabs","data":{"from":"a","term":1,"says":"sing"}}]"#;
        let body = Body::new(text.into());
        let word = Word::read(&body, NOW).expect("a word");
        assert!(matches!(word.says, Says::Ask(Ask::Hello)));
    }

    /// Tabs of two versions of an application may speak to each other. If this has to change in
    /// anything but fields that are added, so has the name of the language.
    #[test]
    fn the_language_is_spoken_by_all_tabs_alike() {
        let text = |word: Vec<u8>| String::from_utf8(word).expect("text");
        let without_news = [text(bye("a", 3)), text(seizing("a", 3))];
        for (word, says) in without_news.iter().zip(["bye", "seizing"]) {
            let expect = format!(
                r#"[{{"channel":"/meta/tabs","data":{{"from":"a","term":3,"says":"{says}"}}}}]"#
            );
            assert_eq!(*word, expect);
        }
        assert_eq!(
            text(ask("a", 3, Ask::Hello, 5)),
            r#"[{"channel":"/meta/tabs","data":{"from":"a","term":3,"says":"hello","question":5}}]"#
        );
        assert_eq!(answer("a", 5), "a 5");
        let told = News {
            term: 3,
            number: 7,
            status: Status {
                since: Instant::from_millis(49_000),
                ..Status::default()
            },
            ..News::default()
        };
        let messages = br#",{"channel":"/c","data":1}"#;
        assert_eq!(
            text(news("a", &told, messages, true, NOW)),
            concat!(
                r#"[{"channel":"/meta/tabs","data":{"from":"a","term":3,"says":"farewell","#,
                r#""news":{"number":7,"isFirst":false,"phase":"idle","since":1000,"heard":null,"complete":null,"#,
                r#""nextTry":null,"reason":null,"multipleClients":false,"wake":null,"#,
                r#""connections":0,"isAnnounced":false,"missed":null,"missingSince":null,"#,
                r#""refused":[],"session":null,"refusal":null,"unreadable":[],"others":[],"answers":[]}}},"#,
                r#"{"channel":"/c","data":1}]"#,
            )
        );
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
