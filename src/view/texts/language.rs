//! The language of a widget's texts. English is compiled in; the messages of other languages are loaded, and
//! the embedder may replace some.

use std::cell::RefCell;
use std::rc::Rc;

use tolerant_json::text::split;

use crate::reactive::{ArcRwSignal, use_context};

use super::Text;
use super::english::{self, Texts};
use super::own::{self, OwnTexts};
use super::unpack::unpack;

/// The languages of `locales/`.
const LANGUAGES: &str = "en ar de es fr ja pt";
const ENGLISH: &str = "en";
/// Languages that are written from right to left, also for the embedder's texts.
const RIGHT_TO_LEFT: &str = "ar ckb dv fa he iw ps sd syr ug ur yi";
/// Scripts that are, as in `az-Arab`.
const SCRIPTS: &str = "arab hebr";
/// The file with the names of messages and placeholders, which are not compiled in.
const KEYS: &str = "keys";

/// A language that is requested and available: its tag as requested, `de-AT` for `de`. Times are formatted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language(String);

/// The language of one widget. Texts that are written within its reactive owner are in this language.
#[derive(Clone)]
pub(crate) struct InUse(ArcRwSignal<Rc<Shown>>);

#[derive(Debug)]
pub(super) struct Shown {
    language: Language,
    messages: Texts,
    /// The keys of the embedder's texts that are not accepted.
    bad: String,
    /// Whether it is the language that was asked for, or English because that one is not there.
    is_settled: bool,
}

thread_local! {
    /// English, and loaded files, by name. Each is loaded once, and kept as long as the page.
    static LOADED: RefCell<Vec<(&'static str, Texts)>> = const { RefCell::new(Vec::new()) };
    /// The language shown last, for texts that are written outside of all reactive owners.
    static LAST: RefCell<Option<InUse>> = const { RefCell::new(None) };
}

impl Language {
    pub(crate) fn english() -> Self {
        Self(ENGLISH.to_owned())
    }

    /// The first of these language tags for which there are texts, whatever the region; English if there are
    /// none. With an embedder's texts it is the first tag, whichever that is. Tags may be written as in Java,
    /// `de_AT`; empty ones do not count.
    pub(crate) fn best(tags: &[String], own: &OwnTexts) -> Self {
        for tag in tags {
            let language = Self(tolerant_json::text::replace(tag, "_", "-"));
            let has_own = !own.is_empty() && !tag.is_empty();
            if has_own || language.file().is_some() {
                return language;
            }
        }
        Self::english()
    }

    /// The file of its messages. None: it is a language of the embedder's.
    fn file(&self) -> Option<&'static str> {
        find(LANGUAGES, primary(&self.0))
    }

    /// The tag of its texts.
    fn code(&self) -> &str {
        self.file().unwrap_or(&self.0)
    }

    /// The files that must be loaded before the language can be shown with these texts.
    pub(crate) fn missing(&self, own: &OwnTexts) -> Vec<&'static str> {
        let mut missing = Vec::new();
        let keys = (!own.is_empty()).then_some(KEYS);
        for needed in [self.file(), keys].into_iter().flatten() {
            if loaded(needed).is_none() {
                missing.push(needed);
            }
        }
        missing
    }
}

/// Accepts the contents of a file. Returns false if they are damaged, or of another version.
pub(crate) fn load(name: &'static str, file: &str) -> bool {
    let Some(texts) = unpack(file, &english()) else {
        return false;
    };
    if loaded(name).is_none() {
        LOADED.with_borrow_mut(|all| all.push((name, texts)));
    }
    true
}

fn loaded(name: &str) -> Option<Texts> {
    LOADED.with_borrow_mut(|all| {
        if all.is_empty() {
            all.push((ENGLISH, english::all_english()));
        }
        let known = all.iter().find(|it| it.0 == name);
        known.map(|(_, texts)| Rc::clone(texts))
    })
}

fn english() -> Texts {
    loaded(ENGLISH).expect("it is compiled in")
}

