//! Formats of the browser's `Intl` in the language in use: dates, durations, numbers, lists; and the
//! plural category of a number.

use core::cmp::Ordering;
use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use tolerant_json::text::{decimal, signed, split};
use wasm_bindgen::{JsCast, JsValue};

use super::{Text, language};
use crate::property;

/// A time zone: its name, and how many minutes it is behind UTC.
pub(in crate::view) type Zone = (Option<String>, f64);

/// What to format, in words: a class of `Intl`, its method that writes, and options, each a name and a value.
type What = str;

const COUNT: &What = "NumberFormat format";
const PLURAL_CATEGORY: &What = "PluralRules select";
/// Compares texts.
const ORDER: &What = "Collator compare numeric true";

/// What precedes the time of day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum DateParts {
    None,
    DayAndMonth,
    All,
}

/// A moment: the time of day, optionally with seconds, with the date or parts of it.
pub(in crate::view) fn moment(
    date: &Date,
    parts: DateParts,
    with_seconds: bool,
    zone: &Zone,
) -> Text {
    let what = [
        "DateTimeFormat format hour 2-digit minute 2-digit",
        if with_seconds { " second 2-digit" } else { "" },
        match parts {
            DateParts::None => "",
            DateParts::DayAndMonth => " day numeric month short",
            DateParts::All => " day numeric month short year numeric",
        },
    ];
    let moment = write(&what.concat(), zone, date.as_ref());
    moment.unwrap_or_default().into()
}

/// A duration in `second`s, `minute`s, `hour`s or `day`s: `3 min`. Clocks show the same ones again and again, so those
/// written last are kept.
pub(in crate::view) fn span(count: u32, unit: &'static str) -> Text {
    const MOST: usize = 64;
    let language = language::locale();
    let known = SPANS.with_borrow(|known| {
        let is_it = |it: &&Span| (it.0, it.1) == (count, unit) && it.2 == language;
        known.iter().find(is_it).map(|it| it.3.clone())
    });
    known.unwrap_or_else(|| {
        let what = ["NumberFormat format style unit unit ", unit].concat();
        let span = plain(&what, &count.into());
        let span = Text::from(span.unwrap_or_else(|| decimal(count.into())));
        SPANS.with_borrow_mut(|known| {
            known.truncate(MOST - 1);
            known.insert(0, (count, unit, language, span.clone()));
        });
        span
    })
}

