//! Checks the placeholders of a text, and encodes them as two bytes each, the widget's form. Compiled
//! into the widget, for an embedder's texts, and into the packing of translations.

use tolerant_json::text;

/// A text whose placeholders are two bytes each: the case of the value's first letter, and the index
/// among `names`. Each name must occur in the text once; if `may_omit_count`, the number may be given in
/// words.
///
/// # Errors
/// The name that occurs too often or not at all, or is not a placeholder of this message. Empty: there is
/// an extra brace, or an invalid character.
pub(crate) fn with_places<'a>(
    text: &'a str,
    names: &[&'a str],
    may_omit_count: bool,
) -> Result<String, &'a str> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err("");
    }
    let mut written = String::new();
    let mut seen = vec![false; names.len()];
    let mut parts = text::split(text, "{");
    written.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (placeholder, behind) = text::split_once(part, "}").ok_or("")?;
        let (name, case) = text::split_once(placeholder, ":").unwrap_or((placeholder, ""));
        let place = names.iter().position(|it| *it == name).ok_or(name)?;
        if core::mem::replace(&mut seen[place], true) {
            return Err(name);
        }
        written.push(match case {
            "lower" => '\u{2}',
            "upper" => '\u{3}',
            _ => '\u{1}',
        });
        written.push(char::from(b'0' + place as u8));
        written.push_str(behind);
    }
    for (name, is_seen) in names.iter().zip(seen) {
        let may_omit = may_omit_count && *name == "count";
        if !is_seen && !may_omit {
            return Err(name);
        }
    }
    match text::contains(&written, "}") {
        true => Err(""),
        false => Ok(written),
    }
}