/// One of these codes, with spaces between them, in any case.
fn find(codes: &'static str, code: &str) -> Option<&'static str> {
    split(codes, " ").find(|known| code.eq_ignore_ascii_case(known))
}

/// The first part of a language tag.
pub(super) fn primary(tag: &str) -> &str {
    tolerant_json::text::before(tag, "-")
}

impl InUse {
    /// English, for a new widget.
    pub(crate) fn english() -> Self {
        let shown = Shown {
            language: Language::english(),
            messages: english(),
            bad: String::new(),
            is_settled: false,
        };
        Self(ArcRwSignal::new(Rc::new(shown)))
    }

    /// Shows a language, with the embedder's texts; messages that are not loaded are in English.
    pub(crate) fn show(&self, language: Language, own: &OwnTexts) {
        LAST.set(Some(self.clone()));
        let keys = (!own.is_empty()).then(|| loaded(KEYS)).flatten();
        let file = language.file();
        let messages = file.and_then(loaded);
        let is_there = messages.is_some() || (file.is_none() && keys.is_some());
        let mut shown = Shown {
            language: if is_there {
                language
            } else {
                Language::english()
            },
            messages: messages.unwrap_or_else(english),
            bad: String::new(),
            is_settled: true,
        };
        if let Some(keys) = keys {
            let (messages, bad) = own::put_in(own, &keys, &shown.messages);
            shown.messages = messages;
            shown.bad = tolerant_json::text::joined(&bad, ", ");
        }
        let now = self.0.get_untracked();
        let is_same = now.is_settled
            && now.language == shown.language
            && Rc::ptr_eq(&now.messages, &shown.messages);
        if !is_same {
            self.0.set(Rc::new(shown));
        }
    }

    /// The keys of the embedder's texts that are not accepted.
    pub(crate) fn bad(&self) -> String {
        self.0.get().bad.clone()
    }

    /// Whether a language has been shown yet.
    pub(crate) fn is_settled(&self) -> bool {
        self.0.get_untracked().is_settled
    }
}

impl Shown {
    /// A message, by its index.
    pub(super) fn message(&self, at: u16) -> &str {
        &self.messages[usize::from(at)]
    }
}

/// Whether numbers have the forms of English.
pub(super) fn is_english() -> bool {
    present().language.file() == Some(ENGLISH)
}

/// Whether the language is known. Until then texts are English.
pub(in crate::view) fn is_settled() -> bool {
    present().is_settled
}

/// The tag of the texts' language: without the region, unless it is the embedder's.
pub(in crate::view) fn language_tag() -> Text {
    present().language.code().into()
}

/// The tag with which times are formatted, as requested.
pub(in crate::view) fn locale() -> String {
    present().language.0.clone()
}

/// Whether texts are written from right to left.
pub(in crate::view) fn is_from_right_to_left() -> bool {
    let shown = present();
    let mut parts = split(shown.language.code(), "-");
    let mut is_one = |of| find(of, parts.next().unwrap_or_default()).is_some();
    is_one(RIGHT_TO_LEFT) || is_one(SCRIPTS)
}

/// The value of the attribute `dir`.
pub(in crate::view) fn text_direction() -> &'static str {
    match is_from_right_to_left() {
        true => "rtl",
        false => "ltr",
    }
}

/// The language in use, which is tracked.
pub(super) fn present() -> Rc<Shown> {
    let in_use: Option<InUse> = use_context().or_else(|| LAST.with_borrow(Clone::clone));
    in_use.unwrap_or_else(InUse::english).0.get()
}

#[cfg(test)]
use super::own::placeholders;

#[cfg(test)]
#[path = "../../../locales/pack.rs"]
mod pack;

#[cfg(test)]
mod tests {
    use super::english::{EQUALS, FORMS};
    use super::*;
    use crate::test;
    use crate::view::texts::{isolated, message, say};

