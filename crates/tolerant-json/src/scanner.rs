//! Scans a text, value by value.

use std::borrow::Cow;

use crate::node::{Item, Unreadable};

/// The maximum nesting depth of parsed lists and objects.
const DEEPEST: usize = 128;

/// A position in a JSON text. Everything before it is valid JSON.
///
/// ```
/// use tolerant_json::Scanner;
///
/// # fn read() -> Option<()> {
/// let mut scanner = Scanner::new(r#" {"channel":"/a", "data":{"b":[1]}} "#);
/// assert!(scanner.enter(b'{'));
/// let mut fields = Vec::new();
/// while scanner.goes_on(b'}')? {
///     fields.push((scanner.name()?, scanner.skip()?));
/// }
/// scanner.end()?;
/// assert_eq!(fields, [("channel".into(), r#""/a""#), ("data".into(), r#"{"b":[1]}"#)]);
/// # Some(())
/// # }
/// # read().unwrap();
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Whether a list or object was just entered.
    is_first: bool,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            is_first: false,
        }
    }

    /// Goes on at this position, within a list or object that may just have been entered.
    pub(crate) fn within(text: &'a str, at: usize, is_first: bool) -> Self {
        Self { text, at, is_first }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Enters the next list or object, if `bracket` opens it.
    pub fn enter(&mut self, bracket: u8) -> bool {
        self.is_first = self.take(bracket);
        self.is_first
    }

    /// Whether another element or field follows in the entered list or object; if not, leaves it. `bracket`
    /// closes it. None: the text is not JSON.
    pub fn goes_on(&mut self, bracket: u8) -> Option<bool> {
        let is_first = core::mem::take(&mut self.is_first);
        let next = self.peek();
        let is_end = next == Some(bracket);
        let is_comma = !is_first && next == Some(b',');
        self.at += usize::from(is_end || is_comma);
        (is_end || is_comma || is_first).then_some(!is_end)
    }

    /// The name of the next field, if there is one.
    pub fn name(&mut self) -> Option<Cow<'a, str>> {
        if !self.take(b'"') {
            return None;
        }
        let name = self.string()?;
        self.take(b':').then_some(name)
    }

    /// Skips the next value, which is checked but not parsed, and returns its text. None: there is no value.
    pub fn skip(&mut self) -> Option<&'a str> {
        self.skip_space();
        let start = self.at;
        self.pass()?;
        Some(&self.text[start..self.at])
    }

    /// Checks that nothing is left of the text; none if something is.
    pub fn end(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    /// Parses the next value, within this many lists and objects, and appends its items.
    pub(crate) fn read(&mut self, items: &mut Vec<Item<'a>>, depth: usize) -> Option<()> {
        let is_object = match self.peek() {
            Some(b'{') => true,
            Some(b'[') => false,
            Some(b'"') => {
                self.at += 1;
                items.push(Item::Text(self.string()?));
                return Some(());
            }
            other => {
                items.push(self.other(other)?);
                return Some(());
            }
        };
        if depth == DEEPEST {
            return None;
        }
        self.at += 1;
        self.is_first = true;
        let place = items.len();
        items.push(Item::Null);
        while self.goes_on(if is_object { b'}' } else { b']' })? {
            if is_object {
                items.push(Item::Text(self.name()?));
            }
            self.read(items, depth + 1)?;
        }
        let within = items.len() - place - 1;
        items[place] = match is_object {
            true => Item::Object(within),
            false => Item::List(within),
        };
        Some(())
    }

    /// Passes the next value.
    fn pass(&mut self) -> Option<()> {
        let mut open = Open::default();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.pass_string()?;
                }
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    self.is_first = true;
                    open.push(bracket == b'{');
                }
                other => drop(self.other(other)?),
            }
            // Leaves the lists and objects that end here.
            loop {
                let Some(is_object) = open.innermost() else {
                    return Some(());
                };
                if !self.goes_on(if is_object { b'}' } else { b']' })? {
                    open.pop();
                    continue;
                }
                if is_object {
                    self.take(b'"').then_some(())?;
                    self.pass_string()?;
                    self.take(b':').then_some(())?;
                }
                break;
            }
        }
    }

    /// A value that is no string, list or object, and begins with this byte.
    fn other(&mut self, first: Option<u8>) -> Option<Item<'a>> {
        match first {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Item::Bool(true)),
            Some(b'f') => self.word("false", Item::Bool(false)),
            _ => self.word("null", Item::Null),
        }
    }

    fn word(&mut self, word: &str, item: Item<'a>) -> Option<Item<'a>> {
        if !self.rest().starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(item)
    }

    /// A number; a fraction is cut off. A number that is too large becomes the largest one.
    fn number(&mut self) -> Option<Item<'a>> {
        let is_negative = self.follows(b'-');
        let start = self.at;
        let whole = self.digits();
        if whole.is_empty() || whole.len() > 1 && whole[0] == b'0' {
            self.at = start;
            return None;
        }
        let (mut is_whole, mut fraction, mut exponent) = (true, &[][..], 0);
        if self.follows(b'.') {
            is_whole = false;
            fraction = self.digits();
            if fraction.is_empty() {
                return None;
            }
        }
        if self.follows(b'e') || self.follows(b'E') {
            is_whole = false;
            let is_small = self.follows(b'-');
            let _ = !is_small && self.follows(b'+');
            let digits = self.digits();
            if digits.is_empty() {
                return None;
            }
            exponent = decimal(digits);
            exponent = if is_small { -exponent } else { exponent };
        }
        // The number of digits before the point, after the exponent has moved it.
        let places = exponent.saturating_add(whole.len() as i64);
        let mut places = usize::try_from(places).unwrap_or(0);
        let mut number = 0;
        for digits in [whole, fraction] {
            for digit in digits {
                if places > 0 {
                    places -= 1;
                    number = shifted(number, *digit);
                }
            }
        }
        // More zeros overflow any number but zero.
        for _ in 0..places.min(19) {
            number = shifted(number, b'0');
        }
        number = if is_negative { -number } else { number };
        Some(match is_whole {
            true => Item::Whole(number),
            false => Item::Fraction(number),
        })
    }

    fn digits(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        let length = rest.iter().take_while(is_digit).count();
        self.at += length;
        &rest[..length]
    }

    /// The rest of a string, after its opening quotation mark.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        if self.plain()? == b'"' {
            return Some(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut text = self.text[start..self.at - 1].to_owned();
        loop {
            text.push(self.escape()?);
            let start = self.at;
            let end = self.plain()?;
            text.push_str(&self.text[start..self.at - 1]);
            if end == b'"' {
                return Some(Cow::Owned(text));
            }
        }
    }

    /// Passes the rest of a string.
    fn pass_string(&mut self) -> Option<()> {
        while self.plain()? == b'\\' {
            match self.byte()? {
                b'u' => drop(self.hexadecimal()?),
                byte => drop(self.escaped(byte)?),
            }
        }
        Some(())
    }

    /// Passes the characters of a string up to and including its end or a backslash.
    fn plain(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let ends = ends(u64::from_le_bytes(*eight));
            // Eight if none of them ends it.
            at += ends.trailing_zeros() as usize / 8;
            if ends != 0 {
                break;
            }
        }
        let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
        while bytes.get(at).is_some_and(|byte| !is_end(byte)) {
            at += 1;
        }
        self.at = at + 1;
        match bytes.get(at) {
            Some(end @ (b'"' | b'\\')) => Some(*end),
            _ => None,
        }
    }

    /// The character of an escape, after its backslash.
    fn escape(&mut self) -> Option<char> {
        let byte = self.byte()?;
        if byte != b'u' {
            return self.escaped(byte);
        }
        let mut code = self.hexadecimal()?;
        // The first of a surrogate pair.
        if let 0xd800..0xdc00 = code {
            self.word("\\u", Item::Null)?;
            match self.hexadecimal()? {
                low @ 0xdc00..0xe000 => code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00),
                _ => return None,
            }
        }
        char::from_u32(code)
    }

    fn escaped(&self, byte: u8) -> Option<char> {
        Some(match byte {
            b'"' | b'\\' | b'/' => byte.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn hexadecimal(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.byte()?).to_digit(16)?;
        }
        Some(number)
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Passes this byte, if it is the next one after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.follows(byte)
    }

    /// Passes this byte, if it is the next one.
    fn follows(&mut self, byte: u8) -> bool {
        let follows = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(follows);
        follows
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    /// The error of a text that is not JSON at this position.
    pub(crate) fn error(&self) -> Unreadable {
        Unreadable::at("it is no JSON", self.at)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// The lists and objects that have been entered, however many.
struct Open {
    /// The innermost: below the highest 1 there is a bit for each, which is set for an object.
    innermost: u64,
    outer: Vec<u64>,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            innermost: 1,
            outer: Vec::new(),
        }
    }
}

impl Open {
    fn push(&mut self, is_object: bool) {
        if self.innermost.leading_zeros() == 0 {
            self.outer.push(core::mem::replace(&mut self.innermost, 1));
        }
        self.innermost = self.innermost << 1 | u64::from(is_object);
    }

    fn pop(&mut self) {
        self.innermost >>= 1;
        if self.innermost == 1 {
            self.innermost = self.outer.pop().unwrap_or(1);
        }
    }

    /// Whether the innermost one is an object; none: there is none.
    fn innermost(&self) -> Option<bool> {
        (self.innermost > 1).then_some(self.innermost & 1 == 1)
    }
}

/// Sets the highest bit of each byte that is a quotation mark, a backslash, or invalid in a string. Bits after the first
/// such byte are unreliable.
fn ends(bytes: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(ONES * limit) & !bytes;
    let is = |byte: u8| below(bytes ^ (ONES * u64::from(byte)), 1);
    (below(bytes, 0x20) | is(b'"') | is(b'\\')) & (ONES << 7)
}

/// The integer that a text is, if it is one. One that is too large becomes the largest one.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("-").unwrap_or(text).as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = decimal(digits);
    Some(if digits.len() < text.len() {
        -number
    } else {
        number
    })
}

/// The number with these digits.
fn decimal(digits: &[u8]) -> i64 {
    digits.iter().copied().fold(0, shifted)
}

/// A number with another digit appended.
fn shifted(number: i64, digit: u8) -> i64 {
    let digit = i64::from(digit - b'0');
    // Multiplying by `saturating_mul` takes 128 bits.
    match number > i64::MAX / 10 {
        true => i64::MAX,
        false => (number * 10).saturating_add(digit),
    }
}

#[cfg(test)]
mod tests;
