//! Reading JSON values of messages, most of which are never parsed.

use std::borrow::Cow;

use tolerant_json::Document;

/// None for `null`, which some servers send for an absent field.
pub(crate) fn unless_null(value: Option<&str>) -> Option<&str> {
    value.filter(|value| *value != "null")
}

/// The value of a string.
pub(crate) fn string(value: &str) -> Option<Cow<'_, str>> {
    let text = value.strip_prefix("\"")?.strip_suffix("\"")?;
    if !tolerant_json::text::contains(text, "\\") {
        return Some(Cow::Borrowed(text));
    }
    let document = document(value)?;
    document
        .root()
        .text()
        .map(|text| Cow::Owned(text.into_owned()))
}

/// The value of a boolean.
pub(crate) fn truth(value: &str) -> Option<bool> {
    match value {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The strings of a list; other elements are skipped.
pub(crate) fn strings(value: &str) -> Option<Vec<String>> {
    let document = document(value)?;
    let list = document.root();
    let mut texts = Vec::new();
    for element in list.elements() {
        if let Some(text) = element.str() {
            texts.push(text.to_owned());
        }
    }
    list.is_list().then_some(texts)
}

/// The value parsed. It is valid JSON, but may be nested too deep, or have half a character in it.
pub(crate) fn document(value: &str) -> Option<Document<'_>> {
    Document::parse(value).ok()
}
