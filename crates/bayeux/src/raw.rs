//! Values of messages as they stand in the text, of which most are never looked into.

use std::borrow::Cow;

use serde_json::value::RawValue;
use tolerant_json::Document;

/// A value; none where it is `null`, which to some servers is the same.
pub(crate) fn unless_null(value: Option<&RawValue>) -> Option<&RawValue> {
    value.filter(|value| value.get() != "null")
}

/// The string it is.
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

/// `true` or `false`, if it is either.
pub(crate) fn truth(value: &RawValue) -> Option<bool> {
    match value.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The strings it lists; what else it lists is passed over.
pub(crate) fn strings(value: &RawValue) -> Option<Vec<String>> {
    let document = document(value)?;
    let list = document.root();
    let texts = list.elements().filter_map(|element| element.str());
    list.is_list().then(|| texts.map(str::to_owned).collect())
}

/// The value read whole. It was read before as a part of the message; but a number may turn out
/// not to be one that can be held.
pub(crate) fn document(value: &RawValue) -> Option<Document<'_>> {
    Document::parse(value.get()).ok()
}
