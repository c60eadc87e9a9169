//! Texts for attributes of the page that are not accepted.

use super::{Text, append, isolated, say};

/// An attribute of the page whose value is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadAttribute {
    mistake: Mistake,
    value: String,
}

/// What is not accepted in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// `limit`.
    Limit,
    /// `limit-until`.
    LimitUntil,
    /// The property `texts`: the keys that are not accepted.
    Texts,
    /// An invalid entry of `shortcuts`.
    Shortcut,
    /// An entry of `shortcuts` whose action or key is taken.
    ShortcutTaken,
    /// `thresholds`: the invalid part.
    Thresholds,
}

impl Mistake {
    pub(crate) fn in_value(self, value: impl Into<String>) -> BadAttribute {
        let value = value.into();
        BadAttribute {
            mistake: self,
            value,
        }
    }
}

/// Which attributes are not accepted, what that means, and what is accepted.
pub(in crate::view) fn bad_attributes(bad: &[BadAttribute]) -> Text {
    let mut sentences = Text::default();
    for BadAttribute { mistake, value } in bad {
        let value = quoted(value);
        let (name, example) = match mistake {
            Mistake::Limit => ("limit", "15"),
            Mistake::LimitUntil => ("limit-until", "1767225600000, 2026-01-01T17:00Z"),
            Mistake::Shortcut => (
                "shortcuts",
                "listen-in=Alt+L, stop=Alt+S, answer=Alt+A, mute=Alt+M, help=?",
            ),
            Mistake::Thresholds => ("thresholds", "not-ready:10m, after-call-work:90s"),
            Mistake::Texts => {
                sentences = append(sentences, say!("bad-texts", keys = value));
                continue;
            }
            Mistake::ShortcutTaken => {
                sentences = append(sentences, say!("bad-shortcut-taken", value));
                continue;
            }
        };
        let (name, example) = (isolated(name), isolated(example));
        sentences = append(sentences, say!("bad-value", name, value, example));
    }
    sentences
}

/// A value as it was set; the beginning of a long one.
fn quoted(value: &str) -> Text {
    let mut quoted: String = value.chars().take(40).collect();
    if quoted.len() < value.len() {
        quoted.push('…');
    }
    isolated(&quoted)
}
