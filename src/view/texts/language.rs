//! The language in use. English is compiled in; the messages of others are loaded. All widgets of a page
//! have the same one: that of whichever asked for another last.

use std::cell::{Cell, OnceCell, RefCell};

use js_sys::{Array, Intl, Object};
use leptos::prelude::*;
use leptos::reactive::graph::Observer;

use super::catalogue;

/// The languages of `locales/`.
const LANGUAGES: [&str; 7] = [ENGLISH, "ar", "de", "es", "fr", "ja", "pt"];
const ENGLISH: &str = "en";
const RIGHT_TO_LEFT: &str = "ar";

/// A language that somebody asks for and that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// Of texts: the name of its file.
    code: &'static str,
    /// As it was asked for: `de-AT` of `de`. Times are written by it.
    tag: String,
}

/// The language in use.
struct Present {
    language: RefCell<Language>,
    /// None: the English ones.
    messages: Cell<Option<&'static Messages>>,
    changed: ArcTrigger,
}

/// Messages that were loaded, each once.
struct Messages {
    code: &'static str,
    texts: Vec<&'static str>,
    plurals: OnceCell<Intl::PluralRules>,
}

thread_local! {
    static PRESENT: Present = Present {
        language: RefCell::new(Language::english()),
        messages: Cell::new(None),
        changed: ArcTrigger::new(),
    };
    static LOADED: RefCell<Vec<&'static Messages>> = RefCell::default();
}

impl Language {
    pub(crate) fn english() -> Self {
        Self::of(ENGLISH).unwrap_or(Self {
            code: ENGLISH,
            tag: String::new(),
        })
    }

    /// The first of these language tags for which there are texts, whatever the region; English if there are
    /// for none.
    pub(crate) fn best(tags: &[String]) -> Self {
        let known = tags.iter().find_map(|tag| Self::of(tag));
        known.unwrap_or_else(Self::english)
    }

    fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        let code = LANGUAGES
            .into_iter()
            .find(|code| primary.eq_ignore_ascii_case(code))?;
        Some(Self {
            code,
            tag: tag.to_owned(),
        })
    }

    /// The file with its messages; none where they need not be loaded.
    pub(crate) fn file(&self) -> Option<String> {
        let is_there = self.code == ENGLISH || self.loaded().is_some();
        (!is_there).then(|| format!("locales/{}.txt", self.code))
    }

    /// Takes the messages of its file. False: they are none, or those of another version.
    pub(crate) fn load(&self, file: String) -> bool {
        if catalogue::unpack(&file).is_none() {
            return false;
        }
        // A language is loaded once, and kept as long as the page.
        let file: &'static str = Box::leak(file.into_boxed_str());
        let messages = Box::new(Messages {
            code: self.code,
            texts: catalogue::unpack(file).unwrap_or_default(),
            plurals: OnceCell::new(),
        });
        LOADED.with_borrow_mut(|loaded| loaded.push(Box::leak(messages)));
        true
    }

    /// Shows everything in it, if its messages are there.
    pub(crate) fn show(self) {
        let messages = self.loaded();
        PRESENT.with(|present| {
            present.messages.set(messages);
            if present.language.replace(self.clone()) != self {
                present.changed.notify();
            }
        });
    }

    fn loaded(&self) -> Option<&'static Messages> {
        LOADED.with_borrow(|loaded| loaded.iter().copied().find(|it| it.code == self.code))
    }
}

/// The messages in use; none: the English ones.
pub(super) fn messages() -> Option<&'static [&'static str]> {
    Some(&present(|present| present.messages.get())?.texts)
}

/// The category of a number, by which its form is chosen: `one`.
pub(super) fn category(count: u32) -> String {
    match present(|present| present.messages.get()) {
        None if count == 1 => "one".to_owned(),
        None => "other".to_owned(),
        Some(messages) => {
            let rules = messages.plurals.get_or_init(|| {
                Intl::PluralRules::new(&Array::of1(&messages.code.into()), &Object::new())
            });
            rules.select(count.into()).into()
        }
    }
}

/// The tag of the language that texts are in.
pub(in crate::view) fn language_tag() -> &'static str {
    present(|present| present.language.borrow().code)
}

