//! Checks that the table agrees with the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

fn read(path: &str) -> String {
    fs::read_to_string(crate::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files with this extension in a folder and its subfolders, as one text.
fn all(folder: &Path, ending: &str) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&all(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    text
}

/// All texts between `before` and the next `after`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> BTreeSet<&'a str> {
    let starts = text
        .match_indices(before)
        .map(|(at, it)| &text[at + it.len()..]);
    starts
        .filter_map(|it| Some(it.split_once(after)?.0))
        .collect()
}

/// The names in a JavaScript list that is written as one text.
fn list<'a>(script: &'a str, name: &str) -> BTreeSet<&'a str> {
    let lists = between(script, &format!("const {name} ="), ".split(\" \")");
    let list = lists
        .first()
        .unwrap_or_else(|| panic!("there is no list {name}"));
    list.trim().trim_matches('"').split(' ').collect()
}

fn names(all: &[Named]) -> BTreeSet<&'static str> {
    all.iter().map(|(name, _)| *name).collect()
}

#[test]
fn attributes_and_properties_are_those_of_the_shell_and_of_its_types() {
    let (shell, types) = (read("npm/listen-in.js"), read("npm/listen-in.d.ts"));
    let attributes: BTreeSet<_> = ATTRIBUTES.iter().map(|it| it.name).collect();
    assert_eq!(attributes, list(&shell, "ATTRIBUTES"));
    for it in ATTRIBUTES {
        let accessor = format!("  set {}(value: {} | ", it.property, it.accepts);
        assert!(types.contains(&accessor), "{accessor}");
        let attribute = [format!("  {}?:", it.name), format!("  \"{}\"?:", it.name)];
        assert!(
            attribute.iter().any(|line| types.contains(line)),
            "{}",
            it.name
        );
    }
    for it in PROPERTIES {
        let (name, read_only) = (it.name, if it.is_readonly { "readonly " } else { "" });
        let written = [format!("  {read_only}{name}: "), format!("  get {name}()")];
        assert!(written.iter().any(|line| types.contains(line)), "{name}");
    }
}

#[test]
fn methods_are_those_of_the_shell_with_their_types() {
    let (shell, types) = (read("npm/listen-in.js"), read("npm/listen-in.d.ts"));
    let of_widget = METHODS.iter().map(|it| it.name).filter(|it| *it != "focus");
    assert_eq!(of_widget.collect::<BTreeSet<_>>(), list(&shell, "METHODS"));
    for it in METHODS.iter().filter(|it| it.name != "focus") {
        let parameters = it.parameters.iter().map(|(name, of, is_optional)| {
            let mark = if *is_optional { "?" } else { "" };
            format!("{name}{mark}: {of}")
        });
        let parameters: Vec<_> = parameters.collect();
        let signature = format!("  {}({}): {};", it.name, parameters.join(", "), it.gives);
        assert!(types.contains(&signature), "{signature}");
    }
}

#[test]
fn events_are_those_that_are_dispatched_with_their_types() {
    let sources = [
        "npm/listen-in.js",
        "npm/core/widget.js",
        "src/element/events.rs",
    ];
    let text: String = sources.map(read).concat();
    let dispatched: BTreeSet<_> = between(&text, "\"listen-in-", "\"");
    let known = EVENTS
        .iter()
        .map(|it| it.name.strip_prefix("listen-in-").unwrap());
    assert_eq!(known.collect::<BTreeSet<_>>(), dispatched);
    let types = read("npm/listen-in.d.ts");
    for it in EVENTS {
        let typed = format!("  \"{}\": CustomEvent<{}>;", it.name, it.detail);
        assert!(types.contains(&typed), "{typed}");
    }
}

#[test]
fn codes_are_those_of_the_types() {
    let types = read("npm/listen-in.d.ts");
    let mut found = BTreeSet::new();
    for name in ["LoadErrorCode", "ObstacleCode", "OutcomeCode"] {
        let definitions = between(&types, &format!("export type ListenIn{name} ="), ";");
        let definition = definitions.first().unwrap();
        found.extend(definition.split('"').skip(1).step_by(2));
    }
    assert_eq!(names(CODES), found);
}

#[test]
fn slots_are_those_of_the_shell_and_the_panel() {
    let (shell, element) = (read("npm/listen-in.js"), read("src/element/mod.rs"));
    let mut slots = between(&shell, "slot(\"", "\"");
    slots.extend(between(&element, "<slot name=\"", "\""));
    assert_eq!(names(SLOTS), slots);
}

#[test]
fn states_are_those_that_are_set() {
    let (shell, events) = (read("npm/listen-in.js"), read("src/element/events.rs"));
    let mut set = between(&shell, "#mark(\"", "\"");
    set.extend(between(&events, "states.push(\"", "\""));
    // The phases of the connection.
    let types = read("npm/listen-in.d.ts");
    let phases = between(&types, "  phase: ", ";");
    set.extend(phases.first().unwrap().split('"').skip(1).step_by(2));
    assert_eq!(names(STATES), set);
}

#[test]
fn parts_are_those_of_the_panel() {
    let view = all(&crate::root().join("src/view"), "rs");
    let view = view.split_whitespace().collect::<Vec<_>>().join(" ");
    let shell = read("npm/listen-in.js");
    let mut parts = between(&view, " part=\"", "\"");
    parts.extend(between(&shell, "part: \"", "\""));
    // Buttons and selects: a message, followed by the part.
    let labelled = between(&view, "(message!(\"", "\"), ");
    let of_buttons = labelled
        .iter()
        .flat_map(|label| between(&view, &format!("(message!(\"{label}\"), \""), "\""));
    parts.extend(of_buttons);
    assert_eq!(names(PARTS), parts);
}

#[test]
fn custom_properties_are_those_of_the_style_sheets_with_their_defaults() {
    let style = all(&crate::root().join("src/view/style"), "css");
    let used = between(&style, "var(--listen-in-", ",");
    let known = CUSTOM_PROPERTIES
        .iter()
        .map(|it| it.name.strip_prefix("--listen-in-").unwrap());
    assert_eq!(known.collect::<BTreeSet<_>>(), used);
    for it in CUSTOM_PROPERTIES {
        let written = format!("var({}, {})", it.name, it.default());
        assert!(style.contains(&written), "{written}");
    }
    let shell = read("npm/listen-in.js");
    for name in between(&shell, "var(--listen-in-", ",") {
        assert!(used.contains(name), "{name}");
    }
}

#[test]
fn the_translations_are_located_in_the_order_of_the_widget() {
    let mut names: Vec<_> = crate::languages::names().unwrap();
    names.sort();
    let urls: Vec<_> = names
        .iter()
        .map(|name| format!("new URL(\"./core/locales/{name}\", import.meta.url),"))
        .collect();
    for script in ["npm/listen-in.js", "npm/bundle.js", "npm/manual.js"] {
        let text = read(script)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            text.contains(&format!("[ {} ]", urls.join(" "))),
            "{script}"
        );
    }
    let codes: Vec<_> = names.iter().map(|it| it.trim_end_matches(".txt")).collect();
    for (source, list) in [
        ("npm/manual.js", format!("[\"{}\"]", codes.join("\", \""))),
        (
            "src/browser/language.rs",
            format!("\"{}\"", codes.join(" ")),
        ),
    ] {
        assert!(read(source).contains(&list), "{source}");
    }
}
