//! Reading raw JSON values of messages, most of which are never parsed.

use std::borrow::Cow;

use serde_json::value::RawValue;
use tolerant_json::Document;

/// None for `null`, which some servers send for an absent field.
pub(crate) fn unless_null(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

/// The value of a string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get().strip_prefix('"')?.strip_suffix('"')?;
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let document = document(value)?;
    document
        .root()
        .text()
        .map(|text| Cow::Owned(text.into_owned()))
}

/// The value of a boolean.
pub(crate) fn truth(value: &RawValue) -> Option<bool> {
    match value.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The strings of a list; other elements are skipped.
pub(crate) fn strings(value: &RawValue) -> Option<Vec<String>> {
    let document = document(value)?;
    let list = document.root();
    let texts = list.elements().filter_map(|element| element.str());
    list.is_list().then(|| texts.map(str::to_owned).collect())
}

/// The value parsed. It is valid JSON, but may contain a number that can't be represented.
pub(crate) fn document(value: &RawValue) -> Option<Document<'_>> {
    Document::parse(value.get()).ok()
}
