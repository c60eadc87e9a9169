//! Instructions and scripts for the control API, made up. Whatever is refused has changed nothing.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::json;
use super::*;
use crate::faults::FAULTS;
use crate::instruction::VOCABULARY;
use crate::script::SHIPPED;

/// An instruction that there is, with one of its values replaced, one left out, or one too many.
fn instruction() -> impl Strategy<Value = Value> {
    let examples = VOCABULARY
        .iter()
        .map(|words| serde_json::from_str::<Value>(words.example).expect("an example"));
    let faults = FAULTS.iter().map(|about| {
        let example = about.example().expect("an example");
        let mut value = serde_json::to_value(example).expect("JSON");
        value["do"] = "faultOn".into();
        value
    });
    let examples: Vec<Value> = examples.chain(faults).collect();
    let change = prop_oneof![
        2 => Just(None),
        3 => json::value().prop_map(Some),
    ];
    (
        select(examples),
        any::<Index>(),
        change,
        json::text(),
        0..4_u8,
    )
        .prop_map(|(mut example, index, value, key, how)| {
            let fields = example.as_object_mut().expect("an object");
            let known = fields
                .keys()
                .nth(index.index(fields.len()))
                .expect("a key")
                .clone();
            match (how, value) {
                (0, _) => {}
                (1, Some(value)) => {
                    fields.insert(key, value);
                }
                (_, Some(value)) => {
                    fields.insert(known, value);
                }
                (_, None) => {
                    fields.remove(&known);
                }
            }
            example
        })
}

/// Instructions as they are sent: one or a list, as JSON or damaged.
fn instructions() -> impl Strategy<Value = Vec<u8>> {
    let some = prop_oneof![
        instruction(),
        proptest::collection::vec(instruction(), 0..4).prop_map(Value::from),
        json::value(),
    ];
    json::bytes(some)
}

/// A script that comes with the emulator, with a line replaced or left out.
fn script() -> impl Strategy<Value = Vec<u8>> {
    let texts: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.text).collect();
    let line = prop_oneof![
        1 => Just(String::new()),
        1 => json::text(),
        1 => json::text().prop_map(|text| format!("{text:?} = 1")),
        1 => (json::text(), json::text()).prop_map(|(key, value)| format!("{key} = {value:?}")),
        1 => select(vec!["at = \"-1s\"", "[[step]]", "[step]", "after = 1", "do = \"restart\"", "when = {}"])
            .prop_map(str::to_owned),
    ];
    (select(texts), any::<Index>(), line).prop_map(|(text, index, line)| {
        let mut lines: Vec<&str> = text.lines().collect();
        let place = index.index(lines.len());
        lines[place] = &line;
        lines.join("\n").into_bytes()
    })
}

/// Sends it, and sees that it is answered clearly and, if refused, has changed nothing.
async fn try_out(path: &str, kind: &str, body: Vec<u8>) -> Result<(), TestCaseError> {
    let mut scene = Scene::new().await;
    let before = scene.snapshot();
    let request = Request::post(path).header(header::HOST, "localhost");
    let request = request.header(header::CONTENT_TYPE, kind);
    let reply = scene
        .client
        .send(request.body(Body::from(body)).unwrap())
        .await;
    let answer: Value = serde_json::from_str(&reply.text)
        .map_err(|_| TestCaseError::fail(format!("no JSON: {}", reply.text)))?;
    if reply.status == 200 {
        prop_assert!(answer.get("error").is_none(), "{answer}");
        return Ok(());
    }
    prop_assert!(
        [400, 404, 409].contains(&reply.status),
        "{}: {answer}",
        reply.status
    );
    let words = answer["error"].as_str().unwrap_or_default();
    prop_assert!(!words.is_empty(), "{answer}");
    unchanged(&before, &scene.snapshot())
}

proptest! {
    #![proptest_config(tries(120))]

    #[test]
    fn made_up_instructions_are_carried_out_or_change_nothing(body in instructions()) {
        in_virtual_time(try_out("/emulator/instructions", "application/json", body))?;
    }

    #[test]
    fn made_up_scripts_are_played_or_change_nothing(body in script()) {
        in_virtual_time(try_out("/emulator/scripts", "application/toml", body))?;
    }
}
