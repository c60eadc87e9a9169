//! The body of a request: always a list of messages. Written by hand, which is smaller in WebAssembly
//! than derived writers, and as safe: except for a few texts, names and values are the protocol's
//! own.

/// A body that is being written.
#[derive(Default)]
pub(super) struct Request(String);

impl Request {
    /// A body that begins with a message with this id and channel.
    pub(super) fn new(id: u64, channel: &str) -> Self {
        let mut request = Self::default();
        request.message(id, channel);
        request
    }

    /// Begins the next message. Its `id` is a string, as the protocol requires.
    pub(super) fn message(&mut self, id: u64, channel: &str) {
        self.0.push_str(if self.0.is_empty() { "[" } else { "}," });
        self.0.push_str(r#"{"id":""#);
        self.0.push_str(&tolerant_json::text::decimal(id));
        self.0.push('"');
        self.text("channel", channel);
    }

    /// A field of the message.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.json(name, &tolerant_json::quoted(text));
    }

    /// A field whose value is JSON.
    pub(super) fn json(&mut self, name: &str, json: &str) {
        for part in [",\"", name, "\":", json] {
            self.0.push_str(part);
        }
    }

    pub(super) fn into_body(mut self) -> String {
        self.0.push_str("}]");
        self.0
    }
}
