//! `GET /users`, `/contacts`, `/features`: who and what there is in the contact centre. Anyone
//! signed in may read them (*UsersAPI*, *ContactsGetContacts*, *Features*).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::Error;
use super::me::{uris, with_subresources};
use super::query::{Fields, Query};
use super::reply::success;
use crate::state::Shared;
use crate::wire;

/// `GET /users`: everyone, with `subresources=*` with their devices.
pub(super) async fn users(State(shared): State<Arc<Shared>>, query: Query) -> Response {
    #[derive(Serialize)]
    struct Users {
        users: Vec<wire::User>,
    }
    let users: Vec<wire::User> = {
        let world = &shared.lock().world;
        let people = world.people();
        people
            .map(|person| with_subresources(world, person, &query))
            .collect()
    };
    match query.fields() {
        Fields::Uris => uris(users.into_iter().map(|user| user.uri)),
        Fields::All => success(Users { users }),
        fields => {
            let users: Vec<Value> = users.iter().map(|user| fields.of(user)).collect();
            success(json!({ "users": users }))
        }
    }
}

/// `GET /users/{id}`
pub(super) async fn user(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let world = &shared.lock().world;
    let person = world.user_with_id(&id)?;
    let user = with_subresources(world, person, &query);
    Ok(success(json!({ "user": user })))
}

/// `GET /contacts`: the directory, with everyone's availability at this moment.
///
/// Assumption: pages are cut by `offset` and `limit`.
pub(super) async fn contacts(State(shared): State<Arc<Shared>>, query: Query) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Page {
        total_count: usize,
        contacts: Vec<wire::Contact>,
    }
    let world = &shared.lock().world;
    let kind = query.parameter("type").unwrap_or("User");
    let matching: Vec<wire::Contact> = world
        .people()
        .map(|person| world.contact(person))
        .filter(|contact| kind == contact.resource.kind && is_asked_for(contact, &query))
        .collect();
    let number = |name| query.parameter(name).and_then(|text| text.parse().ok());
    let contacts = Page {
        total_count: matching.len(),
        contacts: matching
            .into_iter()
            .skip(number("offset").unwrap_or(0))
            .take(number("limit").unwrap_or(usize::MAX))
            .collect(),
    };
    success(contacts)
}

/// Filters by name and by number; `*` stands for anything.
fn is_asked_for(contact: &wire::Contact, query: &Query) -> bool {
    let person = &contact.resource;
    let name = format!("{} {}", person.first_name, person.last_name).to_lowercase();
    let by_name = query.parameter("name").is_none_or(|wanted| {
        let wanted = wanted.replace('*', "").to_lowercase();
        name.contains(&wanted) || contact.user_name.to_lowercase().contains(&wanted)
    });
    let by_number = query.parameter("phoneNumber").is_none_or(|wanted| {
        let wanted = wanted.replace('*', "");
        person
            .phone_numbers
            .iter()
            .any(|number| number.phone_number.contains(&wanted))
    });
    by_name && by_number
}

/// `GET /features`: what the contact centre has switched on.
pub(super) async fn features(State(shared): State<Arc<Shared>>, query: Query) -> Response {
    let features = wire::Feature::all(shared.lock().world.base());
    match query.fields() {
        Fields::Uris => uris(features.iter().map(|feature| feature.uri().to_owned())),
        fields => {
            let features: Vec<Value> = features.iter().map(|found| fields.of(found)).collect();
            success(json!({ "features": features }))
        }
    }
}
