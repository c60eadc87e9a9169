//! What must not leave the house: cookies, CSRF tokens, `Authorization`, passwords. Each is replaced
//! by a placeholder that says what it was and is the same wherever the same secret was, so that a
//! recording still shows who was who and can be sent by mail.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use crate::json::{Object, raw};

/// A property or parameter with one of these in its name holds a secret.
const TELLING: [&str; 6] = [
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "authorization",
];

/// How many secrets get a number. Beyond that a placeholder follows from the secret itself, by a key
/// that nobody knows: nothing has to be kept, and the same secret still has the same one.
const NUMBERED: usize = 10_000;
/// What is longer than this, in bytes, gets no number either.
const LONGEST_KIND: usize = 100;

/// The secrets that were seen, each kind counted from 1.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    key: RandomState,
    /// The numbers, by what the key makes of kind and secret.
    numbers: HashMap<u64, usize>,
    counts: HashMap<String, usize>,
}

impl Secrets {
    /// What stands in a secret's place, such as `<JSESSIONID-1>`.
    fn placeholder(&mut self, kind: &str, secret: &str) -> String {
        let hash = self.key.hash_one((kind, secret));
        if let Some(number) = self.numbers.get(&hash) {
            return format!("<{kind}-{number}>");
        }
        if self.numbers.len() >= NUMBERED || kind.len() > LONGEST_KIND {
            return format!("<{kind}-x{hash:016x}>");
        }
        let number = self.counts.entry(kind.to_owned()).or_default();
        *number += 1;
        self.numbers.insert(hash, *number);
        format!("<{kind}-{number}>")
    }

    /// The value of a header, by the header's name in small letters.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        match name {
            "cookie" => {
                let pairs: Vec<String> = value
                    .split(';')
                    .map(|pair| self.cookie(pair.trim()))
                    .collect();
                pairs.join("; ")
            }
            "set-cookie" => match value.split_once(';') {
                Some((pair, attributes)) => format!("{};{attributes}", self.cookie(pair.trim())),
                None => self.cookie(value.trim()),
            },
            "authorization" | "proxy-authorization" => match value.split_once(' ') {
                Some((scheme, secret)) => {
                    format!("{scheme} {}", self.placeholder("authorization", secret))
                }
                None => self.placeholder("authorization", value),
            },
            // Names the header that holds the token.
            "x-csrf-header" => value.to_owned(),
            _ if name.contains("csrf") || is_telling(name) => self.placeholder(name, value),
            _ => value.to_owned(),
        }
    }

    fn cookie(&mut self, pair: &str) -> String {
        match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.placeholder(name, value)),
            None => self.placeholder("cookie", pair),
        }
    }

    /// Path and query.
    pub(super) fn path(&mut self, path: &str) -> String {
        match path.split_once('?') {
            Some((path, query)) => format!("{path}?{}", self.form(query)),
            None => path.to_owned(),
        }
    }

    /// `name=value&…`, as in a query or a form.
    pub(super) fn form(&mut self, form: &str) -> String {
        let pairs: Vec<String> = form
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) if is_telling(name) => {
                    format!("{name}={}", self.placeholder(name, value))
                }
                _ => pair.to_owned(),
            })
            .collect();
        pairs.join("&")
    }

    /// A text that can't be taken apart: hidden as a whole if it speaks of a secret.
    pub(super) fn text(&mut self, text: &str) -> String {
        match is_telling(text) {
            true => self.placeholder("text", text),
            false => text.to_owned(),
        }
    }

    /// JSON with its secrets replaced, or none if it has none.
    pub(super) fn json(&mut self, json: &RawValue) -> Option<Box<RawValue>> {
        // Most bodies have none: this one look keeps them from being taken apart.
        if !is_telling(json.get()) {
            return None;
        }
        match json.get().as_bytes().first() {
            Some(b'{') => {
                let mut object: Object = serde_json::from_str(json.get()).ok()?;
                let mut changed = false;
                for (name, value) in &mut object.0 {
                    if let Some(new) = self.property(name, value) {
                        *value = new;
                        changed = true;
                    }
                }
                changed.then(|| raw(&object))
            }
            Some(b'[') => {
                let mut list: Vec<Box<RawValue>> = serde_json::from_str(json.get()).ok()?;
                let mut changed = false;
                for value in &mut list {
                    if let Some(new) = self.json(value) {
                        *value = new;
                        changed = true;
                    }
                }
                changed.then(|| raw(&list))
            }
            _ => None,
        }
    }

    fn property(&mut self, name: &str, value: &RawValue) -> Option<Box<RawValue>> {
        let begins = value.get().as_bytes().first();
        // Booleans and null say nothing: `"changePasswordOnFirstLogin":false`.
        let says_something = matches!(begins, Some(b'"' | b'-' | b'0'..=b'9'));
        if says_something && is_telling(name) {
            return Some(raw(&self.placeholder(name, value.get())));
        }
        self.json(value)
    }
}

