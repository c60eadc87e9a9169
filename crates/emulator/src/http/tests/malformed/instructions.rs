//! Instructions and scripts, through the control API.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::json;
use super::*;
use crate::faults::FAULTS;
use crate::instruction::VOCABULARY;
use crate::script::SHIPPED;

/// An instruction that is right as far as its form goes, perhaps with something changed.
fn instruction() -> impl Strategy<Value = Value> {
    let examples = VOCABULARY.iter().map(|words| words.example.to_owned());
    let faults = FAULTS.iter().filter_map(|about| {
        let mut fault = serde_json::to_value(about.example().ok()?).ok()?;
        fault["do"] = "faultOn".into();
        Some(fault.to_string())
    });
    let examples: Vec<String> = examples.chain(faults).collect();
    let value = prop_oneof![
        4 => select(vec!["6001", "6002", "5005", "5006", "7001", "", "Call", "Ready", "1h", "-1s"])
            .prop_map(Value::from),
        1 => select(vec!["99999999999999999999h", "0.0000001s", "1e400s", "NaNs", "s"])
            .prop_map(Value::from),
        2 => json::value(),
    ];
    let change = (any::<Index>(), value, 0..8_u8);
    (select(examples), change).prop_map(|(example, (place, value, kind))| {
        let mut instruction: Value = serde_json::from_str(&example).expect("an example is JSON");
        let fields = instruction.as_object_mut().expect("an object");
        let name = fields.keys().nth(place.index(fields.len())).cloned();
        let name = name.expect("one that is there");
        match kind {
            0 => drop(fields.remove(&name)),
            1 => drop(fields.insert("x".to_owned(), value)),
            2..4 => drop(fields.insert(name, value)),
            _ => {}
        }
        instruction
    })
}

/// A script: one that comes with the emulator, damaged, or any text.
fn script() -> impl Strategy<Value = String> {
    let texts: Vec<&'static str> = SHIPPED.iter().map(|shipped| shipped.text).collect();
    let line = select(vec![
        "",
        "[[step]]",
        "[step]",
        "x = 1",
        "at = \"-1s\"",
        "at = 1e99",
        "=",
        "\"",
        "agents = 99999999",
        "seed = -1",
        "speed = nan",
    ]);
    prop_oneof![
        6 => (select(texts), any::<Index>(), line, any::<bool>()).prop_map(
            |(text, place, line, replaces)| {
                let mut lines: Vec<&str> = text.lines().collect();
                let place = place.index(lines.len());
                if replaces {
                    lines[place] = line;
                } else {
                    lines.insert(place, line);
                }
                lines.join("\n")
            }
        ),
        1 => json::text(),
    ]
}

async fn holds(
    scene: &Scene,
    path: &str,
    kind: &str,
    body: impl Into<Body>,
) -> Result<(), TestCaseError> {
    let before = scene.snapshot();
    let request = Request::post(path)
        .header(header::HOST, "localhost:8090")
        .header(header::CONTENT_TYPE, kind)
        .body(body.into());
    let reply = scene
        .site
        .stranger()
        .send(request.expect("a request"))
        .await;
    let Ok(Value::Object(body)) = serde_json::from_str(&reply.text) else {
        return Err(TestCaseError::fail(reply.text));
    };
    match reply.status {
        200 => prop_assert!(body.get("error").is_none(), "{}", reply.text),
        400 | 404 | 409 => {
            let words = body.get("error").and_then(Value::as_str);
            prop_assert!(
                words.is_some_and(|words| !words.is_empty()),
                "{}",
                reply.text
            );
            unchanged(&before, &scene.snapshot())?;
        }
        status => return Err(TestCaseError::fail(format!("{status} {}", reply.text))),
    }
    Ok(())
}

proptest! {
    #![proptest_config(tries(128))]

    #[test]
    fn instructions_of_any_kind_are_all_carried_out_or_none(
        bodies in vec(json::bytes(prop_oneof![
            3 => vec(instruction(), 1..4).prop_map(Value::from),
            1 => instruction(),
        ]), 1..8),
    ) {
        in_virtual_time(async {
            let scene = Scene::new().await;
            for body in bodies {
                holds(&scene, "/emulator/instructions", "application/json", body).await?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_script_of_any_kind_is_played_or_refused_in_words(
        scripts in vec(script(), 1..6),
    ) {
        in_virtual_time(async {
            let scene = Scene::new().await;
            for script in scripts {
                holds(&scene, "/emulator/scripts", "application/toml", script).await?;
            }
            Ok(())
        })?;
    }
}
