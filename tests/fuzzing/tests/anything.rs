//! Arbitrary input, and the corpus with all findings of the fuzzer.

use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use fuzzing::{Step, decode, play, play_again_and_again};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_hold_for_any_script(steps in script(60)) {
        play(&format!("subscribe /v2/me/devices\nopen\n{steps}"));
    }

    #[test]
    fn any_text_is_decoded(script in "\\PC*") {
        decode(script.as_bytes());
    }

    #[test]
    fn any_bytes_are_decoded(body in prop::collection::vec(any::<u8>(), 0..200)) {
        decode(&body);
    }

    /// The samples, each damaged at one place.
    #[test]
    fn damaged_messages_are_decoded(sample in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let samples = corpus("messages");
        let mut body = samples[sample.index(samples.len())].1.clone();
        if !body.is_empty() {
            let at = at.index(body.len());
            body[at] = byte;
        }
        decode(&body);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn repeated_scripts_do_not_grow_the_client(steps in script(12)) {
        play_again_and_again(&format!("open\n{steps}"));
    }
}

/// Scripts with fewer steps than this. Each step is made from some bytes, so that a failing script is
/// shrunk step by step.
fn script(steps: usize) -> impl Strategy<Value = String> {
    let step = |bytes: Vec<u8>| {
        let step = Step::arbitrary(&mut Unstructured::new(&bytes)).expect("a step");
        format!("{step}\n")
    };
    let step = prop::collection::vec(any::<u8>(), 0..96).prop_map(step);
    prop::collection::vec(step, 0..steps).prop_map(|steps| steps.concat())
}

#[test]
fn every_script_of_the_corpus_is_played() {
    for (name, script) in corpus("replies") {
        println!("{name}");
        let script = String::from_utf8_lossy(&script);
        play(&script);
        play_again_and_again(&script);
    }
}

#[test]
fn every_body_of_the_corpus_is_decoded() {
    for (name, body) in corpus("messages") {
        println!("{name}");
        decode(&body);
    }
}

/// An ignored line would test nothing.
#[test]
fn every_line_of_the_corpus_is_a_step() {
    for (name, script) in corpus("replies") {
        for line in String::from_utf8_lossy(&script).lines() {
            let is_comment = line.is_empty() || line.starts_with('#');
            assert!(is_comment || Step::read(line).is_some(), "{name}: {line}");
        }
    }
}

/// The files of a target's corpus, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let files = fs::read_dir(folder.join(target)).expect("the corpus");
    let mut files: Vec<_> = files
        .map(|file| {
            let file = file.expect("a file");
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read(file.path()).expect("a file"))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no corpus for {target}");
    files
}
