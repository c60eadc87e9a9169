//! What is an instruction.

use super::*;

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
fn the_readme_has_all_of_them() {
    let readme = include_str!("../../README.md");
    for entry in VOCABULARY {
        assert!(
            readme.contains(&format!("`{}`", entry.name)),
            "{}",
            entry.name
        );
    }
}
