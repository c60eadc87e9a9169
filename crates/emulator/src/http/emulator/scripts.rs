//! `/emulator/scripts`: `GET` lists the shipped scripts, `POST` plays one of them or one in the body,
//! `DELETE` stops the script.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::{refusal, steering::Steering};
use crate::http::body::Bytes;
use crate::http::reply::json;
use crate::state::Shared;
use crate::steer::script::{SHIPPED, Script, ScriptStatus, Shipped};

/// `GET /emulator/scripts`
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Response {
    #[derive(Serialize)]
    struct List {
        scripts: Vec<Entry>,
        #[serde(skip_serializing_if = "Option::is_none")]
        script: Option<ScriptStatus>,
    }
    #[derive(Serialize)]
    struct Entry {
        name: &'static str,
        what: String,
        text: &'static str,
    }
    let scripts = SHIPPED.iter().map(|shipped| Entry {
        name: shipped.name,
        what: shipped.what(),
        text: shipped.text,
    });
    let list = List {
        scripts: scripts.collect(),
        script: shared.lock().script(),
    };
    json(StatusCode::OK, &list)
}

/// `POST /emulator/scripts`: TOML, or JSON with the `name` of one that comes with the emulator.
pub(super) async fn play(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Response {
    let steering = Steering::begin(&shared).await;
    let kind = headers.get(header::CONTENT_TYPE);
    let is_toml = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/toml"));
    let script = match read(is_toml, &body) {
        Ok(script) => script,
        Err((status, error)) => return refusal(status, error),
    };
    let outcome = {
        let mut core = shared.lock();
        core.play(script).map(|()| core.script())
    };
    match outcome {
        Ok(status) => steering.until_sent(json(StatusCode::OK, &status)),
        Err(error) => refusal(StatusCode::CONFLICT, error.to_string()),
    }
}

fn read(is_toml: bool, body: &[u8]) -> Result<Script, (StatusCode, String)> {
    let bad = |error: String| (StatusCode::BAD_REQUEST, error);
    if is_toml {
        let text =
            std::str::from_utf8(body).map_err(|_| bad("the script is not UTF-8".to_owned()))?;
        return Script::read("script", text).map_err(|error| bad(error.to_string()));
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Named {
        name: String,
    }
    let named: Named = serde_json::from_slice(body).map_err(|error| bad(error.to_string()))?;
    let shipped = Shipped::named(&named.name).ok_or_else(|| {
        let names: Vec<_> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        let (name, names) = (named.name, names.join(", "));
        let error = format!("there is no script `{name}`; there are {names}");
        (StatusCode::NOT_FOUND, error)
    })?;
    shipped.script().map_err(|error| bad(error.to_string()))
}

/// `DELETE /emulator/scripts`
pub(super) async fn stop(State(shared): State<Arc<Shared>>) -> Response {
    let status = {
        let mut core = shared.lock();
        core.stop_script();
        core.script()
    };
    match status {
        Some(status) => json(StatusCode::OK, &status),
        None => refusal(StatusCode::NOT_FOUND, "no script was played yet".to_owned()),
    }
}
