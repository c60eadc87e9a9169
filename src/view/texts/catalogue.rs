//! The messages of `locales/en.txt`, which is compiled in without its keys; the [`language`] in use may
//! bring others in their place. A message is named by its key and its placeholders, in the order of the
//! English text; that both exist is checked at compile time.

use std::borrow::Cow;

use super::intl;
use super::language::{self, Texts};

/// A message with `N` placeholders: its place in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view) struct Message<const N: usize>(u16);

/// The message of a key, to be chosen first and written later: `message!("coaching", who)`.
macro_rules! message {
    ($key:literal $(, $name:ident)*) => {
        const { $crate::view::texts::Message::find($key, [$(stringify!($name)),*]) }
    };
}

/// Writes the message of a key. Placeholders are variables, `say!("coaching", who)`, or expressions
/// with their names, `say!("coaching", who = name())`.
macro_rules! say {
    ($key:literal) => {
        $crate::view::texts::message!($key).owned()
    };
    ($key:literal $(, $name:ident)+) => {
        $crate::view::texts::message!($key $(, $name)+).fill([$(&*$name),+])
    };
    ($key:literal $(, $name:ident = $value:expr)+) => {
        $crate::view::texts::message!($key $(, $name)+).fill([$(&*$value),+])
    };
}

pub(in crate::view) use message;
pub(in crate::view) use say;

impl Message<0> {
    pub(in crate::view) fn owned(self) -> String {
        owned(self.0)
    }
}

impl Message<1> {
    /// The text in the form for that number, which it has in it.
    pub(in crate::view) fn of_count(self, count: u32) -> String {
        of_count(self.0, count)
    }
}

impl<const N: usize> Message<N> {
    /// Puts the values in the places of the placeholders. Names and numbers among them are
    /// [`isolated`](super::isolated) before.
    pub(in crate::view) fn fill(self, values: [&str; N]) -> String {
        fill(self.0, &values)
    }
}

// These are called at many places: inlined, they would be there as often.

#[inline(never)]
fn owned(message: u16) -> String {
    text(message).into_owned()
}

#[inline(never)]
fn of_count(message: u16, count: u32) -> String {
    let text = text(message);
    let form = match text.starts_with('.') {
        true => form(&text, &intl::plural_category(count)),
        false => &*text,
    };
    write(form, &[&intl::count(count)])
}

/// A number that counts nothing, such as a status.
#[inline(never)]
pub(in crate::view) fn number(number: u32) -> String {
    number.to_string()
}

#[inline(never)]
fn fill(message: u16, values: &[&str]) -> String {
    write(&text(message), values)
}

/// A message in the language in use. Whatever is made of it is made again when that changes.
fn text(message: u16) -> Cow<'static, str> {
    let translated = language::message(message);
    translated.map_or_else(|| english(message).into(), Cow::from)
}

/// The messages of a file that `locales/pack.rs` has packed; none if it is of other keys than these.
pub(super) fn unpack(file: &str) -> Option<Texts> {
    let (version, messages) = file.split_once('\n')?;
    let messages: Vec<String> = messages.split('\n').map(str::to_owned).collect();
    let fits = version.parse() == Ok(VERSION) && messages.len() == SIZE.0;
    fits.then(|| Texts::new(messages))
}

/// The messages that are compiled in.
pub(super) fn all_english() -> Texts {
    let all = 0..SIZE.0 as u16;
    Texts::new(all.map(|message| english(message).to_owned()).collect())
}

/// Writes a text with these values, which are in the order of the English placeholders.
fn write(text: &str, values: &[&str]) -> String {
    let mut rest = text;
    let mut written = String::new();
    while let Some(at) = rest.bytes().position(|byte| byte <= UPPER) {
        let (before, placeholder) = rest.split_at(at);
        let (placeholder, behind) = placeholder.split_at(2);
        written.push_str(before);
        let (letter, place) = (placeholder.as_bytes()[0], placeholder.as_bytes()[1]);
        // A loaded file may be damaged.
        let value = values.get(usize::from(place.wrapping_sub(FIRST)));
        let value: &str = value.copied().unwrap_or_default();
        match value.chars().next() {
            Some(first) if letter != AS_IT_IS => {
                written.push(in_case(first, letter));
                written.push_str(&value[first.len_utf8()..]);
            }
            _ => written.push_str(value),
        }
        // One full stop is enough behind what is abbreviated.
        let is_stopped = written.ends_with('.') && !behind.starts_with("..");
        rest = behind
            .strip_prefix('.')
            .filter(|_| is_stopped)
            .unwrap_or(behind);
    }
    written.push_str(rest);
    written
}

