//! The widget's scripts for pages: without comments.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The scripts of the widget in a page, handwritten and generated.
pub(crate) const SCRIPTS: [&str; 10] = [
    "listen-in.js",
    "frame.js",
    "frame-host.js",
    "wwe.js",
    "core/listen-in.js",
    "core/widget.js",
    "core/polls.js",
    "core/bridge.js",
    "core/storage-access.js",
    "core/words.js",
];

/// Removes comments and indentation from the scripts in a page.
///
/// # Errors
/// A script is missing, or can't be written.
pub(crate) fn strip(page: &Path) -> Result<()> {
    for script in SCRIPTS {
        let script = page.join(script);
        let text = fs::read_to_string(&script)
            .with_context(|| format!("there is no {}", script.display()))?;
        fs::write(&script, without_comments(&text))?;
    }
    Ok(())
}

/// The script without comment lines, empty lines and indentation. Comments for bundlers are within
/// lines. A text over several lines is kept.
pub(crate) fn without_comments(script: &str) -> String {
    let (mut is_comment, mut is_text) = (false, false);
    let mut kept = String::new();
    for line in script.lines() {
        let start = line.trim_start();
        is_comment |= !is_text && start.starts_with("/*");
        let is_kept = is_text || !(is_comment || start.is_empty() || start.starts_with("//"));
        if is_kept {
            kept.push_str(if is_text { line } else { start });
            kept.push('\n');
            is_text ^= line.matches('`').count() % 2 == 1;
        }
        is_comment &= !line.trim_end().ends_with("*/");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_everything_else_stays() {
        let script = "// One.\n/** Two. */\nlet a = 1; // kept\n  /**\n   * Three.\n   */\n\n  import(/* note */ b);\n  c = `\n  // text\n  `;\n";
        assert_eq!(
            without_comments(script),
            "let a = 1; // kept\nimport(/* note */ b);\nc = `\n  // text\n  `;\n"
        );
    }
}