/// Count, unit, language, and the text.
type Span = (u32, &'static str, String, Text);

/// A count. (Numbers below a thousand need no formatting: digits are ASCII.)
#[inline(never)]
pub(in crate::view) fn count(count: u32) -> Text {
    let grouped = (count >= 1_000).then(|| plain(COUNT, &count.into()));
    grouped
        .flatten()
        .unwrap_or_else(|| decimal(count.into()))
        .into()
}

/// The plural category of a number, which selects the form: `one`.
pub(super) fn plural_category(count: u32) -> String {
    match count {
        1 if language::is_english() => "one".to_owned(),
        _ if language::is_english() => "other".to_owned(),
        _ => plain(PLURAL_CATEGORY, &count.into()).unwrap_or_default(),
    }
}

/// A list of all items: `a, b and c`.
pub(in crate::view) fn all_of(items: &[Text]) -> Text {
    list("conjunction", items)
}

/// A list of alternatives: `a, b or c`.
pub(super) fn one_of(items: &[Text]) -> Text {
    list("disjunction", items)
}

/// The order of names in a language, with numbers compared by value.
#[derive(Clone, Debug)]
pub(in crate::view) struct Collator(Function);

/// The collator of the language in use; none if the browser lacks it.
pub(in crate::view) fn collator() -> Option<Collator> {
    let collator = formatter(ORDER, &(None, 0.0))?;
    method(&collator, "compare").map(Collator)
}

/// Compares two texts; without a collator they are equal.
pub(in crate::view) fn compare(collator: Option<&Collator>, one: &str, other: &str) -> Ordering {
    let order = collator.and_then(|Collator(compare)| {
        let order = compare.call2(&JsValue::UNDEFINED, &one.into(), &other.into());
        order.ok()?.as_f64()
    });
    order.map_or(Ordering::Equal, |order| order.total_cmp(&0.0))
}

fn list(kind: &str, items: &[Text]) -> Text {
    if let [] | [_] = items {
        return items.first().cloned().unwrap_or_default();
    }
    // The usual list, without calling the browser.
    if let ([one, other], "conjunction", true) = (items, kind, language::is_english()) {
        return super::joined(one.clone(), other.clone(), " and ");
    }
    let array = Array::new();
    for item in items {
        array.push(&JsValue::from_str(item));
    }
    if let Some(list) = plain(&["ListFormat format type ", kind].concat(), &array) {
        return list.into();
    }
    let mut list = Text::default();
    for item in items {
        list = super::joined(list, item.clone(), ", ");
    }
    list
}

/// Formats a value that depends on no time zone.
fn plain(what: &What, value: &JsValue) -> Option<String> {
    write(what, &(None, 0.0), value)
}

thread_local! {
    /// The formatters created so far, each for a language, something to format and a time zone, which can change.
    static FORMATTERS: RefCell<Vec<(String, Object)>> = const { RefCell::new(Vec::new()) };
    static SPANS: RefCell<Vec<Span>> = const { RefCell::new(Vec::new()) };
}

fn write(what: &What, zone: &Zone, value: &JsValue) -> Option<String> {
    let formatter = formatter(what, zone)?;
    let write = method(&formatter, split(what, " ").nth(1)?)?;
    write.call1(&formatter, value).ok()?.as_string()
}

fn method(of: &Object, name: &str) -> Option<Function> {
    property::read(of, name).dyn_into().ok()
}

fn formatter(what: &What, zone: &Zone) -> Option<Object> {
    /// More than two languages need at the same time.
    const MOST: usize = 40;
    let language = language::locale();
    let name = zone.0.as_deref().unwrap_or_default();
    let key = [&*language, what, name, &signed(zone.1 as i64)].join("\n");
    FORMATTERS.with_borrow_mut(|made| {
        let known = made.iter().find(|it| it.0 == key);
        if let Some((_, known)) = known {
            return Some(known.clone());
        }
        let new = make(&language, what)?;
        if made.len() >= MOST {
            made.clear();
        }
        made.push((key, new.clone()));
        Some(new)
    })
}

/// None if the browser lacks it.
fn make(language: &str, what: &What) -> Option<Object> {
    let options = Object::new();
    // The digits of telephone numbers and all other numbers.
    property::set(&options, "numberingSystem", &"latn".into());
    let mut words = split(what, " ");
    let class = words.next()?;
    words.next();
    while let Some((name, value)) = words.next().zip(words.next()) {
        property::set(&options, name, &value.into());
    }
    let make = |locales: &JsValue| construct(class, &Array::of2(locales, &options));
    let own = || make(&JsValue::UNDEFINED);
    match is_own(language) {
        true => own(),
        // A page's `lang` may not be a valid language tag: `de-`.
        false => make(&language.into())
            .or_else(|| make(&language::primary(language).into()))
            .or_else(own),
    }
}

/// A new object of a class of `Intl`.
fn construct(class: &str, arguments: &Array) -> Option<Object> {
    let class = method(property::global("Intl").unchecked_ref(), class)?;
    let made = Reflect::construct(&class, arguments).ok()?;
    Some(made.unchecked_into())
}

/// Whether the browser's language is this one, with its region: `en-GB` for `en`.
fn is_own(language: &str) -> bool {
    let own = resolved("locale").unwrap_or_default();
    language::primary(&own).eq_ignore_ascii_case(language)
}

/// `Intl`'s default for dates: the `locale`, or the `timeZone`.
pub(in crate::view) fn resolved(option: &str) -> Option<String> {
    let format = construct("DateTimeFormat", &Array::new())?;
    let options = method(&format, "resolvedOptions")?.call0(&format).ok()?;
    property::read(&options, option).as_string()
}