/// A letter of ASCII or Latin-1, small or as a capital. Others stay: the tables would be large.
fn in_case(letter: char, case: u8) -> char {
    const DISTANCE: u32 = 'a' as u32 - 'A' as u32;
    let other = match (case, letter) {
        (_, '×' | '÷') => None,
        (LOWER, 'A'..='Z' | 'À'..='Þ') => char::from_u32(letter as u32 + DISTANCE),
        (UPPER, 'a'..='z' | 'à'..='þ') => char::from_u32(letter as u32 - DISTANCE),
        _ => None,
    };
    other.unwrap_or(letter)
}

/// A placeholder is compiled in as two bytes: how the first letter of its value is to be, and its
/// place among the English ones.
const AS_IT_IS: u8 = 1;
const LOWER: u8 = 2;
const UPPER: u8 = 3;
const FIRST: u8 = b'0';

/// The form of a message for a category of numbers. The last one stands for all that have none.
fn form<'a>(message: &'a str, category: &str) -> &'a str {
    let mut text = message;
    for form in message.split(FORMS) {
        let (name, of_form) = form.split_once(EQUALS).unwrap_or_default();
        text = of_form;
        if name.strip_prefix('.') == Some(category) {
            break;
        }
    }
    text
}

/// A message as it is compiled in: its text, or `.category = text` for each form. Placeholders have lost
/// their names.
fn english(message: u16) -> &'static str {
    let message = usize::from(message);
    let start = message.checked_sub(1).map_or(0, |before| ENDS[before]);
    &TEXTS[usize::from(start)..usize::from(ENDS[message])]
}

/// Stands between a key and its text.
const EQUALS: &str = " = ";
/// Stands between the forms of a message.
const FORMS: char = '\t';
const SOURCE: &[u8] = include_bytes!("../../../locales/en.txt");

static TEXTS: &str = match core::str::from_utf8(&PACKED.texts) {
    Ok(texts) => texts,
    Err(_) => panic!("locales/en.txt is not UTF-8"),
};
/// Where each message ends in [`TEXTS`].
static ENDS: [u16; SIZE.0] = PACKED.ends;
/// Where each key begins in [`SOURCE`]. Read at compile time only.
static KEYS: [usize; SIZE.0] = PACKED.keys;

/// A number for the keys and placeholders, which a file of messages must have too: see
/// `locales/pack.rs`.
const VERSION: u32 = PACKED.version;

/// The file without what is needed at compile time only.
struct Packed<const MESSAGES: usize, const BYTES: usize> {
    /// Where each key begins in [`SOURCE`].
    keys: [usize; MESSAGES],
    ends: [u16; MESSAGES],
    texts: [u8; BYTES],
    version: u32,
}

/// How many messages there are, and how many bytes they have.
const SIZE: (usize, usize) = {
    // Both are less than the bytes of the file.
    let packed: (usize, usize, Packed<{ SOURCE.len() }, { SOURCE.len() }>) = pack();
    (packed.0, packed.1)
};
const PACKED: Packed<{ SIZE.0 }, { SIZE.1 }> = pack().2;