/// Whether one of the telling words is in it, however its letters are written.
fn is_telling(text: &str) -> bool {
    let plain = percent_decode_str(text).decode_utf8_lossy();
    let plain = without_escapes(&plain).to_lowercase();
    TELLING.iter().any(|word| plain.contains(word))
}

/// The same with letters in the place of JSON's escapes, such as `\u0077` for `w`.
fn without_escapes(text: &str) -> Cow<'_, str> {
    let Some((before, rest)) = text.split_once("\\u") else {
        return Cow::Borrowed(text);
    };
    let mut plain = before.to_owned();
    for part in rest.split("\\u") {
        let code = part.get(..4);
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        match code.and_then(char::from_u32) {
            Some(letter) => {
                plain.push(letter);
                plain.push_str(&part[4..]);
            }
            None => plain.push_str(part),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(secrets: &mut Secrets, json: &str) -> Option<String> {
        let json: Box<RawValue> = serde_json::from_str(json).expect("JSON");
        secrets.json(&json).map(|json| json.get().to_owned())
    }

    #[test]
    fn the_same_secret_has_the_same_placeholder() {
        let mut secrets = Secrets::default();
        assert_eq!(
            secrets.header("set-cookie", "JSESSIONID=A1; Path=/; HttpOnly"),
            "JSESSIONID=<JSESSIONID-1>; Path=/; HttpOnly"
        );
        assert_eq!(
            secrets.header("cookie", "JSESSIONID=B2; BAYEUX_BROWSER=x"),
            "JSESSIONID=<JSESSIONID-2>; BAYEUX_BROWSER=<BAYEUX_BROWSER-1>"
        );
        assert_eq!(
            secrets.header("cookie", "JSESSIONID=A1"),
            "JSESSIONID=<JSESSIONID-1>"
        );
    }

    #[test]
    fn headers_that_hold_no_secret_stay() {
        let mut secrets = Secrets::default();
        for (name, value) in [
            ("x-csrf-header", "X-CSRF-TOKEN"),
            ("content-type", "text/plain"),
            ("retry-after", "5"),
        ] {
            assert_eq!(secrets.header(name, value), value);
        }
    }

    #[test]
    fn authorization_keeps_only_its_scheme() {
        let mut secrets = Secrets::default();
        assert_eq!(
            secrets.header("authorization", "Basic c3VwZXJ2aXNvcjpsaXN0ZW4taW4="),
            "Basic <authorization-1>"
        );
        assert_eq!(secrets.header("x-csrf-token", "e5"), "<x-csrf-token-1>");
    }

    #[test]
    fn a_password_in_a_body_is_replaced_however_deep() {
        let mut secrets = Secrets::default();
        assert_eq!(
            json(
                &mut secrets,
                r#"[{"b":1.50,"ext":{"oldPassword":"x","a":["y"]}}]"#
            )
            .as_deref(),
            Some(r#"[{"b":1.50,"ext":{"oldPassword":"<oldPassword-1>","a":["y"]}}]"#)
        );
        assert_eq!(json(&mut secrets, r#"{"user":"x"}"#), None);
        assert_eq!(
            json(&mut secrets, r#"{"changePasswordOnFirstLogin":false}"#),
            None
        );
    }

    #[test]
    fn a_secret_shows_however_its_name_is_written() {
        let mut secrets = Secrets::default();
        let replaced = json(&mut secrets, r#"[{"pass\u0077ord":"x"}]"#).expect("a secret");
        assert!(!replaced.contains('x'), "{replaced}");
        let json = json(&mut secrets, r#"{"a":"100%","b":"\u00e4\ud83d"}"#);
        assert_eq!(json, None);
        let path = secrets.path("/me?pass%77ord=x&a%20b=c");
        assert!(path.ends_with("-1>&a%20b=c"), "{path}");
        assert!(!path.contains("=x"));
        let text = secrets.text(r#"{"pass\u0077ord":"x"#);
        assert_eq!(text, "<text-1>", "JSON that breaks off");
    }

    #[test]
    fn however_many_there_are_little_is_kept_and_each_has_its_own() {
        let mut secrets = Secrets::default();
        let mut seen = std::collections::HashSet::new();
        for round in 0..2 {
            for number in 0..NUMBERED + 100 {
                let header = secrets.header("x-csrf-token", &number.to_string());
                assert_eq!(seen.insert(header), round == 0, "{number}");
            }
        }
        assert_eq!(secrets.numbers.len(), NUMBERED);
        let long = "token".repeat(100);
        assert_eq!(secrets.header(&long, "a"), secrets.header(&long, "a"));
        assert_eq!(secrets.counts.len(), 1);
    }

    #[test]
    fn a_password_in_a_query_is_replaced() {
        let mut secrets = Secrets::default();
        assert_eq!(
            secrets.path("/api/v2/me?user=a&Password=b&fields=*"),
            "/api/v2/me?user=a&Password=<Password-1>&fields=*"
        );
    }
}
