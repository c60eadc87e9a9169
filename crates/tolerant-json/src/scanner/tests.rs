//! Agreement with serde_json.

use serde_json::Value;
use serde_json::value::RawValue;

use super::*;

/// Texts with everything in the grammar, from which others are derived.
const TEXTS: [&str; 6] = [
    r#" { "a" : [ 1 , -2.5e+3 , "é\n\u00e9\ud83d\ude00\"\\\/" , null ] , "b":{},"c":[[],{"":true}] } "#,
    r#"[{"channel":"/a/b","data":{"x":[0,-0,10,0.5,1E2,1e-7]},"id":"7"},false]"#,
    r#""\b\f\r\t \uD834\uDD1E \u0041""#,
    "[123456789012345678901234567890,1e400,9223372036854775807,-9223372036854775808]",
    "  -12  ",
    "nullx",
];

/// Bytes that replace a byte of those.
const BYTES: &[u8] = b"{}[]\",:\\u0123.eE+- \ntfnd\x01";

/// Checks that skipping and parsing agree with serde_json.
fn check(json: &str) {
    let mut scanner = Scanner::new(json);
    let skipped = scanner.skip().and_then(|text| scanner.end().map(|()| text));
    let raw: Option<&RawValue> = serde_json::from_str(json).ok();
    assert_eq!(skipped, raw.map(RawValue::get), "{json:?}");

    let read = crate::Document::parse(json);
    match serde_json::from_str::<Value>(json) {
        Ok(value) => agree(read.expect(json).root(), &value),
        // serde_json refuses numbers that are too large.
        Err(error) if error.to_string().contains("out of range") => {}
        Err(_) => assert!(read.is_err(), "{json:?}"),
    }
}

#[track_caller]
fn agree(node: crate::Node<'_>, value: &Value) {
    match value {
        Value::Null => assert!(node.is_null()),
        Value::Bool(value) => assert_eq!(node.bool(), Some(*value)),
        Value::String(text) => assert_eq!(node.str(), Some(&**text)),
        Value::Number(number) => {
            let found = node.integer().unwrap();
            let is_exact = number.as_i64().is_some_and(|number| number == found);
            // serde_json rounds large numbers.
            let cut = number.as_f64().unwrap() as i64;
            let is_near = cut.abs_diff(found) as f64 <= 1e-15 * cut.unsigned_abs() as f64;
            assert!(is_exact || is_near, "{number}: {found}");
        }
        Value::Array(list) => {
            let elements: Vec<_> = node.elements().collect();
            assert!(node.is_list());
            assert_eq!(elements.len(), list.len());
            let pairs = elements.into_iter().zip(list);
            pairs.for_each(|(node, value)| agree(node, value));
        }
        Value::Object(fields) => {
            assert!(node.is_object());
            let values = fields.iter();
            values.for_each(|(name, value)| agree(node.field(name), value));
        }
    }
}

#[test]
fn it_accepts_and_refuses_the_same_texts_as_serde_json() {
    for text in TEXTS {
        check(text);
        for at in 0..text.len() {
            let (before, rest) = text.as_bytes().split_at(at);
            let others = BYTES
                .iter()
                .map(|byte| [before, &[*byte], &rest[1..]].concat());
            let longer = BYTES.iter().map(|byte| [before, &[*byte], rest].concat());
            let shorter = [before.to_vec(), [before, &rest[1..]].concat()];
            for text in others.chain(longer).chain(shorter) {
                if let Ok(text) = core::str::from_utf8(&text)
                    // Of two fields with one name, a node has the first, serde_json's map the last.
                    && text.matches("\"a\"").count() < 2
                {
                    check(text);
                }
            }
        }
    }
}

#[test]
fn fractions_are_cut_off_and_large_numbers_saturate() {
    for (json, expect) in [
        ("-12.99", -12),
        ("12.345e2", 1234),
        ("12e-1", 1),
        ("0.00012e5", 12),
        ("1e-999999999999999999999", 0),
        ("0e999999999999999999999", 0),
        ("1e999999999999999999999", i64::MAX),
        ("-1e400", -i64::MAX),
        ("123456789012345678901234567890e-20", 1_234_567_890),
    ] {
        let document = crate::Document::parse(json).unwrap();
        assert_eq!(document.root().integer(), Some(expect), "{json}");
        assert_eq!(document.root().exact_integer(), None, "{json}");
    }
}

#[test]
fn depth_is_limited_for_parsed_values_only() {
    let nested = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
    assert!(crate::Document::parse(&nested(DEEPEST)).is_ok());
    assert!(crate::Document::parse(&nested(DEEPEST + 1)).is_err());
    let deep = nested(100_000);
    assert_eq!(Scanner::new(&deep).skip().unwrap(), deep);
}
