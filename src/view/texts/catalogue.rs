//! Writes messages: those of [`english`], or the [`language`] in use. A message is identified by its
//! key and its placeholders, in the order of the English text.

use tolerant_json::text::{decimal, split, split_once};

use super::english::{self, AS_IT_IS, EQUALS, FIRST, FORMS, UPPER, in_case};
use super::language::present;
use super::{Text, intl};

/// A message with `N` placeholders: its index in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view) struct Message<const N: usize>(u16);

/// The message of a key, to be written later: `message!("coaching", who)`.
macro_rules! message {
    ($key:literal $(, $name:ident)*) => {
        const { $crate::view::texts::Message::find($key, [$(stringify!($name)),*]) }
    };
}

/// Writes the message of a key. Placeholders are variables, `say!("coaching", who)`, or named
/// expressions, `say!("coaching", who = name())`.
macro_rules! say {
    ($key:literal) => {
        $crate::view::texts::message!($key).owned()
    };
    ($key:literal $(, $name:ident)+) => {
        $crate::view::texts::message!($key $(, $name)+).fill([$($name.into()),+])
    };
    ($key:literal $(, $name:ident = $value:expr)+) => {
        $crate::view::texts::message!($key $(, $name)+).fill([$($value.into()),+])
    };
}

pub(in crate::view) use message;
pub(in crate::view) use say;

impl Message<0> {
    pub(in crate::view) fn owned(self) -> Text {
        owned(self.0)
    }
}

impl Message<1> {
    /// The text in its form for a number, with that number.
    pub(in crate::view) fn of_count(self, count: u32) -> Text {
        of_count(self.0, count)
    }
}

impl<const N: usize> Message<N> {
    /// Runs at compile time.
    pub(in crate::view) const fn find(key: &str, names: [&str; N]) -> Self {
        Self(english::find(key, names))
    }
}

/// Fills in the values of the placeholders, each of which is in a register. Names and numbers among them must be
/// [`isolated`](super::isolated) already.
impl Message<1> {
    pub(in crate::view) fn fill(self, [value]: [Text; 1]) -> Text {
        fill(self.0, value, None, None)
    }
}

impl Message<2> {
    pub(in crate::view) fn fill(self, [first, second]: [Text; 2]) -> Text {
        fill(self.0, first, Some(second), None)
    }
}

impl Message<3> {
    pub(in crate::view) fn fill(self, [first, second, third]: [Text; 3]) -> Text {
        fill(self.0, first, Some(second), Some(third))
    }
}

// Called at many places: inlining would repeat the code.

#[inline(never)]
fn owned(message: u16) -> Text {
    present().message(message).into()
}

#[inline(never)]
fn of_count(message: u16, count: u32) -> Text {
    let shown = present();
    let text = shown.message(message);
    let form = match text.starts_with('.') {
        true => form(text, &intl::plural_category(count)),
        false => text,
    };
    write(form, &[&intl::count(count)])
}

/// A number that is not a count, such as a status.
#[inline(never)]
pub(in crate::view) fn number(number: u32) -> Text {
    decimal(number.into()).into()
}

#[inline(never)]
fn fill(message: u16, first: Text, second: Option<Text>, third: Option<Text>) -> Text {
    let (second, third) = (second.as_deref(), third.as_deref());
    let values = [
        &*first,
        second.unwrap_or_default(),
        third.unwrap_or_default(),
    ];
    debug_assert!(
        values.iter().all(|value| is_isolated(value)),
        "to be isolated: {values:?}"
    );
    write(present().message(message), &values)
}