const fn pack<const MESSAGES: usize, const BYTES: usize>() -> (usize, usize, Packed<MESSAGES, BYTES>)
{
    let mut packed = Packed {
        keys: [0; MESSAGES],
        ends: [0; MESSAGES],
        texts: [0; BYTES],
        version: 0x811c_9dc5,
    };
    let (mut messages, mut bytes) = (0, 0);
    let mut line = 0;
    while line < SOURCE.len() {
        let end = end_of(line, b'\n');
        if SOURCE[line] != b'#' && line < end {
            let key_end = end_of_key(line);
            let is_form = SOURCE[key_end] == b'.';
            packed.version = hashed(packed.version, line, end_of(line, b' '));
            if is_form && messages > 0 && is_key(packed.keys[messages - 1], line, key_end) {
                packed.texts[bytes] = FORMS as u8;
                bytes += 1;
            } else {
                packed.keys[messages] = line;
                messages += 1;
            }
            let mut from = if is_form {
                key_end
            } else {
                key_end + EQUALS.len()
            };
            let mut place = FIRST;
            while from < end {
                packed.texts[bytes] = SOURCE[from];
                if SOURCE[from] == b'{' {
                    let name = from + 1;
                    from = end_of_name(from);
                    packed.version = hashed(packed.version, name, from);
                    packed.texts[bytes] = match (SOURCE[from], SOURCE[from + 1]) {
                        (b':', b'l') => LOWER,
                        (b':', b'u') => UPPER,
                        _ => AS_IT_IS,
                    };
                    bytes += 1;
                    packed.texts[bytes] = place;
                    place += 1;
                    from = end_of(from, b'}');
                }
                bytes += 1;
                from += 1;
            }
            assert!(bytes <= u16::MAX as usize, "locales/en.txt is too long");
            packed.ends[messages - 1] = bytes as u16;
        }
        line = end + 1;
    }
    (messages, bytes, packed)
}

/// FNV-1a, one step for each byte from `from` to `end` and one for a line feed.
const fn hashed(mut hash: u32, mut from: usize, end: usize) -> u32 {
    while from <= end {
        let byte = if from < end { SOURCE[from] } else { b'\n' };
        hash = (hash ^ byte as u32).wrapping_mul(0x0100_0193);
        from += 1;
    }
    hash
}

const fn end_of(mut at: usize, what: u8) -> usize {
    while at < SOURCE.len() && SOURCE[at] != what {
        at += 1;
    }
    at
}

const fn end_of_key(mut at: usize) -> usize {
    while at < SOURCE.len() && SOURCE[at] != b' ' && SOURCE[at] != b'.' {
        at += 1;
    }
    at
}

const fn end_of_name(mut at: usize) -> usize {
    while SOURCE[at] != b'}' && SOURCE[at] != b':' {
        at += 1;
    }
    at
}

/// Whether the key at `key` is what stands from `from` to `end`.
const fn is_key(key: usize, from: usize, end: usize) -> bool {
    let length = end - from;
    let mut at = 0;
    while at < length {
        if SOURCE[key + at] != SOURCE[from + at] {
            return false;
        }
        at += 1;
    }
    end_of_key(key) == key + length
}

impl<const N: usize> Message<N> {
    /// At compile time.
    pub(in crate::view) const fn find(key: &str, names: [&str; N]) -> Self {
        let mut message = 0;
        while !is_same(key.as_bytes(), KEYS[message], end_of_key(KEYS[message])) {
            message += 1;
            assert!(message < SIZE.0, "locales/en.txt has no such message");
        }
        let mut at = KEYS[message];
        let mut seen = 0;
        // The last form has all placeholders.
        let mut end = end_of(at, b'\n');
        while end + 1 < SOURCE.len() && is_same(key.as_bytes(), end + 1, end_of_key(end + 1)) {
            at = end + 1;
            end = end_of(at, b'\n');
        }
        while at < end {
            if SOURCE[at] == b'{' {
                let name = at + 1;
                at = end_of_name(at);
                assert!(
                    seen < N && is_same(names[seen].as_bytes(), name, at),
                    "the message has other placeholders, or in another order"
                );
                seen += 1;
            }
            at += 1;
        }
        assert!(seen == N, "the message has fewer placeholders");
        Self(message as u16)
    }
}

