//! `POST /emulator/instructions`: one instruction or a list of them, carried out in order, all or
//! none. `GET` the same: which there are.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};

use super::refusal;
use super::steering::Steering;
use crate::http::body::Bytes;
use crate::http::reply::json;
use crate::state::Shared;
use crate::steer::fault::{FAULTS, FaultOn};
use crate::steer::instruction::{Instruction, VOCABULARY};

/// How many instructions may come at once.
const MOST: usize = 1_000;

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
            #[derive(Serialize)]
            struct Done {
                done: usize,
            }
            let done = instructions.len();
            steering.until_sent(json(StatusCode::OK, &Done { done }))
        }
        Err(refused) => refusal(StatusCode::CONFLICT, refused.to_string()),
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Instruction>, String> {
    let body: Value = serde_json::from_slice(bytes).map_err(|error| format!("no JSON: {error}"))?;
    if body.is_array() {
        let list: Vec<Box<RawValue>> = again(bytes)?;
        if list.len() > MOST {
            let count = list.len();
            return Err(format!(
                "{count} instructions are too many; {MOST} may come at once"
            ));
        }
        let instructions = list.iter().enumerate().map(|(index, one)| {
            let position = index + 1;
            Instruction::read(one).map_err(|error| format!("instruction {position}: {error}"))
        });
        return instructions.collect();
    }
    let one: Box<RawValue> = again(bytes)?;
    let one = Instruction::read(&one).map_err(|error| error.to_string())?;
    Ok(vec![one])
}

/// What is JSON, in its own words.
fn again<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

/// `GET /emulator/instructions`
pub(super) async fn vocabulary() -> Response {
    #[derive(Serialize)]
    struct Words {
        instructions: Vec<InstructionEntry>,
        faults: Vec<FaultEntry>,
    }
    #[derive(Serialize)]
    struct InstructionEntry {
        #[serde(rename = "do")]
        name: &'static str,
        what: &'static str,
        example: Option<Box<RawValue>>,
    }
    #[derive(Serialize)]
    struct FaultEntry {
        fault: &'static str,
        what: &'static str,
        limits: &'static [&'static str],
        flag: String,
        example: Option<FaultOn>,
    }
    let instructions = VOCABULARY.iter().map(|words| InstructionEntry {
        name: words.name,
        what: words.what,
        example: RawValue::from_string(words.example.to_owned()).ok(),
    });
    let faults = FAULTS.iter().map(|about| FaultEntry {
        fault: about.name,
        what: about.what,
        limits: about.limits(),
        flag: about.flag(),
        example: about.example().ok(),
    });
    let words = Words {
        instructions: instructions.collect(),
        faults: faults.collect(),
    };
    json(StatusCode::OK, &words).into_response()
}
