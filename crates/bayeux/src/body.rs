//! The body of a response: one text, shared by the data of its messages. Nothing is copied.

use core::fmt;
use core::ops::Range;
use std::sync::Arc;

/// The text of a response.
#[derive(Clone, Debug)]
pub(crate) struct Body(Arc<String>);

/// The JSON of a message, not parsed. A slice of the response, all of which it keeps in memory: keep
/// what was parsed from it instead.
#[derive(Clone)]
pub struct Json {
    body: Body,
    place: Range<usize>,
}

impl Body {
    /// Invalid UTF-8 is replaced, as a browser does, so that it affects one message only.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Self(Arc::new(text))
    }

    /// The text, without a byte-order mark, which some web servers begin their pages with.
    pub(crate) fn text(&self) -> &str {
        self.0.strip_prefix("\u{feff}").unwrap_or(&self.0)
    }

    /// The slice of this body that `text` is.
    pub(crate) fn part(&self, text: &str) -> Json {
        let begin = text.as_ptr().addr().wrapping_sub(self.0.as_ptr().addr());
        let place = begin..begin.wrapping_add(text.len());
        debug_assert_eq!(self.0.get(place.clone()), Some(text), "it is of another");
        Json {
            body: self.clone(),
            place,
        }
    }
}

impl Json {
    /// The JSON text.
    pub fn get(&self) -> &str {
        // The range was computed from a slice of this text.
        self.body.0.get(self.place.clone()).unwrap_or("null")
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Json").field(&self.get()).finish()
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_value_that_was_read() {
        let body = Body::new(r#"[{"a":1},"two"]"#.into());
        let values = [&body.text()[1..8], &body.text()[9..14]];
        let parts = values.map(|value| body.part(value));
        drop(body);
        assert_eq!(parts.each_ref().map(Json::get), [r#"{"a":1}"#, r#""two""#]);
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        assert_eq!(Body::new(b"[\"a\xff\"]".to_vec()).text(), "[\"a\u{fffd}\"]");
    }
}
