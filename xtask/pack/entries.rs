//! The scripts of the package that are generated from others: `core/element.js`, `core/bindings.js`, `bundle.js`.

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
/// The shell's regions are not the two expected, or the bindings are not those of [`bindings`].
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

/// The bindings as a function that creates a fresh instance at each call. As a module they exist only once, and name
/// the WebAssembly, which bundlers would then copy twice.
///
/// # Errors
/// wasm-bindgen's output has an unknown form.
pub(crate) fn bindings(module: &str) -> Result<String> {
    const LAST: &str = "export { initSync, __wbg_init as default };\n";
    const LOADING: &str = "module_or_path = new URL('listen-in_bg.wasm', import.meta.url);";
    const NO_WASM: &str = "throw new TypeError(\"there is no WebAssembly\");";
    // The address from which translations are loaded by default.
    const ADDRESS: (&str, &str) = ("const ret = import.meta.url;", "const ret = \"\";");
    for part in [LAST, LOADING, ADDRESS.0] {
        ensure!(
            module.matches(part).count() == 1,
            "the bindings have no {part}"
        );
    }
    let module = module
        .replace(LAST, "")
        .replace(LOADING, NO_WASM)
        .replace(ADDRESS.0, ADDRESS.1);
    let mut text = "export function bindings() {\n".to_owned();
    let mut names = vec!["default: __wbg_init"];
    for line in module.lines() {
        let exported = line.strip_prefix("export ");
        if let Some(declared) = exported {
            let mut words = declared.split([' ', '(']).skip(1);
            names.push(words.next().context("an export has no name")?);
        }
        text.push_str(exported.unwrap_or(line));
        text.push('\n');
    }
    text.push_str(&format!("return {{ {} }};\n}}\n", names.join(", ")));
    ensure!(
        !text.contains("import.meta"),
        "the bindings use import.meta elsewhere, too"
    );
    Ok(text)
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

    #[test]
    fn bindings_become_a_function_that_returns_their_exports() {
        let module = "export class A {\n}\nexport function f(a) {\n}\nconst ret = import.meta.url;\nmodule_or_path = new URL('listen-in_bg.wasm', import.meta.url);\nexport { initSync, __wbg_init as default };\n";
        assert_eq!(
            bindings(module).unwrap(),
            "export function bindings() {\nclass A {\n}\nfunction f(a) {\n}\nconst ret = \"\";\nthrow new TypeError(\"there is no WebAssembly\");\nreturn { default: __wbg_init, A, f };\n}\n"
        );
        assert!(bindings("export { initSync, __wbg_init as default };\n").is_err());
    }
}