/// Whether that stands in the file from `from` to `end`.
const fn is_same(text: &[u8], from: usize, end: usize) -> bool {
    if text.len() != end - from {
        return false;
    }
    let mut at = 0;
    while at < text.len() {
        if text[at] != SOURCE[from + at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The keys of the file in its order, each with the texts of its forms.
    fn keys() -> Vec<(String, Vec<String>)> {
        let mut keys: Vec<(String, Vec<String>)> = Vec::new();
        let source = core::str::from_utf8(SOURCE).unwrap();
        for line in source
            .lines()
            .filter(|it| !it.is_empty() && !it.starts_with('#'))
        {
            let (name, text) = line.split_once(EQUALS).expect(line);
            let key = name.split_once('.').map_or(name, |(key, _)| key);
            match keys.last_mut() {
                Some((last, forms)) if *last == key => forms.push(text.to_owned()),
                _ => keys.push((key.to_owned(), vec![text.to_owned()])),
            }
        }
        keys
    }

    /// The keys of all messages that the sources of a folder write; here are only examples.
    fn used(folder: &Path, used: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                self::used(&path, used);
                continue;
            }
            if path.ends_with("texts/catalogue.rs") {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            for start in ["message!(", "say!("] {
                for rest in source.split(start).skip(1) {
                    let key = rest.trim_start().strip_prefix('"');
                    used.extend(key.and_then(|it| Some(it.split_once('"')?.0.to_owned())));
                }
            }
        }
    }

    #[test]
    fn every_message_is_used_and_stands_once() {
        let mut used = BTreeSet::new();
        let view = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view");
        self::used(&view, &mut used);
        // That there is a message for every key in the code is checked when it is compiled.
        let mut unseen = used.clone();
        for (key, _) in keys() {
            assert!(used.contains(&key), "{key} is not used");
            assert!(unseen.remove(&key), "{key} stands twice");
        }
    }

    #[test]
    fn each_message_is_compiled_in_as_it_stands_in_the_file() {
        for (at, (key, forms)) in keys().into_iter().enumerate() {
            let message = english(at as u16);
            let compiled: Vec<_> = message.split(FORMS).collect();
            assert_eq!(compiled.len(), forms.len(), "{key}");
            for (compiled, form) in compiled.into_iter().zip(forms) {
                let compiled = match compiled.strip_prefix('.') {
                    Some(form) => form.split_once(EQUALS).unwrap().1,
                    None => compiled,
                };
                // The names stand for themselves.
                let names: Vec<_> = form.split('{').skip(1).collect();
                let names = names.iter().map(|it| it.split([':', '}']).next().unwrap());
                let names: Vec<_> = names.map(|name| format!("{{{name}}}")).collect();
                let values: Vec<_> = names.iter().map(String::as_str).collect();
                let plain = form.replace(":lower}", "}").replace(":upper}", "}");
                assert_eq!(write(compiled, &values), plain, "{key}");
            }
        }
    }

    #[test]
    fn no_placeholder_stands_twice_in_a_text() {
        for (key, forms) in keys() {
            for text in forms {
                let names = text.split('{').skip(1);
                let names: Vec<_> = names.map(|it| it.split([':', '}']).next()).collect();
                let different: BTreeSet<_> = names.iter().collect();
                assert_eq!(names.len(), different.len(), "{key}");
            }
        }
    }

    #[test]
    fn values_are_put_in_as_they_are() {
        assert_eq!(say!("coaching", who = "{who} {0}"), "Coaching {who} {0}");
        let (first, second) = ("Nobody.", "");
        assert_eq!(say!("sentences", first, second), "Nobody. ");
    }

    #[test]
    fn the_first_letter_of_a_value_follows_the_text_around_it() {
        assert_eq!(say!("trouble", trouble = "the end"), "The end.");
        assert_eq!(say!("found", sentence = "The end"), "Found: the end");
        assert_eq!(say!("found", sentence = "Écoute"), "Found: écoute");
        assert_eq!(say!("trouble", trouble = "était"), "Était.");
        assert_eq!(say!("found", sentence = "Łódź"), "Found: Łódź");
        assert_eq!(say!("found", sentence = ""), "Found: ");
    }

    #[test]
    fn what_ends_in_a_full_stop_has_no_second_one() {
        let trouble = |trouble: &str| say!("trouble", trouble);
        assert_eq!(trouble("Acme Inc."), "Acme Inc.");
        assert_eq!(
            say!("not-picked-number", row = "Inc."),
            "To monitor it, choose “Inc.” in the list."
        );
    }

    #[test]
    fn a_number_has_the_form_of_its_category() {
        let matches = |count| message!("matches", count).of_count(count);
        assert_eq!(matches(1), "1 agent matches.");
        assert_eq!(matches(2), "2 agents match.");
        assert_eq!(message!("limit-minutes", count).of_count(5), "5 minutes");
    }
}
