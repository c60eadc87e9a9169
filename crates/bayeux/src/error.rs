//! The `error` field of a reply: `code:args:text`. Source: Bayeux 1.0, *error*.

use core::fmt;

use tolerant_json::text;

/// Why the peer refused a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError {
    /// The three digits at the beginning, if there are any.
    pub code: Option<u16>,
    /// The text after code and arguments, or the whole field.
    pub text: String,
}

impl ProtocolError {
    /// Parses an `error` field. Text that does not follow the grammar is kept whole.
    ///
    /// ```
    /// # use bayeux::ProtocolError;
    /// let error = ProtocolError::parse("403:xj3,/foo/bar:Subscription denied");
    /// assert_eq!((error.code, error.text.as_str()), (Some(403), "Subscription denied"));
    /// ```
    pub fn parse(field: &str) -> Self {
        let parsed = text::split_once(field, ":").and_then(|(code, rest)| {
            let code = text::number(code).filter(|_| code.len() == 3)?;
            let (_, text) = text::split_once(rest, ":")?;
            Some((u16::try_from(code).ok(), text))
        });
        match parsed {
            Some((code, text)) => Self {
                code,
                text: text.to_owned(),
            },
            None => Self {
                code: None,
                text: field.to_owned(),
            },
        }
    }

    /// Whether the server does not know the session. CometD sends 402, faye 401 and Salesforce 403,
    /// the latter two with a text; faye sends 402 for a missing parameter.
    pub fn is_session_unknown(&self) -> bool {
        let says = |words: &str| text::contains(&self.text.to_ascii_lowercase(), words);
        match self.code {
            Some(402) => !says("parameter"),
            Some(401 | 403) => says("unknown client") || says("session_unknown"),
            _ => false,
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) if self.text.is_empty() => write!(f, "code {code}"),
            Some(code) => write!(f, "{} (code {code})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl core::error::Error for ProtocolError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_session_is_recognised_in_every_dialect() {
        let check = |field, expect| {
            assert_eq!(
                ProtocolError::parse(field).is_session_unknown(),
                expect,
                "{field}"
            );
        };
        check("402::session_unknown", true);
        check("402::Unknown client", true);
        check("402:xj3sjdsjdsjad:Unknown Client ID", true);
        check("401:abc:Unknown client", true);
        check("403::Unknown client", true);
        check("402:clientId:Missing required parameter", false);
        check("403:denied:subscribe_denied", false);
        check("401::No credentials", false);
        check("nonsense", false);
    }

    #[test]
    fn text_without_the_grammar_is_kept_whole() {
        for field in ["", "no", "no: way", "1402::x", "40x::y"] {
            let error = ProtocolError::parse(field);
            assert_eq!((error.code, error.text.as_str()), (None, field));
        }
    }
}
