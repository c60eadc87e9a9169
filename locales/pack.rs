//! Packs a translation into the file that the widget loads: its texts without their keys, one message a
//! line, after a line with a hash of the keys and placeholders of `en.txt`. If the hash differs, the file
//! belongs to another version of the widget, and is rejected. The file of keys and placeholders has the
//! same form.
//!
//! Whatever follows from the English text, or from a rule, is omitted from a text;
//! `src/view/texts/unpack.rs` restores it:
//!
//! | omitted | if |
//! |---|---|
//! | the index of a placeholder | it is the next one |
//! | that a letter is a capital | it follows a full stop or a question mark, or is first as in English |
//! | the full stop at the end | English has one |
//! | that a letter is not ASCII | it is one of the [`LETTERS`] after the letter that follows the hash |
//!
//! Letters between two [`AS_IT_IS`] are literal; a single one at the end means that there is no full stop.
//!
//! `xtask/pack` compiles this file beside `placeholders.rs`, and so do the tests of the widget.

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
    let script = Script::of(translation);
    let mut packed = version(english).to_string();
    packed.extend([script.first, script.stop]);
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
        let english = *form;
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
            script.shorten(&text, english, &mut packed);
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

/// Letters between two of these are literal.
const AS_IT_IS: char = '\u{4}';
/// The number of letters of another script that are written as printable ASCII characters.
const LETTERS: u32 = 94;

/// The script of a translation.
struct Script {
    /// The letter that is written as the first printable ASCII character, `!`.
    first: char,
    stop: char,
}

impl Script {
    /// The script of a translation: Latin, unless it has letters of another.
    fn of(translation: &str) -> Self {
        let scripts = [('あ', '。'), ('ؠ', '.'), ('!', '.')];
        let mut scripts = scripts
            .map(|(first, stop)| Self { first, stop })
            .into_iter();
        let is_it = |script: &Self| translation.contains(|c| script.letter(c).is_some());
        let found = scripts.find(is_it);
        found.unwrap_or(Self {
            first: '!',
            stop: '.',
        })
    }

    /// The ASCII character that stands for a letter.
    fn letter(&self, c: char) -> Option<char> {
        let at = u32::from(c).checked_sub(u32::from(self.first))?;
        char::from_u32(at + u32::from('!')).filter(|_| at < LETTERS)
    }

    /// Writes a text without the parts that follow from the English one or from a rule.
    fn shorten(&self, text: &str, english: &str, packed: &mut String) {
        let (mut is_as_it_is, mut place) = (false, '0');
        let is_stopped = english.ends_with('.') && text.ends_with(self.stop);
        let text = text
            .strip_suffix(self.stop)
            .filter(|_| is_stopped)
            .unwrap_or(text);
        let mut before = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            before.push(c);
            if ('\u{1}'..='\u{3}').contains(&c) {
                packed.push(c);
                let own = chars.next().unwrap_or(place);
                let is_digit = |c: char| c.is_ascii_digit();
                let is_ambiguous = chars
                    .peek()
                    .is_some_and(|&c| is_digit(c) || self.letter(c).is_some_and(is_digit));
                if own != place || is_ambiguous {
                    packed.push(own);
                }
                before.push(own);
                place = char::from_u32(u32::from(place) + 1).unwrap_or(place);
                continue;
            }
            let is_begin = match before.len() - c.len_utf8() {
                0 => english.starts_with(|c: char| c.is_ascii_uppercase()),
                at => before[..at].ends_with(". ") || before[..at].ends_with("? "),
            };
            let is_latin =
                matches!(c, 'A'..='Z' | 'a'..='z' | 'À'..='þ') && !matches!(c, '×' | '÷' | 'ß');
            let small = c.to_lowercase().next().filter(|_| is_begin && is_latin);
            let written = match small {
                // Unpacking would make it a capital.
                Some(small) if small == c => None,
                Some(small) => self.letter(small).or(Some(small)),
                None if c.is_ascii_graphic() => self.letter(c),
                None => self.letter(c).or(Some(c)),
            };
            let is_letter = self.letter(c).is_some() || written.is_none();
            if is_letter && is_as_it_is == written.is_some() {
                is_as_it_is = !is_as_it_is;
                packed.push(AS_IT_IS);
            }
            packed.push(written.unwrap_or(c));
        }
        if english.ends_with('.') && is_as_it_is == is_stopped {
            packed.push(AS_IT_IS);
        }
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

/// The lines that are not comments: the name before the equals sign, and the text.
fn lines(source: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = source.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = "))
}

/// A hash of the names and placeholders of a file: FNV-1a over their bytes. The widget computes the same at
/// compile time.
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
