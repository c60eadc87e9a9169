//! The package's scripts, as the page gets them: without comments.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The scripts that are written by hand, in the page.
const SCRIPTS: [&str; 2] = ["listen-in.js", "core/widget.js"];

/// Takes the comments out of the scripts in a page.
///
/// # Errors
/// A script is missing, or can't be written.
pub fn strip(page: &Path) -> Result<()> {
    for script in SCRIPTS {
        let script = page.join(script);
        let text = fs::read_to_string(&script)
            .with_context(|| format!("there is no {}", script.display()))?;
        fs::write(&script, without_comments(&text))?;
    }
    Ok(())
}

/// The script without the lines that are comments. In our scripts no line of a text begins like one; notes to
/// bundlers stand within a line.
fn without_comments(script: &str) -> String {
    let mut is_within = false;
    let mut kept = String::new();
    for line in script.lines() {
        let start = line.trim_start();
        is_within |= start.starts_with("/*");
        if !is_within && !start.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
        is_within &= !line.trim_end().ends_with("*/");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_everything_else_stays() {
        let script = "// One.\n/** Two. */\nlet a = 1; // kept\n  /**\n   * Three.\n   */\n  import(/* note */ b);\n";
        assert_eq!(
            without_comments(script),
            "let a = 1; // kept\n  import(/* note */ b);\n"
        );
    }

    #[test]
    fn our_scripts_have_no_line_of_a_text_that_begins_like_a_comment() {
        for script in SCRIPTS {
            let text = fs::read_to_string(crate::root().join("npm").join(script)).unwrap();
            let mut is_text = false;
            for line in text.lines() {
                assert!(!(is_text && line.trim_start().starts_with('/')), "{line}");
                is_text ^= line.matches('`').count() % 2 == 1;
            }
        }
    }
}
