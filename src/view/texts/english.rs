//! The messages of `locales/en.txt`, which are compiled in without their keys. Keys and placeholders
//! are checked at compile time.

use std::rc::Rc;

use tolerant_json::text::split;

/// Texts in the order of the messages. Each is a text, or `.category = text` for each form. Placeholders have
/// no names any more.
pub(super) type Texts = Rc<Vec<String>>;

/// The messages that are compiled in.
pub(super) fn all_english() -> Texts {
    let mut all = Vec::with_capacity(SIZE.0);
    for message in split(TEXTS, "\n") {
        all.push(message.to_owned());
    }
    Texts::new(all)
}

/// Separates a key from its text.
pub(super) const EQUALS: &str = " = ";
/// Separates the forms of a message.
pub(super) const FORMS: &str = "\t";
const SOURCE: &[u8] = include_bytes!("../../../locales/en.txt");

/// The messages, one a line.
static TEXTS: &str = {
    // A reference into `PACKED` would compile in all of it.
    const BYTES: [u8; SIZE.1] = PACKED.texts;
    match core::str::from_utf8(&BYTES) {
        Ok(texts) => texts,
        Err(_) => panic!("locales/en.txt is not UTF-8"),
    }
};
/// Where each key begins in [`SOURCE`]. Read at compile time only.
static KEYS: [usize; SIZE.0] = PACKED.keys;

/// A hash of the keys and placeholders, which a file of messages must have, too: see `locales/pack.rs`.
pub(super) const VERSION: u32 = PACKED.version;

/// The file without the parts that are needed only at compile time.
struct Packed<const MESSAGES: usize, const BYTES: usize> {
    /// Where each key begins in [`SOURCE`].
    keys: [usize; MESSAGES],
    texts: [u8; BYTES],
    version: u32,
}

/// The number of messages, and of their bytes.
pub(super) const SIZE: (usize, usize) = {
    // The file's size is an upper bound of both.
    let packed: (usize, usize, Packed<{ SOURCE.len() }, { SOURCE.len() }>) = pack();
    (packed.0, packed.1)
};
const PACKED: Packed<{ SIZE.0 }, { SIZE.1 }> = pack().2;

const fn pack<const MESSAGES: usize, const BYTES: usize>() -> (usize, usize, Packed<MESSAGES, BYTES>)
{
    let mut packed = Packed {
        keys: [0; MESSAGES],
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
            let is_next =
                is_form && messages > 0 && is_key(packed.keys[messages - 1], line, key_end);
            if messages > 0 {
                packed.texts[bytes] = if is_next { FORMS.as_bytes()[0] } else { b'\n' };
                bytes += 1;
            }
            if !is_next {
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

/// Whether the key at `key` is the text from `from` to `end`.
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

/// A placeholder is compiled in as two bytes: the case of the first letter of its value, and its index
/// among the English ones.
pub(super) const AS_IT_IS: u8 = 1;
pub(super) const LOWER: u8 = 2;
pub(super) const UPPER: u8 = 3;
pub(super) const FIRST: u8 = b'0';

/// A letter of ASCII or Latin-1 in the given case. Others are unchanged, as the tables would be large.
pub(super) fn in_case(letter: char, case: u8) -> char {
    const DISTANCE: u32 = 'a' as u32 - 'A' as u32;
    let other = match (case, letter) {
        (_, '×' | '÷') => None,
        (LOWER, 'A'..='Z' | 'À'..='Þ') => char::from_u32(letter as u32 + DISTANCE),
        (UPPER, 'a'..='z' | 'à'..='þ') => char::from_u32(letter as u32 - DISTANCE),
        _ => None,
    };
    other.unwrap_or(letter)
}

/// The index of a message, by its key and placeholders. Runs at compile time.
pub(super) const fn find<const N: usize>(key: &str, names: [&str; N]) -> u16 {
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
    message as u16
}

/// Whether this text is in the file from `from` to `end`.
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
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::test;

    /// The keys of the file in its order, each with the texts of its forms.
    pub(in crate::view::texts) fn keys() -> Vec<(String, Vec<String>)> {
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

    #[test]
    fn no_placeholder_occurs_twice_in_a_text() {
        for (key, forms) in keys() {
            for text in forms {
                let names = text.split('{').skip(1);
                let names: Vec<_> = names.map(|it| it.split([':', '}']).next()).collect();
                let different: BTreeSet<_> = names.iter().collect();
                assert_eq!(names.len(), different.len(), "{key}");
            }
        }
    }
}
