//! The scripts of the package that are generated from others: `core/element.js`, `bundle.js`.

use anyhow::{Context, Result, ensure};

/// Marks the parts of the shell that are not in `core/element.js`.
const REGION: (&str, &str) = ("// region\n", "// endregion\n");

/// The exports of the class's file, for `manual.js`.
const EXPORTS: &str = "export { ListenInElement, ListenInError, check, compile, fail };\n";

/// How the shell loads the texts of its panels.
const WORDS: &str = "open(new URL(\"./core/words.js\", import.meta.url))";

/// Only the element's class: without the parts of the shell that load and define.
///
/// # Errors
/// The shell's regions are not the two expected.
pub(crate) fn element(shell: &str) -> Result<String> {
    let [before, _load, between, _define, after] = regions(shell)?;
    let class = [before, between, after, EXPORTS].concat();
    // It is in `core/` itself, and bundlers follow an import.
    with_words(&class, "import(\"./words.js\")")
}

/// The shell and all its scripts in one: only the WebAssembly and the translations are loaded.
///
/// # Errors
/// The shell's regions are not the two expected, or the bindings are not a function.
pub(crate) fn bundle(
    shell: &str,
    load: &str,
    bindings: &str,
    widget: &str,
    words: &str,
) -> Result<String> {
    let shell = with_words(shell, "Promise.resolve({ wordsFor })")?;
    let [before, _load, between, define, after] = regions(&shell)?;
    let local = |script: &str, exported: &str| {
        let declared = format!("export {exported}");
        ensure!(script.contains(&declared), "no script exports {exported}");
        Ok(script.replace(&declared, exported))
    };
    let bindings = local(bindings, "function bindings")?;
    let widget = local(widget, "class Widget")?;
    let words = local(words, "function wordsFor")?;
    let parts = [
        &bindings, &widget, &words, before, load, between, define, after,
    ];
    Ok(parts.concat())
}

/// The shell, with another way to load the texts of its panels.
fn with_words(shell: &str, way: &str) -> Result<String> {
    let found = shell.matches(WORDS).count();
    ensure!(found == 1, "the shell has {found} times {WORDS}");
    Ok(shell.replace(WORDS, way))
}

/// The parts of the shell, with its regions between them, without their markers.
fn regions(shell: &str) -> Result<[&str; 5]> {
    let mut parts = Vec::new();
    let mut rest = shell;
    while let Some((before, from)) = rest.split_once(REGION.0) {
        let (region, after) = from
            .split_once(REGION.1)
            .context("a region is not closed")?;
        parts.extend([before, region]);
        rest = after;
    }
    parts.push(rest);
    let found = parts.len();
    parts
        .try_into()
        .ok()
        .with_context(|| format!("the shell has {found} parts, not 5"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str = "let a = open(new URL(\"./core/words.js\", import.meta.url));\n// region\nlet load;\n// endregion\nlet b;\n// region\nexport { b };\n// endregion\n";

    #[test]
    fn the_class_is_the_shell_without_its_regions() {
        assert_eq!(
            element(SHELL).unwrap(),
            format!("let a = import(\"./words.js\");\nlet b;\n{EXPORTS}")
        );
        assert!(element("let a;\n").is_err());
        assert!(element(&SHELL.replace("// endregion\nlet b", "let b")).is_err());
    }

    #[test]
    fn the_bundle_uses_its_own_loader() {
        let bundle = bundle(
            SHELL,
            "let own;\n",
            "export function bindings() {}\n",
            "export class Widget {}\n",
            "export function wordsFor() {}\n",
        );
        assert_eq!(
            bundle.unwrap(),
            "function bindings() {}\nclass Widget {}\nfunction wordsFor() {}\nlet a = Promise.resolve({ wordsFor });\nlet own;\nlet b;\nexport { b };\n"
        );
    }
}
