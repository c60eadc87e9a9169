//! `GET /contacts`: the directory, with everyone's availability at this moment. Anyone signed in
//! may read it (*ContactsGetContacts*, *ContactsResource*).
//!
//! | parameter | keeps |
//! |---|---|
//! | `name` | contacts whose name is one of a list: a user's `userName`, else the name |
//! | `phoneNumber` | contacts with one of a list of numbers; only digits count; `*` is any number |
//! | `channel` | contacts who can be reached by one of a list of channels |
//! | `type` | `User` or `Queue` |
//! | `filterName=NamesOrPhoneNumberMatches` | contacts who match each of `filterParameters` |
//!
//! An argument of `filterParameters` matches a user by first name, last name, user name or number,
//! the queue by name or number; `*` stands for anything, and case does not count.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::Error;
use super::query::{Fields, Query};
use super::reply::success;
use crate::state::{Core, Shared};
use crate::wire::Contact;
use crate::world::Refusal;

/// `GET /contacts`
///
/// Assumption: unlike other lists, this one consists of objects even without `fields`, as the
/// sample does; and `totalCount` is that of all pages.
pub(super) async fn contacts(
    State(shared): State<Arc<Shared>>,
    query: Query,
) -> Result<Response, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Contacts<T> {
        total_count: usize,
        contacts: Vec<T>,
    }
    let filter = Filter::read(&query)?;
    let page = query.page()?;
    let core = shared.lock();
    let matching: Vec<Contact> = everyone(&core)
        .filter(|contact| filter.keeps(contact))
        .collect();
    let total_count = matching.len();
    let contacts: Vec<Contact> = page.of(matching).collect();
    Ok(match query.fields() {
        Fields::Uris | Fields::All => success(Contacts {
            total_count,
            contacts,
        }),
        fields => {
            let contacts: Vec<Value> = contacts.iter().map(|found| fields.of(found)).collect();
            success(Contacts {
                total_count,
                contacts,
            })
        }
    })
}

/// `GET /contacts/{id}`
pub(super) async fn contact(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let contact = match core.world.user_with_id(&id) {
        Ok(person) => Contact::user(&core.world, person, &core.format),
        Err(_) => Some(Contact::queue(&core.format))
            .filter(|queue| queue.id == id)
            .ok_or(Error::NoSuchResource)?,
    };
    Ok(success(json!({ "contact": query.fields().of(&contact) })))
}

/// All contacts: users, then the queue.
fn everyone(core: &Core) -> impl Iterator<Item = Contact> {
    let people = core.world.people();
    let people = people.map(|person| Contact::user(&core.world, person, &core.format));
    people.chain([Contact::queue(&core.format)])
}

/// Whom the query asks for.
struct Filter<'a> {
    names: Option<Vec<&'a str>>,
    numbers: Option<Vec<String>>,
    channels: Option<Vec<&'a str>>,
    kind: Option<&'a str>,
    /// Each must match.
    patterns: Vec<String>,
}

impl<'a> Filter<'a> {
    fn read(query: &'a Query) -> Result<Self, Error> {
        let kind = query.parameter("type");
        if let Some(value) = kind.filter(|kind| !["User", "Queue"].contains(kind)) {
            return Err(out_of_range("type", value, "User, Queue"));
        }
        let numbers = query.list("phoneNumber").map(|numbers| {
            let digits = |number: &str| match number {
                "*" => number.to_owned(),
                _ => number.chars().filter(char::is_ascii_digit).collect(),
            };
            numbers.into_iter().map(digits).collect()
        });
        let patterns = match query.parameter("filterName") {
            None => Vec::new(),
            Some("NamesOrPhoneNumberMatches") => {
                let arguments = query.list("filterParameters");
                let arguments = arguments.ok_or(Refusal::Missing("filterParameters"))?;
                arguments
                    .iter()
                    .map(|argument| argument.to_lowercase())
                    .collect()
            }
            Some(value) => {
                return Err(out_of_range(
                    "filterName",
                    value,
                    "NamesOrPhoneNumberMatches",
                ));
            }
        };
        Ok(Self {
            names: query.list("name"),
            numbers,
            channels: query.list("channel"),
            kind,
            patterns,
        })
    }

    fn keeps(&self, contact: &Contact) -> bool {
        let numbers = || {
            contact
                .phone_numbers
                .iter()
                .map(|known| known.phone_number.as_str())
        };
        self.kind.is_none_or(|kind| kind == contact.kind)
            && self
                .names
                .as_ref()
                .is_none_or(|names| names.contains(&contact.name.as_str()))
            && self.numbers.as_ref().is_none_or(|wanted| {
                numbers().any(|known| wanted.iter().any(|wanted| wanted == "*" || wanted == known))
            })
            && self
                .channels
                .as_ref()
                .is_none_or(|wanted| channels(contact).any(|known| wanted.contains(&known)))
            && self.patterns.iter().all(|pattern| {
                let person = contact.person.iter();
                let names = person.flat_map(|person| [&person.first_name, &person.last_name]);
                let mut fields = names.map(String::as_str).chain([contact.name.as_str()]);
                fields.any(|field| matches(pattern, &field.to_lowercase()))
                    || numbers().any(|known| matches(pattern, known))
            })
    }
}

/// By which channels a contact can be reached.
///
/// Assumption: the queue by voice, users by those of their availability.
fn channels(contact: &Contact) -> impl Iterator<Item = &str> {
    let availability = contact
        .person
        .as_ref()
        .and_then(|person| person.availability.as_ref());
    let users = availability.into_iter().flat_map(|known| &known.channels);
    let others = contact.person.is_none().then_some("voice");
    users.map(|known| known.channel.as_str()).chain(others)
}

/// Whether `text` is what `pattern` says, where `*` stands for anything. Both in lower case.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, mut pattern)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    // The shortest match of each part leaves most for those that follow.
    while let Some((part, rest)) = pattern.split_once('*') {
        let Some(found) = text.find(part) else {
            return false;
        };
        text = &text[found + part.len()..];
        pattern = rest;
    }
    text.ends_with(pattern)
}

fn out_of_range(name: &'static str, value: &str, allowed: &'static str) -> Error {
    Error::from(Refusal::OutOfRange {
        name,
        value: value.to_owned(),
        allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[track_caller]
    fn check(pattern: &str, does: &[&str], does_not: &[&str]) {
        for text in does {
            assert!(matches(pattern, text), "{pattern} matches {text}");
        }
        for text in does_not {
            assert!(!matches(pattern, text), "{pattern} does not match {text}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        check("ada", &["ada"], &["", "ad", "adam"]);
        check("*", &["", "ada"], &[]);
        check("ad*", &["ad", "ada"], &["", "bad"]);
        check("*da", &["da", "ada"], &["dad"]);
        check("a*a", &["aa", "ada", "adada"], &["a", "adad"]);
        check("*a*b*", &["ab", "xaxbx"], &["ba"]);
        check("a**b", &["ab", "axb"], &["b"]);
        check("zo*", &["zoë"], &["z"]);
    }
}
