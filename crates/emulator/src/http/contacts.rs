//! `GET /contacts`: the directory, with everyone's current availability. Anyone signed in may read
//! it (*ContactsGetContacts*, *ContactsResource*).
//!
//! `type` keeps users (`User`) or the queue (`Queue`). `filterName=NamesOrPhoneNumberMatches` keeps
//! contacts who match each of `filterParameters`: a user by first name, last name, user name or
//! number, the queue by name or number; `*` matches anything, and case is ignored. `sortBy=name`
//! sorts them, in reverse with `order=Descending`.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use super::error::Error;
use super::query::{Query, Read};
use super::reply::success;
use crate::state::Core;
use crate::wire::Contact;
use crate::world::Refusal;

/// `GET /contacts`
///
/// Assumption: unlike other lists, this one consists of objects even without `fields`, as in the
/// sample; `totalCount` counts all pages; other orders than by name are ignored. A client of GWS was
/// seen to send `sortBy=name&order=Ascending`.
pub(super) async fn contacts(read: Read) -> Result<Response, Error> {
    let filter = Filter::read(&read.query)?;
    let (page, fields) = (read.query.page()?, read.query.fields());
    let core = read.shared.lock();
    let matching = everyone(&core).filter(|contact| filter.keeps(contact));
    let mut matching: Vec<Contact> = matching.collect();
    if read.query.parameter("sortBy") == Some("name") {
        matching.sort_by(|one, other| one.name.cmp(&other.name));
    }
    if read.query.parameter("order") == Some("Descending") {
        matching.reverse();
    }
    let contacts: Vec<Value> = page.of(&matching).map(|it| fields.of(it)).collect();
    Ok(success(
        json!({ "totalCount": matching.len(), "contacts": contacts }),
    ))
}

/// `GET /contacts/{id}`
pub(super) async fn contact(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let contact = everyone(&core).find(|contact| contact.id == id);
    let contact = contact.ok_or(Error::NoSuchResource)?;
    Ok(read.query.one("contact", &contact))
}

/// All contacts: users, then the queue.
fn everyone(core: &Core) -> impl Iterator<Item = Contact> {
    let people = core.world.people();
    let people = people.map(|person| Contact::user(&core.world, person, &core.format));
    people.chain([Contact::queue(&core.format)])
}

/// The contacts that the query selects.
struct Filter<'a> {
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
        let patterns = match query.parameter("filterName") {
            None => Vec::new(),
            Some("NamesOrPhoneNumberMatches") => {
                let arguments = query.list("filterParameters");
                let arguments = arguments.ok_or(Refusal::Missing("filterParameters"))?;
                arguments.iter().map(|it| it.to_lowercase()).collect()
            }
            Some(value) => {
                let allowed = "NamesOrPhoneNumberMatches";
                return Err(out_of_range("filterName", value, allowed));
            }
        };
        Ok(Self { kind, patterns })
    }

    fn keeps(&self, contact: &Contact) -> bool {
        let person = contact.person.iter();
        let names = person.flat_map(|person| [&person.first_name, &person.last_name]);
        let [number] = &contact.phone_numbers;
        let fields = names.chain([&contact.name, &number.phone_number]);
        let fields: Vec<String> = fields.map(|field| field.to_lowercase()).collect();
        let found = |pattern: &String| fields.iter().any(|field| matches(pattern, field));
        self.kind.is_none_or(|kind| kind == contact.kind) && self.patterns.iter().all(found)
    }
}

/// Whether `text` matches `pattern`, where `*` matches anything. Both in lower case.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, mut pattern)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    // The shortest match of each part leaves the most for those that follow.
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
        let found = |text: &&&str| matches(pattern, text);
        assert_eq!(does.iter().find(|text| !found(text)), None, "{pattern}");
        assert_eq!(does_not.iter().find(found), None, "{pattern}");
    }

    #[test]
    fn a_star_stands_for_anything() {
        check("ada", &["ada"], &["", "ad", "adam"]);
        check("*", &["", "ada"], &[]);
        check("ad*", &["ad", "ada"], &["", "bad"]);
        check("a*a", &["aa", "ada", "adada"], &["a", "adad"]);
        check("*a*b*", &["ab", "xaxbx"], &["ba"]);
        check("zo*", &["zoë"], &["z"]);
    }
}
