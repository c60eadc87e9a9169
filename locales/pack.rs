//! Packs a translation into the file that the widget loads: its texts without their keys, a message a
//! line, after a line with a number that stands for the keys and placeholders of `en.txt`. With another
//! number a file belongs to another version of the widget, which does not take it. The keys and
//! placeholders are such a file, too.
//!
//! `npm/pack` compiles this file beside `placeholders.rs`, and so do the tests of the widget.

use super::placeholders::with_places;

/// The forms of one message, each with its category of numbers; empty: the message has one form.
type Forms<'a> = Vec<(&'a str, &'a str)>;

/// Packs `translation`, which must have all messages of `english` in the same order, with the same
/// placeholders.
///
/// # Errors
/// What is wrong with the translation, and where.
pub(crate) fn pack(english: &str, translation: &str) -> Result<String, String> {
    let (english_messages, messages) = (parse(english)?, parse(translation)?);
    let mut packed = version(english).to_string();
    let mut translated = messages.iter();
    for (key, forms) in &english_messages {
        let (same, texts) = translated
            .next()
            .ok_or_else(|| format!("{key} is missing"))?;
        if same != key {
            return Err(format!("{same} stands where {key} is expected"));
        }
        let (_, form) = forms.last().ok_or("a message has no form")?;
        let names: Vec<&str> = names(form).collect();
        packed.push('\n');
        for (at, (category, text)) in texts.iter().enumerate() {
            let is_last = at + 1 == texts.len();
            let text = with_places(text, &names, !is_last)
                .map_err(|name| format!("{key}: the placeholders are not {names:?}: {name}"))?;
            if !category.is_empty() {
                if names != ["count"] {
                    return Err(format!("{key} can't have forms"));
                }
                packed.push_str(&format!(".{category} = "));
            }
            packed.push_str(&text);
            if !is_last {
                packed.push('\t');
            }
        }
    }
    match translated.next() {
        Some((key, _)) => Err(format!("{key} is no message of English")),
        None => Ok(packed),
    }
}

/// Packs the keys of `english`, each with the names of its placeholders.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn keys(english: &str) -> Result<String, String> {
    let mut packed = version(english).to_string();
    for (key, forms) in parse(english)? {
        packed.push('\n');
        packed.push_str(key);
        for name in forms.last().into_iter().flat_map(|(_, text)| names(text)) {
            packed.push(' ');
            packed.push_str(name);
        }
    }
    Ok(packed)
}

/// The messages of a file in its order.
fn parse(source: &str) -> Result<Vec<(&str, Forms<'_>)>, String> {
    let mut messages: Vec<(&str, Forms<'_>)> = Vec::new();
    for (name, text) in lines(source) {
        let (key, category) = name.split_once('.').unwrap_or((name, ""));
        match messages.last_mut() {
            Some((last, forms)) if *last == key && !category.is_empty() => {
                forms.push((category, text));
            }
            _ => messages.push((key, vec![(category, text)])),
        }
    }
    Ok(messages)
}

/// The lines that are no comments: the name before the equals sign, and the text.
fn lines(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = source.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = "))
}

/// A number for the names and placeholders of a file: FNV-1a over their bytes. The widget computes the
/// same while it is compiled.
fn version(source: &str) -> u32 {
    let mut version = 0x811c_9dc5;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([b'\n']) {
            version = (version ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    };
    for (name, text) in lines(source) {
        add(name);
        for placeholder in names(text) {
            add(placeholder);
        }
    }
    version
}

/// The names of a text's placeholders.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split('{').skip(1);
    names.map(|name| name.split([':', '}']).next().unwrap_or_default())
}
