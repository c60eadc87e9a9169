//! Compares the accessibility tree and the focus order in a state with a file of `tests/e2e/snapshots`. With
//! `LISTEN_IN_SNAPSHOTS=write` the files are rewritten. Chromium only.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::environment;
use crate::widget::Widget;

/// Roles without meaning.
const PLAIN: [&str; 5] = [
    "none",
    "generic",
    "InlineTextBox",
    "StaticText",
    "LineBreak",
];

/// Compares the widget's current state with the snapshot of this name.
///
/// # Errors
/// They differ, or there is no snapshot.
pub async fn compare(widget: &Widget, name: &str) -> Result<()> {
    let mut found = "The accessibility tree\n".to_owned();
    found.push_str(&tree(widget).await?);
    found.push_str("\nThe order of the focus\n");
    for (role, name) in widget.tab_stops().await? {
        writeln!(found, "  {role} “{}”", without_times(&name))?;
    }
    let file = environment::snapshots().join(format!("{name}.txt"));
    if std::env::var_os("LISTEN_IN_SNAPSHOTS").is_some_and(|it| it == "write") {
        return Ok(std::fs::write(&file, found)?);
    }
    let expect = std::fs::read_to_string(&file);
    let expect = expect.with_context(|| format!("{} can't be read", file.display()))?;
    ensure!(
        found == expect,
        "{} is another one now; if it is meant to be, write it with LISTEN_IN_SNAPSHOTS=write:\n{found}",
        file.display()
    );
    Ok(())
}

/// A line for each part of the widget that assistive technology sees.
async fn tree(widget: &Widget) -> Result<String> {
    let nodes = widget.accessibility_tree().await?;
    let nodes = nodes["nodes"].as_array().context("there is no tree")?;
    let find = |id: &Value| nodes.iter().find(|node| node["nodeId"] == *id);
    let root = nodes.first().context("the tree is empty")?;
    let mut lines = String::new();
    let mut stack = vec![(root, 1)];
    while let Some((node, depth)) = stack.pop() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        let is_shown = node["ignored"] != json!(true) && !PLAIN.contains(&role);
        if is_shown {
            let name = node["name"]["value"].as_str().unwrap_or_default();
            write!(lines, "{}{role}", "  ".repeat(depth))?;
            if !name.is_empty() {
                write!(lines, " “{}”", without_times(name))?;
            }
            let properties = node["properties"].as_array().into_iter().flatten();
            for property in properties {
                let name = property["name"].as_str().unwrap_or_default();
                let value = &property["value"]["value"];
                if ["checked", "disabled", "expanded", "selected"].contains(&name) {
                    let value = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    write!(lines, " {name}={value}")?;
                }
            }
            lines.push('\n');
        }
        let children = node["childIds"].as_array().into_iter().flatten().rev();
        let depth = depth + usize::from(is_shown);
        stack.extend(children.filter_map(find).map(|child| (child, depth)));
    }
    Ok(lines)
}

/// The text with `0` for each digit of a time or a duration.
fn without_times(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for at in 0..words.len() {
        let is_span = words.get(at + 1).is_some_and(|next| next == "s");
        if is_span || words[at].contains(':') {
            words[at] = words[at].replace(|it: char| it.is_ascii_digit(), "0");
        }
        if is_span {
            words[at] = "0".to_owned();
        }
    }
    words.join(" ")
}
