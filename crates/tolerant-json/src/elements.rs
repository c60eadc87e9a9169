//! A long list within a text, one element at a time.

use core::ops::Range;

/// A cursor over the elements of a list, in a text that is too long to be parsed at once. Elements are
/// only scanned for their ends: an element that is not valid JSON is detected when it is parsed.
///
/// ```
/// use tolerant_json::Elements;
///
/// let json = br#"{"statusCode":0,"users":[{"id":1}, 2]}"#;
/// let mut elements = Elements::of(json, "users").unwrap();
/// assert_eq!(elements.next(json), Some(25..33));
/// assert_eq!(elements.next(json), Some(35..36));
/// assert_eq!(elements.next(json), None);
/// assert_eq!(elements.rest(json).unwrap(), br#"{"statusCode":0,"users":[]}"#);
/// ```
#[derive(Clone, Debug)]
pub struct Elements {
    /// After the bracket that opens the list.
    start: usize,
    at: usize,
}

impl Elements {
    /// The elements of the list in the field `name` of the object that is the whole text; none if the
    /// text is not an object, or has no such list.
    pub fn of(json: &[u8], name: &str) -> Option<Self> {
        let mut at = expect(json, 0, b'{')?;
        loop {
            let key = value(json, at)?;
            let quoted = json.get(key.clone())?;
            let behind = expect(json, key.end, b':')?;
            let is_it =
                quoted.len() == name.len() + 2 && &quoted[1..=name.len()] == name.as_bytes();
            if is_it {
                let start = expect(json, behind, b'[')?;
                return Some(Self { start, at: start });
            }
            at = expect(json, value(json, behind)?.end, b',')?;
        }
    }

    /// The range of the next element; none after the last one, or where the list breaks off.
    pub fn next(&mut self, json: &[u8]) -> Option<Range<usize>> {
        let from = match expect(json, self.at, b',') {
            Some(behind) if self.at > self.start => behind,
            _ if self.at > self.start => return None,
            _ => self.at,
        };
        let element = value(json, from)?;
        self.at = element.end;
        Some(element)
    }

    /// The text with an empty list, once all elements were taken; none if the list breaks off.
    pub fn rest(&self, json: &[u8]) -> Option<Vec<u8>> {
        let behind = expect(json, self.at, b']')?;
        Some([&json[..self.start], b"]", &json[behind..]].concat())
    }
}

/// The position after this byte, if that is the next one apart from white space.
fn expect(json: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = skip_space(json, at);
    (*json.get(at)? == byte).then_some(at + 1)
}

fn skip_space(json: &[u8], at: usize) -> usize {
    let rest = json.get(at..).unwrap_or_default();
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    at + rest.iter().take_while(is_space).count()
}

/// The value that begins there, apart from white space.
fn value(json: &[u8], at: usize) -> Option<Range<usize>> {
    let start = skip_space(json, at);
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match json.get(at)? {
            b'"' => at = string_end(json, at + 1)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                continue;
            }
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            // The end of the enclosing value.
            b'}' | b']' | b',' if depth == 0 => return None,
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth > 0 => {
                at += 1;
                continue;
            }
            _ => {
                let rest = &json[at..];
                let is_of_it =
                    |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                let length = rest.iter().take_while(is_of_it).count();
                at += if length == 0 { return None } else { length };
            }
        }
        if depth == 0 {
            return Some(start..at);
        }
    }
}

/// The position after the end of a string, from a position within it.
fn string_end(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements of the list `l`, and the rest of the text.
    #[track_caller]
    fn check(json: &str, expect: &[&str], rest: Option<&str>) {
        let bytes = json.as_bytes();
        let mut elements = Elements::of(bytes, "l").unwrap();
        let mut found = Vec::new();
        while let Some(element) = elements.next(bytes) {
            found.push(&json[element]);
        }
        assert_eq!(found, expect, "{json}");
        let left = elements.rest(bytes);
        let left = left.map(|left| String::from_utf8(left).unwrap());
        assert_eq!(left.as_deref(), rest, "{json}");
    }

    #[test]
    fn elements_are_found_whatever_is_in_them() {
        check(r#"{"l":[]}"#, &[], Some(r#"{"l":[]}"#));
        check(
            " { \"l\" : [ ] , \"a\":1}",
            &[],
            Some(" { \"l\" : [] , \"a\":1}"),
        );
        let json =
            r#"{"a":{"l":[0]},"b":"]\"}","l":[{"x":"}],\\"},[1,[2]],-1.5e+3,"é",null],"c":2}"#;
        let rest = r#"{"a":{"l":[0]},"b":"]\"}","l":[],"c":2}"#;
        let elements = [r#"{"x":"}],\\"}"#, "[1,[2]]", "-1.5e+3", "\"é\"", "null"];
        check(json, &elements, Some(rest));
    }

    #[test]
    fn a_list_that_breaks_off_has_no_rest() {
        check(r#"{"l":[1,{"a":"#, &["1"], None);
        check(r#"{"l":[1,"#, &["1"], None);
        check(r#"{"l":[1 2]}"#, &["1"], None);
        check(r#"{"l":[1,]}"#, &["1"], None);
        check(r#"{"l":["abc"#, &[], None);
    }

    #[test]
    fn a_text_without_such_a_list_has_no_elements() {
        for json in [
            "",
            "[]",
            "{}",
            r#"{"l":1}"#,
            r#"{"a":[1]}"#,
            "<html>",
            r#"{"l""#,
        ] {
            assert!(Elements::of(json.as_bytes(), "l").is_none(), "{json}");
        }
    }
}
