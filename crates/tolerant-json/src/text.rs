//! Finds a part of a text, splits and trims at it, reads and writes a number. The standard library prepares a search (two-way
//! string matching, or for a character) by more code than all that is searched here is worth, has an instance of the parser
//! for each type of number, and writes one by all of `core::fmt`.

/// Where a part, which is not empty, begins in a text.
///
/// ```
/// use tolerant_json::text;
///
/// assert_eq!(text::position("a · b", "·"), Some(2));
/// assert_eq!(text::position("a", "a · b"), None);
/// ```
#[inline(never)]
pub fn position(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let first = part.first()?;
    let mut windows = text.windows(part.len());
    windows.position(|window| window[0] == *first && window == part)
}

/// Whether a part is in a text.
pub fn contains(text: &str, part: &str) -> bool {
    position(text, part).is_some()
}

/// What is before and behind the first place of a part.
pub fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = position(text, part)?;
    Some((&text[..at], &text[at + part.len()..]))
}

/// What is before and behind the last place of a part.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::rsplit_once("a/b/c", "/"), Some(("a/b", "c")));
/// assert_eq!(text::rsplit_once("a", "/"), None);
/// ```
#[inline(never)]
pub fn rsplit_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let mut begin = None;
    let mut end = 0;
    while let Some(at) = position(&text[end..], part) {
        begin = Some(end + at);
        end += at + part.len();
    }
    Some((&text[..begin?], &text[end..]))
}

/// What is before the first place of a part, or all.
pub fn before<'a>(text: &'a str, part: &str) -> &'a str {
    split_once(text, part).map_or(text, |(before, _)| before)
}

/// The parts of a text between the places of another one.
///
/// ```
/// # use tolerant_json::text;
/// assert!(text::split("a--b", "-").eq(["a", "", "b"]));
/// assert!(text::split("", "-").eq([""]));
/// ```
pub fn split<'a>(text: &'a str, by: &'a str) -> Split<'a> {
    let rest = Some(text);
    Split { rest, by }
}

/// See [`split`].
#[derive(Clone, Debug)]
pub struct Split<'a> {
    rest: Option<&'a str>,
    by: &'a str,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let found = split_once(rest, self.by);
        self.rest = found.map(|(_, behind)| behind);
        Some(found.map_or(rest, |(before, _)| before))
    }
}

/// The parts of a text between characters of a kind, without empty parts.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::words(" a  b", char::is_whitespace), ["a", "b"]);
/// ```
#[inline(never)]
pub fn words(text: &str, is_between: fn(char) -> bool) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if is_between(c) {
            push_word(&mut words, &text[start..at]);
            start = at + c.len_utf8();
        }
    }
    push_word(&mut words, &text[start..]);
    words
}

fn push_word<'a>(words: &mut Vec<&'a str>, word: &'a str) {
    if !word.is_empty() {
        words.push(word);
    }
}

/// The characters of a kind in a text.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::only("+49 30", |c| c.is_ascii_digit()), "4930");
/// ```
#[inline(never)]
pub fn only(text: &str, is_of_it: fn(char) -> bool) -> String {
    let mut only = String::with_capacity(text.len());
    for c in text.chars() {
        if is_of_it(c) {
            only.push(c);
        }
    }
    only
}

/// A text without the characters of a kind at its end.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::trim_end_of("6001; ", |c| !c.is_ascii_digit()), "6001");
/// ```
#[inline(never)]
pub fn trim_end_of(mut text: &str, is_of_it: fn(char) -> bool) -> &str {
    while let Some(c) = text.chars().next_back().filter(|c| is_of_it(*c)) {
        text = &text[..text.len() - c.len_utf8()];
    }
    text
}

/// A text, cut off after so many characters.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::cut_off("äbc", 2), "äb…");
/// assert_eq!(text::cut_off("äbc", 3), "äbc");
/// ```
#[inline(never)]
pub fn cut_off(text: &str, most: usize) -> String {
    let mut left = most;
    for (at, _) in text.char_indices() {
        if left == 0 {
            return [&text[..at], "…"].concat();
        }
        left -= 1;
    }
    text.to_owned()
}

/// Texts one after another, with another one between them.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::joined(&["a".to_owned(), "b".to_owned()], ", "), "a, b");
/// ```
#[inline(never)]
pub fn joined(texts: &[String], between: &str) -> String {
    let mut joined = String::new();
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            joined.push_str(between);
        }
        joined.push_str(text);
    }
    joined
}

/// A text without a part that it begins with, however often.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::trim_start("0070", "0"), "70");
/// ```
#[inline(never)]
pub fn trim_start<'a>(mut text: &'a str, part: &str) -> &'a str {
    while let Some(rest) = text.strip_prefix(part) {
        text = rest;
    }
    text
}

/// A text without a part that it ends with, however often.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::trim_end("http://a/b//", "/"), "http://a/b");
/// ```
#[inline(never)]
pub fn trim_end<'a>(mut text: &'a str, part: &str) -> &'a str {
    while let Some(rest) = text.strip_suffix(part) {
        text = rest;
    }
    text
}

/// A text with another one instead of a part, wherever that is.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::replace("+44 (0)20 (0)", "(0)", " "), "+44  20  ");
/// ```
#[inline(never)]
pub fn replace(text: &str, part: &str, by: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = split_once(rest, part) {
        replaced.push_str(before);
        replaced.push_str(by);
        rest = behind;
    }
    replaced.push_str(rest);
    replaced
}

/// The number that a text is, if it has digits only and the number is not too large.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::number("0018"), Some(18));
/// assert_eq!(text::number("18446744073709551615"), Some(u64::MAX));
/// assert_eq!(text::number("18446744073709551616"), None);
/// assert_eq!(text::number("28446744073709551610"), None);
/// assert_eq!([text::number(""), text::number("+5")], [None, None]);
/// ```
#[inline(never)]
pub fn number(text: &str) -> Option<u64> {
    let mut number = (!text.is_empty()).then_some(0_u64)?;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // `checked_mul` takes 128 bits.
        if digit > 9 || number > u64::MAX / 10 {
            return None;
        }
        number = (number * 10).checked_add(digit.into())?;
    }
    Some(number)
}

/// A number in digits.
///
/// ```
/// # use tolerant_json::text;
/// assert_eq!(text::decimal(0), "0");
/// assert_eq!(text::decimal(u64::MAX), "18446744073709551615");
/// ```
#[inline(never)]
pub fn decimal(mut number: u64) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

/// The same, with a sign if it is negative.
pub fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    [sign, &decimal(number.unsigned_abs())].concat()
}
