//! The body of a response as the client keeps it: one text, of which the data of its messages are
//! parts. Nothing is copied out of it.

use core::fmt;
use core::ops::Range;
use std::sync::Arc;

use serde_json::value::RawValue;

/// The text of a response.
#[derive(Clone, Debug)]
pub(crate) struct Body(Arc<String>);

/// JSON of a message, unread. It is a part of the response in which it came, and keeps all of it in
/// memory: whoever means to keep a few of many should keep what they read of them.
#[derive(Clone)]
pub struct Json {
    body: Body,
    place: Range<usize>,
}

impl Body {
    /// Bytes that are no UTF-8 are replaced, as a browser would do: one of them in one message must
    /// not cost the others.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Self(Arc::new(text))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The part that a value is which was read from this text.
    pub(crate) fn part(&self, value: &RawValue) -> Json {
        let text = value.get();
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
        // It was read there; `null` would be what is read of nothing.
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
    fn a_part_of_a_text_is_what_was_read_there() {
        let body = Body::new(r#"[{"a":1},"two"]"#.into());
        let values: Vec<&RawValue> = serde_json::from_str(body.text()).unwrap();
        let parts: Vec<Json> = values.into_iter().map(|value| body.part(value)).collect();
        drop(body);
        let texts: Vec<&str> = parts.iter().map(Json::get).collect();
        assert_eq!(texts, [r#"{"a":1}"#, r#""two""#]);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(Body::new(b"[\"a\xff\"]".to_vec()).text(), "[\"a\u{fffd}\"]");
    }
}
