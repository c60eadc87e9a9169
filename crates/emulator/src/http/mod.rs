//! The API: a file for each resource.
//!
//! | file | answers |
//! |---|---|
//! | [`cors`] | preflights of pages of other origins |
//! | [`gate`] | sign-in, session, CSRF: before everything below `/api` |
//! | [`me`] | `GET /me`, `/me/channels`, `/me/settings` |
//! | [`devices`] | `GET /me/devices` |
//! | [`calls`] | `GET /me/calls` |
//! | [`users`] | `GET /users` |
//! | [`groups`] | `GET /me/groups`, `/groups` |
//! | [`contacts`] | `GET /contacts` |
//! | [`features`] | `GET /features`, and the gate before resources that need one |
//! | [`operations`] | `POST`: operations on devices, calls and channels |
//! | [`notifications`] | `POST /notifications`: CometD |
//! | [`har`] | all of this from a HAR |
//! | [`emulator`] | `/emulator/…`: the control API |
//! | [`page`] | everything else |
//!
//! [`faults`] applies faults to requests and replies, [`broken`] damages replies. [`error`] and
//! [`reply`] make replies, [`query`] reads queries and [`list`] applies them, [`body`] reads bodies,
//! [`log`] logs requests and replies.

mod body;
mod broken;
mod calls;
mod contacts;
mod cors;
mod devices;
mod emulator;
mod error;
mod faults;
mod features;
mod gate;
mod groups;
mod har;
mod list;
mod log;
mod me;
mod notifications;
mod operations;
mod page;
mod query;
mod reply;
#[cfg(test)]
mod tests;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use self::error::Error;
use crate::config::Config;
use crate::har::Replay;
use crate::state::Shared;
use crate::world::Feature;

/// The server as a service, without a socket and a driver: pending events run when a request
/// arrives. URIs begin with `http://127.0.0.1:8090/api/v2`.
pub fn app(config: Config) -> Router {
    let shared = Shared::new(config, "http://127.0.0.1:8090/api/v2".to_owned());
    router(&shared, None)
}

/// The server as a service. A HAR replaces the contact centre.
pub(crate) fn router(shared: &Arc<Shared>, replay: Option<&Arc<Replay>>) -> Router {
    let api = match replay {
        Some(replay) => har::resources(replay),
        None => resources(shared),
    };
    let api = api
        .layer(from_fn_with_state(Arc::clone(shared), faults::inside_gate))
        .layer(from_fn_with_state(Arc::clone(shared), gate::gate))
        .layer(from_fn_with_state(Arc::clone(shared), faults::around_gate))
        .with_state(Arc::clone(shared));
    // Outside of the gate, as a preflight has no credentials.
    let api = match cors::layer(&shared.config.cross_origin) {
        Some(cors) => api.layer(cors),
        None => api,
    };
    let api = api.layer(from_fn_with_state(Arc::clone(shared), log::log));
    Router::new()
        .nest("/emulator", emulator::router(shared))
        .merge(page::around(api, shared.config.page.as_deref()))
}

/// Everything below `/api`.
fn resources(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let needs_voice = from_fn_with_state((Arc::clone(shared), Feature::ApiVoice), features::needs);
    let control = Feature::ApiSupervisorAgentControl;
    let needs_agent_control = from_fn_with_state((Arc::clone(shared), control), features::needs);
    let voice = Router::new()
        .route("/v2/me/devices", get(devices::mine))
        .route(
            "/v2/me/devices/{id}",
            get(devices::one_of_mine).post(operations::device),
        )
        .route("/v2/me/devices/{id}/calls", post(operations::dial))
        .route("/v2/me/channels", get(me::channels))
        .route(
            "/v2/me/channels/{id}",
            get(me::channel).post(operations::own_channel),
        )
        .route("/v2/me/calls", get(calls::mine))
        .route(
            "/v2/me/calls/{id}",
            get(calls::one_of_mine).post(operations::call),
        )
        .route_layer(needs_voice.clone());
    Router::new()
        .merge(voice)
        .route("/v2/me", get(me::me).post(operations::all_own_channels))
        .route("/v2/me/", get(me::me).post(operations::all_own_channels))
        .route("/v2/me/features", get(features::features))
        .route("/v2/me/settings", get(me::settings))
        .route("/v2/me/groups", get(groups::mine))
        .route("/v2/users", get(users::users))
        .route("/v2/users/{id}", get(users::user))
        .route(
            "/v2/users/{id}/channels/{channel}",
            post(operations::channel_of_agent)
                .route_layer(needs_agent_control)
                .route_layer(needs_voice),
        )
        .route("/v2/groups", get(groups::all))
        .route("/v2/groups/{id}", get(groups::one))
        .route("/v2/groups/{id}/{subresource}", get(groups::subresource))
        .route("/v2/contacts", get(contacts::contacts))
        .route("/v2/contacts/{id}", get(contacts::contact))
        .route("/v2/features", get(features::features))
        .route("/v2/features/{id}", get(features::feature))
        .route("/v2/notifications", post(notifications::post))
        .route("/v2/notifications/", post(notifications::post))
        .route("/v2/notifications/{kind}", post(notifications::post))
        .fallback(async || Error::NoSuchResource)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
}
