//! The embedder's texts: by key, with the placeholders of the English ones.

use super::english::Texts;

#[path = "../../../locales/placeholders.rs"]
pub(super) mod placeholders;

/// The embedder's texts, each with its key: `coaching`, or with a form, `matches.one`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnTexts(pub(crate) Vec<(String, String)>);

impl OwnTexts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The forms of a message by category of numbers, the default form last. No category: the message
    /// has one form.
    fn forms(&self, key: &str) -> Vec<(&str, &str)> {
        let mut forms = Vec::new();
        let mut last = None;
        for (name, text) in &self.0 {
            let (of, category) = tolerant_json::text::split_once(name, ".").unwrap_or((name, ""));
            match of == key {
                true if category == OTHER => last = Some((category, text.as_str())),
                true => forms.push((category, text.as_str())),
                false => {}
            }
        }
        forms.extend(last);
        forms
    }
}

const OTHER: &str = "other";
const CATEGORIES: &str = "zero one two few many other";

/// Replaces `messages` by the embedder's texts. Returns the keys that are not accepted, too: there is no
/// such message, or it has other placeholders or forms. `keys` has the name of each message and of its
/// placeholders.
pub(super) fn put_in(own: &OwnTexts, keys: &Texts, messages: &Texts) -> (Texts, Vec<String>) {
    let mut messages = Vec::clone(messages);
    let mut good: Vec<&str> = Vec::new();
    for (message, names) in messages.iter_mut().zip(keys.iter()) {
        let mut names = tolerant_json::text::split(names, " ");
        let key = names.next().unwrap_or_default();
        let names: Vec<&str> = names.collect();
        if let Some(text) = packed(&own.forms(key), &names) {
            *message = text;
            good.push(key);
        }
    }
    let mut bad = Vec::new();
    for (name, _) in &own.0 {
        if !good.contains(&tolerant_json::text::before(name, ".")) {
            bad.push(name.clone());
        }
    }
    (messages.into(), bad)
}

/// A message as `locales/pack.rs` packs it.
fn packed(forms: &[(&str, &str)], names: &[&str]) -> Option<String> {
    if let [("", text)] = forms {
        return placeholders::with_places(text, names, false).ok();
    }
    let (last, _) = forms.last()?;
    if *last != OTHER || *names != ["count"] {
        return None;
    }
    let mut packed = String::new();
    for (category, text) in forms {
        if !tolerant_json::text::split(CATEGORIES, " ").any(|it| it == *category) {
            return None;
        }
        let text = placeholders::with_places(text, names, *category != OTHER).ok()?;
        packed.push('.');
        packed.push_str(category);
        packed.push_str(" = ");
        packed.push_str(&text);
        if *category != OTHER {
            packed.push('\t');
        }
    }
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test;

    /// Replaces texts of three messages.
    fn check(own: &[(&str, &str)], messages: [&str; 3], bad: &[&str]) {
        let owned = |texts: &[&str]| Texts::new(texts.iter().map(|it| (*it).to_owned()).collect());
        let texts = own
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        let own = OwnTexts(texts.collect());
        let keys = owned(&["nobody", "coaching who what", "matches count"]);
        let (put, not_used) = put_in(&own, &keys, &owned(&["Nobody", "Coaching", "Matches"]));
        assert_eq!(put.to_vec(), messages, "{own:?}");
        assert_eq!(not_used, bad, "{own:?}");
    }

    #[test]
    fn a_text_replaces_the_message_of_its_key() {
        check(
            &[("nobody", "Niemand"), ("coaching", "{what:upper}: {who}")],
            ["Niemand", "\u{3}1: \u{1}0", "Matches"],
            &[],
        );
    }

    #[test]
    fn a_text_with_an_unknown_key_or_other_placeholders_is_rejected() {
        let none = ["Nobody", "Coaching", "Matches"];
        for (key, text) in [
            ("nobodies", "Niemand"),
            ("nobody", ""),
            ("nobody", " "),
            ("nobody", "{who}"),
            ("nobody", "a\u{1}0"),
            ("nobody", "a\nb"),
            ("coaching", "{who}"),
            ("coaching", "{who} {what} {who}"),
            ("coaching", "{who} {what"),
            ("coaching", "{who} {what} }"),
            ("nobody.other", "Niemand"),
            ("matches.one", "{count}"),
            ("matches.some", "{count}"),
        ] {
            check(&[(key, text)], none, &[key]);
        }
        check(
            &[("nobodies", "x"), ("nobody", "Niemand")],
            ["Niemand", "Coaching", "Matches"],
            &["nobodies"],
        );
    }

    #[test]
    fn the_last_form_must_have_the_number() {
        let packed = ".one = einer\t.other = \u{1}0";
        check(
            &[("matches.other", "{count}"), ("matches.one", "einer")],
            ["Nobody", "Coaching", packed],
            &[],
        );
        check(
            &[("matches.other", "viele"), ("matches.one", "einer")],
            ["Nobody", "Coaching", "Matches"],
            &["matches.other", "matches.one"],
        );
        check(
            &[("matches", "{count} passen")],
            ["Nobody", "Coaching", "\u{1}0 passen"],
            &[],
        );
    }
}