/// The language that times are written in, as it was asked for.
pub(in crate::view) fn locale() -> String {
    present(|present| present.language.borrow().tag.clone())
}

/// Whether texts are written from right to left.
pub(in crate::view) fn is_from_right_to_left() -> bool {
    language_tag() == RIGHT_TO_LEFT
}

/// The same, as the attribute `dir` says it.
pub(in crate::view) fn text_direction() -> &'static str {
    match is_from_right_to_left() {
        true => "rtl",
        false => "ltr",
    }
}

/// Reads the language in use, and tracks it.
fn present<T>(read: impl FnOnce(&Present) -> T) -> T {
    PRESENT.with(|present| {
        // What a click writes tracks nothing.
        if Observer::get().is_some() {
            present.changed.track();
        }
        read(present)
    })
}

#[cfg(test)]
#[path = "../../../locales/pack.rs"]
mod pack;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::view::texts::{isolated, message, say};

    fn source(code: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        fs::read_to_string(folder.join(code).with_extension("txt")).unwrap()
    }

    /// Runs something in a language, and goes back to English.
    fn in_language(code: &str, run: impl FnOnce()) {
        let language = Language::of(code).unwrap();
        let packed = pack::pack(&source(ENGLISH), &source(code)).unwrap();
        assert!(language.load(packed));
        language.show();
        run();
        Language::english().show();
    }

    #[test]
    fn the_first_language_that_there_is_is_taken_whatever_its_region() {
        let best = |tags: &[&str]| {
            let tags: Vec<_> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let Language { code, tag } = Language::best(&tags);
            (code, tag)
        };
        assert_eq!(best(&["de-AT", "fr"]), ("de", "de-AT".to_owned()));
        assert_eq!(best(&["nl", "PT-br", "en"]), ("pt", "PT-br".to_owned()));
        assert_eq!(best(&["nl", "", "den"]), ("en", "en".to_owned()));
        assert_eq!(best(&[]), ("en", "en".to_owned()));
    }

    #[test]
    fn every_language_has_all_messages_with_their_placeholders() {
        for code in LANGUAGES {
            let packed = pack::pack(&source(ENGLISH), &source(code));
            let packed = packed.unwrap_or_else(|error| panic!("{code}: {error}"));
            assert!(catalogue::unpack(&packed).is_some(), "{code}");
        }
        let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert_eq!(
            names.filter(|name| name.ends_with(".txt")).count(),
            LANGUAGES.len()
        );
    }

    #[test]
    fn a_translation_that_lacks_something_is_not_packed() {
        let check = |translation: &str, error: &str| {
            let english = "a = A {x}\nb.one = 1\nb.other = {count}\n";
            assert_eq!(pack::pack(english, translation).unwrap_err(), error);
        };
        check("a = {x}\n", "b is missing");
        check("b.other = {count}\n", "b stands where a is expected");
        check("a = A\nb.other = {count}\n", "a: {x} stands 0 times");
        check("a = {x}{x}\nb.other = {count}\n", "a: {x} stands 2 times");
        check("a = {x}\nb.other = many\n", "b: {count} stands 0 times");
        check("a = {y}\n", "a: the placeholders are not [\"x\"]");
        check(
            "a = {x}\nb.other = {count}\nc = C\n",
            "c is no message of English",
        );
    }

    #[test]
    fn messages_of_another_version_are_not_taken() {
        let packed = pack::pack(&source(ENGLISH), &source("de")).unwrap();
        let (version, messages) = packed.split_once('\n').unwrap();
        let other = version.parse::<u32>().unwrap().wrapping_add(1);
        assert!(catalogue::unpack(&format!("{other}\n{messages}")).is_none());
        assert!(catalogue::unpack(&format!("{version}\n{messages}\nx")).is_none());
        assert!(catalogue::unpack("<!doctype html>\n<html>").is_none());
        assert!(catalogue::unpack("[]").is_none());
    }

    #[test]
    fn a_text_is_in_the_language_in_use() {
        in_language("de", || {
            assert_eq!(say!("nobody"), "Niemand wird überwacht");
            // By the translation, not by English.
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
    fn names_and_numbers_are_isolated_in_a_text_from_right_to_left() {
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
            assert_eq!(message!("minutes", count).of_count(3), "3分");
        });
    }
}
