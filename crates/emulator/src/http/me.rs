//! `GET /me` with its subresources: who the caller is and what the caller has, the documented way
//! to recover the state after a reload (*RecoveringExistingState*).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::calls::own_calls;
use super::features;
use super::gate::Caller;
use super::query::Query;
use super::reply::success;
use super::users::with_subresources;
use crate::state::Shared;
use crate::world::Feature;

/// `GET /me?subresources=…`
///
/// Without `api-voice` there are no calls among them either.
pub(super) async fn me(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let core = shared.lock();
    let mut user = with_subresources(&core, caller, &query);
    if core.world.features().has(Feature::Voice) && query.wants("calls") {
        user.calls = Some(own_calls(&core, caller));
    }
    if query.wants("features") {
        user.features = Some(features::all(&core).collect());
    }
    success(json!({ "user": query.fields().of(&user) }))
}