/// Whether right-to-left text in a value can't change the order of a left-to-right sentence.
fn is_isolated(value: &str) -> bool {
    let mut depth = 0_u32;
    super::is_from_right_to_left()
        || value.chars().all(|c| {
            match c {
                '\u{2068}' => depth += 1,
                '\u{2069}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0 || !super::is_right_to_left(c)
        })
}

/// Writes a text with these values, in the order of the English placeholders.
fn write(text: &str, values: &[&str]) -> Text {
    let mut rest = text;
    let mut written = String::new();
    while let Some(at) = rest.bytes().position(|byte| byte <= UPPER) {
        let (before, placeholder) = rest.split_at(at);
        let (placeholder, behind) = placeholder.split_at(2);
        written.push_str(before);
        let (letter, place) = (placeholder.as_bytes()[0], placeholder.as_bytes()[1]);
        // A loaded file may be damaged.
        let value = values.get(usize::from(place.wrapping_sub(FIRST)));
        let value: &str = value.copied().unwrap_or_default();
        match value.chars().next() {
            Some(first) if letter != AS_IT_IS => {
                written.push(in_case(first, letter));
                written.push_str(&value[first.len_utf8()..]);
            }
            _ => written.push_str(value),
        }
        // An abbreviation's full stop also ends the sentence.
        let is_stopped = written.ends_with('.') && !behind.starts_with("..");
        rest = behind
            .strip_prefix('.')
            .filter(|_| is_stopped)
            .unwrap_or(behind);
    }
    written.push_str(rest);
    written.into()
}

/// The form of a message for a category of numbers. The last one is the default.
fn form<'a>(message: &'a str, category: &str) -> &'a str {
    let mut text = message;
    for form in split(message, FORMS) {
        let (name, of_form) = split_once(form, EQUALS).unwrap_or_default();
        text = of_form;
        if name.strip_prefix('.') == Some(category) {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::english::tests::keys;
    use super::*;
    use crate::test;

    #[test]
    fn each_message_is_compiled_in_as_in_the_file() {
        let english = english::all_english();
        assert_eq!(english.len(), keys().len());
        for ((key, forms), message) in keys().into_iter().zip(&*english) {
            let compiled: Vec<_> = message.split(FORMS).collect();
            assert_eq!(compiled.len(), forms.len(), "{key}");
            for (compiled, form) in compiled.into_iter().zip(forms) {
                let compiled = match compiled.strip_prefix('.') {
                    Some(form) => form.split_once(EQUALS).unwrap().1,
                    None => compiled,
                };
                // Each value is the placeholder's own name.
                let names: Vec<_> = form.split('{').skip(1).collect();
                let names = names.iter().map(|it| it.split([':', '}']).next().unwrap());
                let names: Vec<_> = names.map(|name| format!("{{{name}}}")).collect();
                let values: Vec<_> = names.iter().map(String::as_str).collect();
                let plain = form.replace(":lower}", "}").replace(":upper}", "}");
                assert_eq!(*write(compiled, &values), *plain, "{key}");
            }
        }
    }

    #[test]
    fn values_are_inserted_unchanged() {
        assert_eq!(say!("coaching", who = "{who} {0}"), "Coaching {who} {0}");
        let (first, second) = ("Nobody.", "");
        assert_eq!(say!("sentences", first, second), "Nobody. ");
    }

    #[test]
    fn the_first_letter_of_a_value_follows_the_text_around_it() {
        assert_eq!(say!("trouble", trouble = "the end"), "The end.");
        assert_eq!(say!("found", sentence = "The end"), "Found: the end");
        assert_eq!(say!("found", sentence = "Écoute"), "Found: écoute");
        assert_eq!(say!("trouble", trouble = "était"), "Était.");
        assert_eq!(say!("found", sentence = "Łódź"), "Found: Łódź");
        assert_eq!(say!("found", sentence = ""), "Found: ");
    }

    #[test]
    fn a_value_that_ends_in_a_full_stop_gets_no_second_one() {
        let trouble = |trouble: &str| say!("trouble", trouble);
        assert_eq!(trouble("Acme Inc."), "Acme Inc.");
        assert_eq!(
            say!("not-picked-number", row = "Inc."),
            "To monitor it, choose “Inc.” in the list."
        );
    }

    #[test]
    fn a_number_has_the_form_of_its_category() {
        let matches = |count| message!("matches", count).of_count(count);
        assert_eq!(matches(1), "1 agent matches.");
        assert_eq!(matches(2), "2 agents match.");
        assert_eq!(message!("limit-minutes", count).of_count(5), "5 minutes");
    }
}