    fn source(code: &str) -> &'static str {
        match code {
            ENGLISH => include_str!("../../../locales/en.txt"),
            "ar" => include_str!("../../../locales/ar.txt"),
            "de" => include_str!("../../../locales/de.txt"),
            "es" => include_str!("../../../locales/es.txt"),
            "fr" => include_str!("../../../locales/fr.txt"),
            "ja" => include_str!("../../../locales/ja.txt"),
            "pt" => include_str!("../../../locales/pt.txt"),
            other => panic!("there is no {other}"),
        }
    }

    /// Runs a function in a language, and goes back to English.
    fn in_language(code: &'static str, run: impl FnOnce()) {
        let packed = pack::pack(source(ENGLISH), source(code)).unwrap();
        assert!(load(code, &packed));
        let in_use = InUse::english();
        in_use.show(Language(code.to_owned()), &OwnTexts::default());
        run();
        in_use.show(Language::english(), &OwnTexts::default());
    }

    #[test]
    fn the_first_available_language_is_taken_whatever_its_region() {
        let best = |tags: &[&str]| {
            let tags: Vec<_> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let language = Language::best(&tags, &OwnTexts::default());
            (language.code().to_owned(), language.0)
        };
        assert_eq!(
            best(&["de-AT", "fr"]),
            ("de".to_owned(), "de-AT".to_owned())
        );
        assert_eq!(
            best(&["nl", "PT-br", "en"]),
            ("pt".to_owned(), "PT-br".to_owned())
        );
        assert_eq!(
            best(&["", "es_MX", "en"]),
            ("es".to_owned(), "es-MX".to_owned())
        );
        assert_eq!(best(&["nl", "", "den"]), ("en".to_owned(), "en".to_owned()));
        assert_eq!(best(&[]), ("en".to_owned(), "en".to_owned()));
    }

    #[test]
    fn every_language_has_all_messages_with_their_placeholders() {
        for code in split(LANGUAGES, " ") {
            let packed = pack::pack(source(ENGLISH), source(code));
            let packed = packed.unwrap_or_else(|error| panic!("{code}: {error}"));
            let unpacked = unpack(&packed, &english()).expect(code);
            let (translation, mut at) = (source(code), 0);
            let lines = translation.lines().filter(|line| !line.starts_with('#'));
            for (key, text) in lines.filter_map(|line| line.split_once(EQUALS)) {
                // The original text, with the names of its placeholders removed.
                let plain = |text: &str| {
                    let text = text.replace(['\u{1}', '\u{2}', '\u{3}'], "{");
                    let mut parts = text.split('{');
                    let first = parts.next().unwrap_or_default().to_owned();
                    parts.fold(first, |all, part| {
                        let name = part.split_once('}').map(|(_, behind)| behind);
                        all + "{" + name.unwrap_or_else(|| &part[1..])
                    })
                };
                let is_there = |at: usize| {
                    let mut forms = unpacked[at].split(FORMS);
                    forms.any(|form| {
                        let form = form.split_once(EQUALS).map_or(form, |(_, form)| form);
                        plain(form) == plain(text)
                    })
                };
                while !is_there(at) {
                    at += 1;
                    assert!(at < unpacked.len(), "{code}, {key}: {text}");
                }
            }
        }
    }

    #[test]
    fn the_file_of_keys_has_the_placeholders_of_each_message() {
        let keys = pack::keys(source(ENGLISH)).unwrap();
        let keys = unpack(&keys, &english()).unwrap();
        let own = [
            ("nobody", "Niemand"),
            ("coaching", "{who}!"),
            ("coach", "{who}"),
        ];
        let own = own.map(|(key, text)| (key.to_owned(), text.to_owned()));
        let own = OwnTexts(own.to_vec());
        let (messages, bad) = own::put_in(&own, &keys, &english::all_english());
        assert_eq!(bad, ["coach"]);
        for (at, english) in english::all_english().iter().enumerate() {
            let expected = match english.as_str() {
                "Nobody is monitored" => "Niemand",
                "Coaching \u{1}0" => "\u{1}0!",
                other => other,
            };
            assert_eq!(messages[at], expected);
        }
    }

    /// What a language's punctuation must not contain, outside of placeholders and terms such as `HTTP 403`.
    #[test]
    fn each_language_has_its_own_punctuation() {
        for code in split(LANGUAGES, " ") {
            for line in source(code).lines().filter(|line| !line.starts_with('#')) {
                let text = line.split_once(EQUALS).map_or("", |(_, text)| text);
                let parts = text.split('{');
                let parts =
                    parts.map(|part| part.split_once('}').map_or(part, |(_, behind)| behind));
                let text = parts.collect::<Vec<_>>().join("0");
                let has = |all: &[&str]| all.iter().any(|mark| text.contains(mark));
                let is_wrong = has(&["'", "\"", "...", "  "])
                    || match code {
                        "ar" => has(&[",", ";", "?"]),
                        "de" => has(&["”", "«"]),
                        "fr" => has(&["« ", " »", " :", " ;", " ?", " !", "“"]),
                        "es" => has(&["“", "« ", " »"]),
                        "ja" => has(&[",", ";", ":", "?", "(", "“", "「 ", " 」", ". "]),
                        _ => has(&["„", "«"]),
                    };
                assert!(!is_wrong, "{code}: {line}");
            }
        }
    }

    /// WCAG 2.2, 2.5.3: speech input finds a button by its label.
    #[test]
    fn the_names_of_buttons_contain_their_labels() {
        for code in split(LANGUAGES, " ") {
            let source = source(code);
            let text = |key: &str| {
                let mut lines = source.lines().filter_map(|line| line.split_once(EQUALS));
                lines.find(|line| line.0 == key).unwrap().1.to_lowercase()
            };
            for (label, name) in [("pin", "pin-who"), ("unpin", "unpin-who")] {
                assert!(text(name).contains(&text(label)), "{code}: {label}");
            }
        }
    }

    #[test]
    fn an_incomplete_translation_is_not_packed() {
        let check = |translation: &str, error: &str| {
            let english = "a = A {x}\nb.one = 1\nb.other = {count}\n";
            assert_eq!(pack::pack(english, translation).unwrap_err(), error);
        };
        check("a = {x}\n", "b is missing");
        check("b.other = {count}\n", "b stands where a is expected");
        let wrong = "a: the placeholders are not [\"x\"]";
        check("a = A\nb.other = {count}\n", &format!("{wrong}: x"));
        check("a = {x}{x}\nb.other = {count}\n", &format!("{wrong}: x"));
        check("a = {y}\n", &format!("{wrong}: y"));
        check("a = {x}}\n", &format!("{wrong}: "));
        check("a.other = {x}\n", "a can't have forms");
        check(
            "a = {x}\nb.other = many\n",
            "b: the placeholders are not [\"count\"]: count",
        );
        check(
            "a = {x}\nb.other = {count}\nc = C\n",
            "c is no message of English",
        );
    }

    #[test]
    fn messages_of_another_version_are_rejected() {
        let packed = pack::pack(source(ENGLISH), source("de")).unwrap();
        let (head, messages) = packed.split_once('\n').unwrap();
        let version = head.trim_end_matches("!.");
        let other = version.parse::<u32>().unwrap().wrapping_add(1);
        let is_accepted = |file: &str| unpack(file, &english()).is_some();
        assert!(!is_accepted(&format!("{other}!.\n{messages}")));
        assert!(!is_accepted(&format!("{head}\n{messages}\nx")));
        assert!(is_accepted(&format!("{head}\n{messages}")));
        assert!(!is_accepted("<!doctype html>\n<html>"));
        assert!(!is_accepted("[]"));
    }

    #[test]
    fn a_text_is_in_the_language_in_use() {
        in_language("de", || {
            assert_eq!(say!("nobody"), "Niemand wird überwacht");
            // The form follows the translation's language, not English.
            assert_eq!(
                say!("means-still", what = "Mithören"),
                "Weiterhin wirksam: Mithören."
            );
        });
        assert_eq!(say!("nobody"), "Nobody is monitored");
    }

    #[test]
    fn a_text_may_have_its_placeholders_in_another_order() {
        in_language("pt", || {
            assert_eq!(
                say!("other-there", names = "Al", number = "555"),
                "Agora está em 555: Al."
            );
        });
    }

    #[test]
    fn names_and_numbers_are_isolated_in_a_right_to_left_text() {
        assert_eq!(isolated("+1 (415) 555-0132"), "+1 (415) 555-0132");
        in_language("ar", || {
            let number = "\u{2068}+1 (415) 555-0132\u{2069}";
            assert_eq!(isolated("+1 (415) 555-0132"), number);
            assert_eq!(isolated(""), "");
            assert!(say!("coaching", who = isolated("Bo")).contains("\u{2068}Bo\u{2069}"));
        });
    }

    #[test]
    fn a_message_without_forms_needs_no_category() {
        in_language("ja", || {
            assert_eq!(message!("part-others", count).of_count(3), "他3名");
        });
    }
}
