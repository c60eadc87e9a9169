//! `GET /skills/{id}`: the address that a skill has wherever it is listed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::error::Error;
use super::query::Query;
use super::reply::success;
use crate::state::Shared;

/// `GET /skills/{id}`
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let skill = shared.lock().world.skill_with_id(&id)?;
    Ok(success(json!({ "skill": query.fields().of(&skill) })))
}
