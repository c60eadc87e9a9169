//! A long list within a text, one element at a time.

use crate::Scanner;

/// A cursor over the elements of a list, in a text that is too long to be parsed at once. Elements are
/// only checked: they may be nested too deep to be parsed.
///
/// ```
/// use tolerant_json::Elements;
///
/// let json = r#"{"statusCode":0,"users":[{"id":1}, 2]}"#;
/// let mut elements = Elements::of(json.to_owned(), "users").unwrap();
/// assert_eq!(elements.take_next(), Some(r#"{"id":1}"#));
/// assert_eq!(elements.take_next(), Some("2"));
/// assert_eq!(elements.take_next(), None);
/// assert_eq!(elements.rest().unwrap(), r#"{"statusCode":0,"users":[]}"#);
/// ```
#[derive(Clone, Debug)]
pub struct Elements {
    json: String,
    /// After the bracket that opens the list.
    start: usize,
    at: usize,
}

impl Elements {
    /// The elements of the list in the field `name` of the object that is the whole text.
    ///
    /// # Errors
    /// The text, if it is not an object, or has no such list.
    pub fn of(json: String, name: &str) -> Result<Self, String> {
        match start(&json, name) {
            Some(start) => Ok(Self {
                json,
                start,
                at: start,
            }),
            None => Err(json),
        }
    }

    /// The next element; none after the last one, or where the list breaks off.
    pub fn take_next(&mut self) -> Option<&str> {
        let mut scanner = Scanner::within(&self.json, self.at, self.at == self.start);
        if !scanner.goes_on(b']')? {
            return None;
        }
        let element = scanner.skip()?;
        self.at = scanner.at();
        Some(element)
    }

    /// The text with an empty list, once all elements were taken; none if the list breaks off.
    pub fn rest(&self) -> Option<String> {
        let mut scanner = Scanner::within(&self.json, self.at, false);
        let is_end = !scanner.goes_on(b']')?;
        is_end.then(|| [&self.json[..self.start], "]", &self.json[scanner.at()..]].concat())
    }
}

/// The position after the bracket that opens the list in this field.
fn start(json: &str, name: &str) -> Option<usize> {
    let mut scanner = Scanner::new(json);
    if !scanner.enter(b'{') {
        return None;
    }
    while scanner.goes_on(b'}')? {
        if scanner.name()? == name {
            return scanner.enter(b'[').then(|| scanner.at());
        }
        scanner.skip()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements of the list `l`, and the rest of the text.
    #[track_caller]
    fn check(json: &str, expect: &[&str], rest: Option<&str>) {
        let mut elements = Elements::of(json.to_owned(), "l").unwrap();
        let mut found = Vec::new();
        while let Some(element) = elements.take_next() {
            found.push(element.to_owned());
        }
        assert_eq!(found, expect, "{json}");
        assert_eq!(elements.rest().as_deref(), rest, "{json}");
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
            assert!(Elements::of(json.to_owned(), "l").is_err(), "{json}");
        }
    }
}
