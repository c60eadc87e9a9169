//! What is an instruction.

use super::*;
use crate::readme::{expected, table};

#[test]
fn every_instruction_has_its_line_and_an_example() {
    let unknown = serde_json::from_str::<Instruction>(r#"{"do":"?"}"#).expect_err("none");
    let unknown = unknown.to_string();
    let names: Vec<&str> = unknown.split('`').skip(3).step_by(2).collect();
    let listed: Vec<&str> = VOCABULARY.iter().map(|words| words.name).collect();
    assert_eq!(names, listed, "{unknown}");
    for words in VOCABULARY {
        let instruction: Instruction = serde_json::from_str(words.example).expect(words.example);
        let json = serde_json::to_value(&instruction).expect("JSON");
        let example: Value = serde_json::from_str(words.example).expect("JSON");
        assert_eq!(json, example);
        assert_eq!(json["do"], words.name);
    }
}

#[test]
fn unknown_names_and_fields_are_refused_with_what_was_expected() {
    for (json, words) in [
        (
            r#"{"do":"dance"}"#,
            "unknown variant `dance`, expected one of `callArrives`",
        ),
        (r#"{"agent":"6001"}"#, "missing field `do`"),
        (
            r#"{"do":"endCall","agnt":"6001"}"#,
            "unknown field `agnt`, expected `agent`",
        ),
        (r#"{"do":"endCall"}"#, "missing field `agent`"),
        (r#"{"do":"endCall","agent":6001}"#, "expected a string"),
        (
            r#"{"do":"faultsOff","agent":"6001"}"#,
            "unknown field `agent`",
        ),
        (
            r#"{"do":"setState","agent":"6001","state":"Asleep"}"#,
            "expected one of `Ready`",
        ),
        (
            r#"{"do":"setState","agent":"6001","state":"NotReady","reason":"Nap"}"#,
            "there are Lunch",
        ),
        (
            r#"{"do":"faultOn","fault":"nonsense"}"#,
            "there is no fault `nonsense`",
        ),
        (
            r#"{"do":"faultOff","fault":"nonsense"}"#,
            "there is no fault `nonsense`",
        ),
        (r#"{"do":"faultOn"}"#, "`fault`, its name, is missing"),
        (
            r#"{"do":"sendRaw","to":"5005","channel":"calls","data":1}"#,
            "`calls` is no channel",
        ),
    ] {
        let refusal = serde_json::from_str::<Instruction>(json).expect_err(json);
        assert!(refusal.to_string().contains(words), "{json}: {refusal}");
    }
}

#[test]
fn the_readme_has_all_of_them_with_what_they_take() {
    let rows = table("| `do` |");
    let mut told = Vec::new();
    for row in &rows {
        told.extend(row[0].iter().map(|&name| (name, row[1].clone())));
    }
    let names: Vec<_> = told.iter().map(|(name, _)| *name).collect();
    for words in VOCABULARY {
        let Some((_, parameters)) = told.iter().find(|(name, _)| *name == words.name) else {
            panic!("there is no row for {}", words.name);
        };
        if words.name == "faultOn" {
            // Its other parameters are the fault's.
            assert_eq!(*parameters, ["fault"]);
            continue;
        }
        let mut more: Value = serde_json::from_str(words.example).expect("JSON");
        more["?"] = Value::Null;
        let refusal = serde_json::from_value::<Instruction>(more).expect_err(words.name);
        assert_eq!(
            *parameters,
            expected(&refusal.to_string()),
            "{}",
            words.name
        );
    }
    assert_eq!(names.len(), VOCABULARY.len(), "and no others: {names:?}");
}

#[test]
fn json_that_is_to_be_sent_is_kept_as_it_came() {
    let data = r#"{"z": 1.50, "a":[ ]}"#;
    let json = format!(r#"{{"do":"sendRaw","to":"5005","channel":"/v2/me/calls","data":{data}}}"#);
    let json = RawValue::from_string(json).expect("JSON");
    let instruction = Instruction::read(&json).expect("an instruction");
    let Instruction::SendRaw { data: kept, .. } = &instruction else {
        panic!("{instruction:?}");
    };
    assert_eq!(kept.0.get(), data);
    let written = serde_json::to_string(&instruction).expect("JSON");
    assert!(written.contains(data), "{written}");
}
