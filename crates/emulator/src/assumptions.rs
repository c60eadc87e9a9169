//! `ASSUMPTIONS.md` and the code agree: each row names a file in which something is called an
//! assumption, and what it names there exists; and no such file is missing from it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const WORD: &str = "Assumption";

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What stands in the second column of each row, between backticks.
fn rows() -> Vec<Vec<&'static str>> {
    let list = include_str!("../ASSUMPTIONS.md");
    let rows = list.lines().filter(|line| line.starts_with('|')).skip(2);
    let column = |row: &'static str| {
        let (_, place) = row.trim_end_matches([' ', '|']).rsplit_once(" | ")?;
        Some(place.split('`').skip(1).step_by(2).collect())
    };
    rows.map(|row| column(row).expect(row)).collect()
}

#[test]
fn each_row_names_a_place_where_something_is_assumed() {
    for row in rows() {
        let mut text = String::new();
        for name in row {
            if name.ends_with(".rs") {
                text = fs::read_to_string(source().join(name)).expect(name);
                assert!(text.contains(WORD), "{name} assumes nothing");
            } else {
                let item = name.rsplit("::").next().unwrap_or(name);
                assert!(text.contains(item), "there is no {name} in that file");
            }
        }
        assert!(!text.is_empty(), "a row names its file");
    }
}

#[test]
fn each_file_that_assumes_something_has_a_row() {
    let listed: BTreeSet<&str> = rows().into_iter().flatten().collect();
    let mut directories = vec![source()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let name = path.strip_prefix(source()).expect("below it");
            let name = name.to_str().expect("text").replace('\\', "/");
            // Tests say what they show; these two speak of assumptions in general.
            let is_about_others = name.contains("tests") || name == "assumptions.rs";
            if is_about_others || name == "lib.rs" || !name.ends_with(".rs") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            assert!(
                !text.contains(WORD) || listed.contains(name.as_str()),
                "{name} has no row in ASSUMPTIONS.md"
            );
        }
    }
}
