//! `GET /features`, `/features/{id}`: the contact centre's features (*Features*). And the layer that
//! hides the resources of a missing one.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Error;
use super::list::list;
use super::query::Read;
use crate::state::{Core, Shared};
use crate::wire;
use crate::world::Feature;

/// `GET /features`. Anyone signed in may read them.
pub(super) async fn features(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    list(&read.query, "features", all(&core), |feature| {
        feature.uri.clone()
    })
}

/// `GET /features/{id}`
pub(super) async fn feature(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let mut on = core.world.features().on();
    let found = on.find(|feature| feature.id() == id);
    let feature = wire::Feature::new(found.ok_or(Error::NoSuchResource)?, &core.format);
    Ok(read.query.one("feature", &feature))
}

/// All features that the contact centre has, as they are sent.
pub(super) fn all(core: &Core) -> impl Iterator<Item = wire::Feature> {
    let on = core.world.features().on();
    on.map(|feature| wire::Feature::new(feature, &core.format))
}

/// Passes a request if the contact centre has the feature; otherwise the resource is not found.
pub(super) async fn needs(
    State((shared, feature)): State<(Arc<Shared>, Feature)>,
    request: Request,
    next: Next,
) -> Response {
    let has = shared.lock().world.features().has(feature);
    if has {
        next.run(request).await
    } else {
        Error::NoSuchResource.into_response()
    }
}
