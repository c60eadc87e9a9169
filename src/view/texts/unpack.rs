//! Unpacks a translation that `locales/pack.rs` has packed: restores everything that follows from the
//! English text or from a rule.

use tolerant_json::text;

use super::english::{EQUALS, FIRST, FORMS, SIZE, Texts, UPPER, VERSION, in_case};

/// Letters between two of these are literal.
const AS_IT_IS: char = '\u{4}';

/// The messages of a packed file; none if its keys are not those of the `english` messages.
pub(super) fn unpack(file: &str, english: &Texts) -> Option<Texts> {
    let (head, messages) = text::split_once(file, "\n")?;
    let digits = head.bytes().take_while(u8::is_ascii_digit).count();
    let (version, script) = head.split_at(digits);
    let version = text::number(version);
    let fits = version == Some(VERSION.into()) && text::split(messages, "\n").count() == SIZE.0;
    fits.then(|| Texts::new(unpack_all(script, messages, english)))
}

/// Unpacks texts in the order of the messages. `script` has the letter that `!` stands for, and a full
/// stop; empty: nothing was packed.
fn unpack_all(script: &str, packed: &str, english: &[String]) -> Vec<String> {
    let mut script = script.chars();
    let (first, stop) = (script.next(), script.next());
    let mut texts = Vec::new();
    for (packed, english) in text::split(packed, "\n").zip(english) {
        let Some((first, stop)) = first.zip(stop) else {
            texts.push(packed.to_owned());
            continue;
        };
        let mut text = String::with_capacity(2 * packed.len());
        let english = last_form(english);
        for form in text::split(packed, FORMS) {
            if !text.is_empty() {
                text.push_str(FORMS);
            }
            let category = text::position(form, EQUALS).filter(|_| form.starts_with('.'));
            let (category, form) = form.split_at(category.map_or(0, |at| at + EQUALS.len()));
            text.push_str(category);
            unpack_form(form, english, first, stop, &mut text);
        }
        texts.push(text);
    }
    texts
}

/// The text of the last form of a message.
fn last_form(message: &str) -> &str {
    let last = text::rsplit_once(message, EQUALS).filter(|_| message.starts_with('.'));
    last.map_or(message, |(_, form)| form)
}

fn unpack_form(packed: &str, english: &str, first: char, stop: char, text: &mut String) {
    let begin = text.len();
    let (mut is_as_it_is, mut place) = (false, FIRST);
    let mut chars = packed.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            AS_IT_IS => is_as_it_is = !is_as_it_is,
            '\u{1}'..='\u{3}' => {
                let own = chars.next_if(char::is_ascii_digit);
                text.push(c);
                text.push(own.unwrap_or_else(|| char::from(place)));
                place = place.wrapping_add(1);
            }
            _ if is_as_it_is => text.push(c),
            _ => {
                let is_begin = match text.len() == begin {
                    true => english.starts_with(|c: char| c.is_ascii_uppercase()),
                    false => text.ends_with(". ") || text.ends_with("? "),
                };
                let letter = u32::from(c).wrapping_sub(u32::from('!'));
                let shifted = char::from_u32(letter.wrapping_add(u32::from(first)));
                let c = shifted.filter(|_| c.is_ascii_graphic()).unwrap_or(c);
                text.push(if is_begin { in_case(c, UPPER) } else { c });
            }
        }
    }
    if english.ends_with('.') && !is_as_it_is {
        text.push(stop);
    }
}
