//! Parsing of instructions.

use super::*;

#[test]
fn people_are_found_by_their_numbers() {
    for (json, people) in [
        (
            json!({ "do": "dial", "agent": "6001", "to": "555-1234" }),
            vec!["6001"],
        ),
        (
            json!({ "do": "transfer", "agent": "6001", "to": "6002" }),
            vec!["6001", "6002"],
        ),
        (
            json!({ "do": "listenIn", "supervisor": "5005", "agent": "6001" }),
            vec!["6001", "5005"],
        ),
        (
            json!({ "do": "faultOn", "fault": "dropNotifications:to=5005" }),
            vec!["5005"],
        ),
        (json!({ "do": "optOut", "from": "555-1234" }), vec![]),
    ] {
        let instruction: Instruction = serde_json::from_value(json).expect("an instruction");
        assert_eq!(instruction.people(), people);
    }
}

#[test]
fn unknown_names_and_fields_are_refused_with_what_was_expected() {
    for (json, wording) in [
        (
            r#"{"do":"endCall","agnt":"6001"}"#,
            "unknown field `agnt`, expected `agent`",
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
        assert!(refusal.to_string().contains(wording), "{json}: {refusal}");
    }
}
