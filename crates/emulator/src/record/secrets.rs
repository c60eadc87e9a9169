//! What must not leave the house: cookies, CSRF tokens, `Authorization`, passwords. Each is replaced
//! by a placeholder that says what it was and is the same wherever the same secret was, so that a
//! recording still shows who was who and can be sent by mail.

use std::collections::HashMap;

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

/// The secrets that were seen, each kind counted from 1.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    known: HashMap<String, HashMap<String, usize>>,
}

impl Secrets {
    /// What stands in a secret's place, such as `<JSESSIONID-1>`.
    fn placeholder(&mut self, kind: &str, secret: &str) -> String {
        let known = self.known.entry(kind.to_owned()).or_default();
        let next = known.len() + 1;
        let number = *known.entry(secret.to_owned()).or_insert(next);
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
                Some((name, value)) if is_telling(&name.to_lowercase()) => {
                    format!("{name}={}", self.placeholder(name, value))
                }
                _ => pair.to_owned(),
            })
            .collect();
        pairs.join("&")
    }

    /// A text that can't be taken apart: hidden as a whole if it speaks of a secret.
    pub(super) fn text(&mut self, text: &str) -> String {
        match is_telling(&text.to_lowercase()) {
            true => self.placeholder("text", text),
            false => text.to_owned(),
        }
    }

    /// JSON with its secrets replaced, or none if it has none.
    pub(super) fn json(&mut self, json: &RawValue) -> Option<Box<RawValue>> {
        // Most bodies have none: this one look keeps them from being taken apart.
        if !is_telling(&json.get().to_lowercase()) {
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
        if says_something && is_telling(&name.to_lowercase()) {
            return Some(raw(&self.placeholder(name, value.get())));
        }
        self.json(value)
    }
}

fn is_telling(lower_case: &str) -> bool {
    TELLING.iter().any(|word| lower_case.contains(word))
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
    fn a_password_in_a_query_is_replaced() {
        let mut secrets = Secrets::default();
        assert_eq!(
            secrets.path("/api/v2/me?user=a&Password=b&fields=*"),
            "/api/v2/me?user=a&Password=<Password-1>&fields=*"
        );
    }
}
