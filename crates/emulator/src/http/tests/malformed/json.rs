//! JSON, what is nearly JSON, and what is not.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// Any JSON, with a taste for what is hard on readers.
pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Any text, with a taste for control characters and for what stands out.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => ".{0,12}",
        1 => select(vec!["", "\0", "\r\n", "..", "%00", "\u{202e}", "\u{1f600}", "'\"<>&"])
            .prop_map(str::to_owned),
        1 => (1..3_000_usize).prop_map(|length| "x".repeat(length)),
    ]
}

/// The JSON as bytes: as it is, or damaged.
pub(super) fn bytes(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<u8>> {
    (value, damage()).prop_map(|(value, damage)| damage.done_to(value.to_string()))
}

/// What can be the matter with JSON.
#[derive(Clone, Debug)]
enum Damage {
    None,
    /// It ends too early.
    Cut(Index),
    /// A byte is another.
    Byte(Index, u8),
    /// Something stands behind it.
    Behind(&'static str),
    /// The first key is there twice.
    Twice,
    /// A value is what no value of the library's can be.
    Strange(&'static str),
    /// It is inside of so many lists.
    Deep(usize),
    /// It is something else altogether.
    Other(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let strange = [
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\u12""#,
        "1e999",
        "-",
        "01",
        "123456789012345678901234567890123456789012345678901234567890",
        "NaN",
        "'x'",
        "\u{feff}1",
        "\"\t\"",
    ];
    prop_oneof![
        12 => Just(Damage::None),
        2 => any::<Index>().prop_map(Damage::Cut),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(index, byte)| Damage::Byte(index, byte)),
        1 => select(vec![" ", ",", "]", "}", "null", "\0"]).prop_map(Damage::Behind),
        1 => Just(Damage::Twice),
        2 => select(strange.to_vec()).prop_map(Damage::Strange),
        1 => select(vec![10, 127, 128, 129, 20_000]).prop_map(Damage::Deep),
        1 => vec(any::<u8>(), 0..40).prop_map(Damage::Other),
    ]
}

impl Damage {
    fn done_to(self, mut text: String) -> Vec<u8> {
        match self {
            Self::None => {}
            Self::Behind(rest) => text.push_str(rest),
            Self::Deep(depth) => text = format!("{}{text}{}", "[".repeat(depth), "]".repeat(depth)),
            Self::Strange(value) => match text.find(':') {
                // In the place of the first value, or of everything.
                Some(colon) if text.starts_with(['{', '[']) => {
                    let end = text[colon..]
                        .find([',', '}'])
                        .map_or(text.len(), |end| colon + end);
                    text.replace_range(colon + 1..end, value);
                }
                _ => value.clone_into(&mut text),
            },
            Self::Twice => {
                if let Some(open) = text.find('{')
                    && let Some(colon) = text[open..].find(':')
                {
                    let key = text[open + 1..open + colon].to_owned();
                    text.insert_str(open + 1, &format!("{key}:\"first\","));
                }
            }
            Self::Cut(index) => {
                let mut bytes = text.into_bytes();
                bytes.truncate(index.index(bytes.len()));
                return bytes;
            }
            Self::Byte(index, byte) => {
                let mut bytes = text.into_bytes();
                let place = index.index(bytes.len());
                bytes[place] = byte;
                return bytes;
            }
            Self::Other(bytes) => return bytes,
        }
        text.into_bytes()
    }
}
