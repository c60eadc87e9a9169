//! Packs a translation into the file that the widget loads: its texts without their keys, a message a
//! line, after a line with a number that stands for the keys and placeholders of `en.txt`. With another
//! number a file belongs to another version of the widget, which does not take it.
//!
//! `xtask` compiles this file, and so do the tests of the widget.

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
        let names = forms.last().map(|(_, text)| placeholders(text));
        let names = names.unwrap_or_default();
        packed.push('\n');
        for (at, (category, text)) in texts.iter().enumerate() {
            let is_last = at + 1 == texts.len();
            check(text, &names, is_last).map_err(|error| format!("{key}: {error}"))?;
            if !category.is_empty() {
                packed.push_str(&format!(".{category} = "));
            }
            packed.push_str(&with_places(text, &names));
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

/// The messages of a file in its order.
fn parse(source: &str) -> Result<Vec<(&str, Forms<'_>)>, String> {
    let mut messages: Vec<(&str, Forms<'_>)> = Vec::new();
    for (name, text) in lines(source) {
        if text.trim().is_empty() || text.contains('\t') {
            return Err(format!("{name} has no text, or a tab in it"));
        }
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
        for placeholder in placeholders(text) {
            add(placeholder);
        }
    }
    version
}

/// The names of a text's placeholders.
fn placeholders(text: &str) -> Vec<&str> {
    let names = text.split('{').skip(1);
    let names = names.map(|name| name.split([':', '}']).next());
    names.flatten().collect()
}

/// Whether a text has the placeholders `names`, each once. Forms but the last may say a number in words.
fn check(text: &str, names: &[&str], is_last: bool) -> Result<(), String> {
    let own = placeholders(text);
    let braces = text.matches(['{', '}']).count();
    if braces != 2 * own.len() || own.iter().any(|name| !names.contains(name)) {
        return Err(format!("the placeholders are not {names:?}"));
    }
    for name in names {
        let count = own.iter().filter(|own| *own == name).count();
        if count > 1 || (count == 0 && (is_last || *name != "count")) {
            return Err(format!("{{{name}}} stands {count} times"));
        }
    }
    Ok(())
}

/// A text whose placeholders are two bytes each, as the widget has them: how the first letter of the
/// value is to be, and its place among the English ones.
fn with_places(text: &str, names: &[&str]) -> String {
    let mut written = String::new();
    let mut parts = text.split('{');
    written.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (placeholder, behind) = part.split_once('}').unwrap_or((part, ""));
        let (name, case) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        let place = names.iter().position(|it| *it == name).unwrap_or_default();
        written.push(match case {
            "lower" => '\u{2}',
            "upper" => '\u{3}',
            _ => '\u{1}',
        });
        written.push(char::from(b'0' + place as u8));
        written.push_str(behind);
    }
    written
}
