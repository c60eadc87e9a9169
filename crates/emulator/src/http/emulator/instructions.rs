//! `POST /emulator/instructions`: one instruction or a list, carried out in order, all or none. `GET`
//! lists all instructions and faults.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::refusal;
use super::steering::Steering;
use crate::http::body::Bytes;
use crate::http::reply;
use crate::state::Shared;
use crate::steer::fault::FAULTS;
use crate::steer::instruction::Instruction;

/// The maximum number of instructions in a request.
const MAX: usize = 1_000;

/// `POST /emulator/instructions`
pub(super) async fn carry_out(State(shared): State<Arc<Shared>>, Bytes(body): Bytes) -> Response {
    let steering = Steering::begin(&shared).await;
    let instructions = match read(&body) {
        Ok(instructions) => instructions,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, error),
    };
    let outcome = shared.lock().carry_out(&instructions);
    match outcome {
        Ok(()) => {
            let done = json!({ "done": instructions.len() });
            steering.until_sent(reply::json(StatusCode::OK, &done))
        }
        Err(refused) => refusal(StatusCode::CONFLICT, refused.to_string()),
    }
}

fn read(body: &[u8]) -> Result<Vec<Instruction>, String> {
    let body = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let list = match body {
        Value::Array(list) => list,
        one => {
            let one = serde_json::from_value(one).map_err(|error| error.to_string())?;
            return Ok(vec![one]);
        }
    };
    if list.len() > MAX {
        let count = list.len();
        return Err(format!(
            "{count} instructions are too many; {MAX} may come at once"
        ));
    }
    let instructions = list.into_iter().enumerate().map(|(index, one)| {
        let position = index + 1;
        serde_json::from_value(one).map_err(|error| format!("instruction {position}: {error}"))
    });
    instructions.collect()
}

/// `GET /emulator/instructions`
pub(super) async fn vocabulary() -> Response {
    let instructions = Instruction::vocabulary()
        .into_iter()
        .map(|(example, what)| {
            let example = json!(example);
            json!({ "do": example["do"], "what": what, "example": example })
        });
    let faults = FAULTS.iter().map(|kind| {
        json!({
            "fault": kind.name,
            "what": kind.what,
            "limits": kind.limits().collect::<Vec<_>>(),
            "flag": kind.flag(),
            "example": kind.example().ok(),
        })
    });
    let vocabulary = json!({
        "instructions": instructions.collect::<Vec<_>>(),
        "faults": faults.collect::<Vec<_>>(),
    });
    reply::json(StatusCode::OK, &vocabulary)
}
