//! The tables of the README are generated from the code: `UPDATE=1 cargo test -p gws-emulator
//! --test readme` writes them.

use std::{env, fs};

use gws_emulator::Instruction;
use gws_emulator::fault::FAULTS;
use gws_emulator::script::SHIPPED;
use serde_json::{Value, json};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Names as code, separated by commas.
fn code<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn instructions() -> String {
    let mut table = "| `do` | with | |\n|---|---|---|\n".to_owned();
    for (example, what) in Instruction::vocabulary() {
        let Value::Object(fields) = json!(example) else {
            panic!("{what}: not an object");
        };
        let name = fields["do"].as_str().expect("a name");
        let with = code(fields.keys().map(String::as_str).filter(|key| *key != "do"));
        table += &format!("| `{name}` | {with} | {what} |\n");
    }
    table
}

fn faults() -> String {
    let mut table =
        "| fault, by example | defaults | limited by | |\n|---|---|---|---|\n".to_owned();
    for kind in FAULTS {
        let defaults = kind.defaults.split(',').filter(|pair| !pair.is_empty());
        let (defaults, limits) = (code(defaults), code(kind.at.matches().iter().copied()));
        let (flag, what) = (kind.flag(), kind.what);
        table += &format!("| `{flag}` | {defaults} | {limits} | {what} |\n");
    }
    table
}

fn scripts() -> String {
    let script = |name: &str, what: &str| format!("- [`{name}`](scripts/{name}.toml): {what}\n");
    SHIPPED
        .iter()
        .map(|it| script(it.name, &it.what()))
        .collect()
}

#[test]
fn tables_are_generated_from_the_code() {
    let readme = fs::read_to_string(README).expect("the README");
    let mut made = readme.clone();
    for (name, table) in [
        ("instructions", instructions()),
        ("faults", faults()),
        ("scripts", scripts()),
    ] {
        let (begin, end) = (
            format!("<!-- {name} -->\n"),
            format!("<!-- end of {name} -->"),
        );
        let (before, rest) = made.split_once(&begin).expect("a table's beginning");
        let (_, after) = rest.split_once(&end).expect("a table's end");
        made = format!("{before}{begin}\n{table}\n{end}{after}");
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(README, made).expect("written");
    } else {
        assert!(
            readme == made,
            "tables are out of date; run this test with UPDATE=1"
        );
    }
}

#[test]
fn examples_of_scripts_are_valid() {
    let readme = fs::read_to_string(README).expect("the README");
    let examples = readme.split("```toml\n").skip(1);
    let examples = examples.map(|rest| rest.split("```").next().unwrap_or_default());
    let step = "[[step]]\ndo = \"faultsOff\"\n";
    let mut count = 0;
    for example in examples {
        let text = if example.contains("[[step]]") {
            ""
        } else {
            step
        };
        let script = gws_emulator::Script::read("README", &format!("{example}{text}"));
        script.unwrap_or_else(|error| panic!("{error}"));
        count += 1;
    }
    assert_eq!(count, 2);
}
