//! Formats of the browser's `Intl` in the language in use: dates, durations, numbers, lists; and the
//! plural category of a number.

use core::cmp::Ordering;
use std::cell::RefCell;

use js_sys::{Array, Date, Function, Object, Reflect};
use tolerant_json::text::decimal;
use wasm_bindgen::{JsCast, JsValue};

use super::{Text, language};
use crate::property;

/// A time zone: its name, and how many minutes it is behind UTC.
pub(in crate::view) type Zone = (Option<String>, f64);

/// What to format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Moment(DateParts, bool),
    /// In `second`s, `minute`s, `hour`s or `day`s.
    Span(&'static str),
    Count,
    List(&'static str),
    PluralCategory,
    /// Compares texts.
    Order,
}

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
    let moment = write(What::Moment(parts, with_seconds), zone, date.as_ref());
    moment.unwrap_or_default().into()
}

/// A duration in one unit: `3 min`. Clocks show the same ones again and again, so those written last are kept.
pub(in crate::view) fn span(count: u32, unit: &'static str) -> Text {
    const MOST: usize = 64;
    let language = language::locale();
    let known = SPANS.with_borrow(|known| {
        let is_it = |it: &&Span| (it.0, it.1) == (count, unit) && it.2 == language;
        known.iter().find(is_it).map(|it| it.3.clone())
    });
    known.unwrap_or_else(|| {
        let span = plain(What::Span(unit), &count.into());
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
    let grouped = (count >= 1_000).then(|| plain(What::Count, &count.into()));
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
        _ => plain(What::PluralCategory, &count.into()).unwrap_or_default(),
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
    let collator = formatter(What::Order, &(None, 0.0))?;
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

fn list(kind: &'static str, items: &[Text]) -> Text {
    if let [] | [_] = items {
        return items.first().cloned().unwrap_or_default();
    }
    let array = Array::new();
    for item in items {
        array.push(&JsValue::from_str(item));
    }
    if let Some(list) = plain(What::List(kind), &array) {
        return list.into();
    }
    let mut list = Text::default();
    for item in items {
        list = super::joined(list, item.clone(), ", ");
    }
    list
}

/// Formats a value that depends on no time zone.
fn plain(what: What, value: &JsValue) -> Option<String> {
    write(what, &(None, 0.0), value)
}

/// The formatters created so far, each for a language and a time zone, which can change.
type Formatters = Vec<(String, Zone, What, Object)>;

thread_local! {
    static FORMATTERS: RefCell<Formatters> = const { RefCell::new(Vec::new()) };
    static SPANS: RefCell<Vec<Span>> = const { RefCell::new(Vec::new()) };
}

fn write(what: What, zone: &Zone, value: &JsValue) -> Option<String> {
    let formatter = formatter(what, zone)?;
    let name = match what {
        What::PluralCategory => "select",
        _ => "format",
    };
    let write = method(&formatter, name)?;
    write.call1(&formatter, value).ok()?.as_string()
}

fn method(of: &Object, name: &str) -> Option<Function> {
    property::read(of, name)?.dyn_into().ok()
}

fn formatter(what: What, zone: &Zone) -> Option<Object> {
    /// More than two languages need at the same time.
    const MOST: usize = 40;
    let language = language::locale();
    FORMATTERS.with_borrow_mut(|made| {
        let known = made
            .iter()
            .find(|it| it.2 == what && it.0 == language && it.1 == *zone);
        if let Some((.., known)) = known {
            return Some(known.clone());
        }
        let new = make(&language, what)?;
        if made.len() >= MOST {
            made.clear();
        }
        made.push((language, zone.clone(), what, new.clone()));
        Some(new)
    })
}

/// None if the browser lacks it.
fn make(language: &str, what: What) -> Option<Object> {
    const DATE: [(&str, &str); 3] = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
    const TIME: [(&str, &str); 3] = [("hour", TWO), ("minute", TWO), ("second", TWO)];
    const TWO: &str = "2-digit";
    let options = Object::new();
    let set = |fields: &[(&str, &str)]| {
        for (field, style) in fields {
            property::set(&options, field, &(*style).into());
        }
    };
    // The digits of telephone numbers and all other numbers.
    set(&[("numberingSystem", "latn")]);
    let class = match what {
        What::Moment(parts, with_seconds) => {
            set(match parts {
                DateParts::None => &[],
                DateParts::DayAndMonth => &DATE[..2],
                DateParts::All => &DATE,
            });
            set(if with_seconds { &TIME } else { &TIME[..2] });
            "DateTimeFormat"
        }
        What::Span(unit) => {
            set(&[("style", "unit"), ("unit", unit)]);
            "NumberFormat"
        }
        What::Count => "NumberFormat",
        What::List(kind) => {
            set(&[("type", kind)]);
            "ListFormat"
        }
        What::PluralCategory => "PluralRules",
        What::Order => {
            property::set(&options, "numeric", &JsValue::TRUE);
            "Collator"
        }
    };
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
    let class = method(property::global("Intl")?.unchecked_ref(), class)?;
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
    property::read(&options, option)?.as_string()
}
