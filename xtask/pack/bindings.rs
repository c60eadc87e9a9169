//! The bindings that wasm-bindgen writes: how they load the WebAssembly, and the same as a function.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Where wasm-bindgen's loader begins. It is the rest of the file.
const LOADER: &str = "async function __wbg_load(";

/// Our loader: the element's class compiles the module. Called again, it returns the same exports.
const OWN_LOADER: &str = "async function __wbg_init(given) {
    if (wasm) return wasm;
    const module = given.module_or_path;
    return __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()), module);
}
export { __wbg_init as default };
";

/// What is never so in a browser that the widget supports; esbuild omits what depends on it.
const NEVER: [&str; 4] = [
    "(typeof FinalizationRegistry === 'undefined')",
    "(!('encodeInto' in cachedTextEncoder))",
    "(realloc === undefined)",
    // Nobody disposes of a mounted widget by `using`.
    "(Symbol.dispose)",
];

/// Replaces the loader in the bindings of a folder: wasm-bindgen's accepts addresses, responses and bytes, too. Also omits
/// what is for other browsers.
///
/// # Errors
/// The file is missing, or not in wasm-bindgen's form.
pub(crate) fn trim(folder: &Path) -> Result<()> {
    let path = folder.join("listen-in.js");
    let script =
        fs::read_to_string(&path).with_context(|| format!("there is no {}", path.display()))?;
    Ok(fs::write(path, trimmed(&script)?)?)
}

fn trimmed(script: &str) -> Result<String> {
    let start = script.find(LOADER);
    let start = start.with_context(|| format!("the bindings have no {LOADER}"))?;
    let mut script = [&script[..start], OWN_LOADER].concat();
    for never in NEVER {
        ensure!(script.contains(never), "the bindings have no {never}");
        script = script.replace(never, "(false)");
    }
    Ok(script)
}

/// The minified bindings as a function that creates a fresh instance at each call. As a module they exist only once.
///
/// # Errors
/// They are not minified, or their form is unknown.
pub(crate) fn as_function(module: &str) -> Result<String> {
    const FORM: &str = "the bindings are not those of a page that was built for release";
    // The address from which translations are loaded by default.
    const ADDRESS: (&str, &str) = ("import.meta.url", "\"\"");
    ensure!(module.matches(ADDRESS.0).count() == 1, FORM);
    let module = module.replace(ADDRESS.0, ADDRESS.1);
    let (module, exports) = module.rsplit_once("export{").context(FORM)?;
    let exports = exports.trim_end().strip_suffix("};").context(FORM)?;
    let mut names = Vec::new();
    for export in exports.split(',') {
        let (name, exported) = export.split_once(" as ").context(FORM)?;
        names.push(format!("{exported}:{name}"));
    }
    let names = names.join(",");
    Ok(format!(
        "export function bindings(){{{module}return{{{names}}}}}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_is_replaced() {
        let loader =
            "async function __wbg_load(module) {}\nexport { initSync, __wbg_init as default };\n";
        let script = NEVER.map(|never| format!("if {never} a();\n")).concat();
        let expect = [
            "if (false) a();\n".repeat(NEVER.len()),
            OWN_LOADER.to_owned(),
        ]
        .concat();
        assert_eq!(trimmed(&[&script, loader].concat()).unwrap(), expect);
        assert!(trimmed(&script).is_err());
        assert!(trimmed(loader).is_err());
    }

    #[test]
    fn bindings_become_a_function_that_returns_their_exports() {
        let module = "class a{}function b(){return import.meta.url}export{a as A,b as default};\n";
        assert_eq!(
            as_function(module).unwrap(),
            "export function bindings(){class a{}function b(){return \"\"}return{A:a,default:b}}\n"
        );
        assert!(as_function("let a = import.meta.url;\nexport { s as default };\n").is_err());
    }
}
