//! Shortens the names by which the WebAssembly imports functions from its bindings and exports closures to them.
//! wasm-bindgen's are long, with hashes, and occur in both files. The imported functions become a list, in which each
//! has its place as its name.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// wasm-bindgen's name of the bindings as a module, and the short one.
const MODULE: (&str, &str) = ("./listen-in_bg.js", "b");

/// The sections of a WebAssembly module with its imports and its exports.
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// The beginning of wasm-bindgen's names of functions that call a closure.
const CLOSURE: &str = "wasm_bindgen_";

/// The object of the imported functions in the bindings: where it begins and ends, and what is before the name of each.
const OBJECT: (&str, &str) = ("const import0 = {\n        __proto__: null,", "\n    };\n");
const ENTRY: &str = "\n        __wb";
/// A function, and one whose exceptions are caught, up to their parameters; and where the latter ends.
const FUNCTION: &str = "function(";
const CAUGHT: (&str, &str) = (
    "function() { return handleError(function (",
    "}, arguments); }",
);
/// The beginning of what catches them: a function for one call, and one for all calls.
const CATCH: (&str, &str) = (
    "function handleError(f, args) {\n    try {\n        return f.apply(this, args);",
    "const handleError = (f) => (...args) => {\n    try {\n        return f(...args);",
);

/// Shortens the names in the bindings and the WebAssembly of a folder.
///
/// # Errors
/// The files are missing, or not in wasm-bindgen's form.
pub(crate) fn shorten(folder: &Path) -> Result<()> {
    let (wasm, bindings) = (
        folder.join("listen-in_bg.wasm"),
        folder.join("listen-in.js"),
    );
    let module = fs::read(&wasm).with_context(|| format!("there is no {}", wasm.display()))?;
    let script = fs::read_to_string(&bindings)
        .with_context(|| format!("there is no {}", bindings.display()))?;
    let (module, names) = renamed(&module)?;
    fs::write(bindings, names.applied(&script)?)?;
    Ok(fs::write(wasm, module)?)
}

/// The short name of the closure with this number.
fn short(number: usize) -> String {
    format!("b{number:x}")
}

/// The original names, by the number that is the short one, or is in it.
#[derive(Debug, Default, PartialEq)]
struct Names {
    imports: Vec<String>,
    closures: Vec<String>,
}

/// The module with short names, and its original names.
fn renamed(module: &[u8]) -> Result<(Vec<u8>, Names)> {
    let (header, mut rest) = module.split_at_checked(8).context("this is no module")?;
    let (mut all, mut names) = (header.to_vec(), Names::default());
    while let Some((&id, behind)) = rest.split_first() {
        rest = behind;
        let length = number(&mut rest)?;
        let section = take(&mut rest, length)?;
        all.push(id);
        match id {
            IMPORTS => text(&mut all, &renamed_imports(section, &mut names.imports)?),
            EXPORTS => text(&mut all, &renamed_exports(section, &mut names.closures)?),
            _ => text(&mut all, section),
        }
    }
    Ok((all, names))
}

fn renamed_imports(mut section: &[u8], names: &mut Vec<String>) -> Result<Vec<u8>> {
    let count = number(&mut section)?;
    let mut renamed = Vec::new();
    write(&mut renamed, count);
    for at in 0..count {
        let length = number(&mut section)?;
        let module = take(&mut section, length)?;
        ensure!(module == MODULE.0.as_bytes(), "an import of something else");
        let length = number(&mut section)?;
        names.push(String::from_utf8(take(&mut section, length)?.to_vec())?);
        text(&mut renamed, MODULE.1.as_bytes());
        text(&mut renamed, at.to_string().as_bytes());
        let kind = take(&mut section, 1)?;
        ensure!(kind == [0], "an import that is no function");
        renamed.extend(kind);
        write(&mut renamed, number(&mut section)?);
    }
    ensure!(section.is_empty(), "imports with something behind them");
    Ok(renamed)
}

fn renamed_exports(mut section: &[u8], names: &mut Vec<String>) -> Result<Vec<u8>> {
    let count = number(&mut section)?;
    let mut renamed = Vec::new();
    write(&mut renamed, count);
    for _ in 0..count {
        let length = number(&mut section)?;
        let name = str::from_utf8(take(&mut section, length)?)?;
        match name.starts_with(CLOSURE) {
            true => {
                text(&mut renamed, short(names.len()).as_bytes());
                names.push(name.to_owned());
            }
            false => text(&mut renamed, name.as_bytes()),
        }
        renamed.extend(take(&mut section, 1)?);
        write(&mut renamed, number(&mut section)?);
    }
    ensure!(section.is_empty(), "exports with something behind them");
    Ok(renamed)
}

impl Names {
    /// The bindings with short names, and with the imported functions as a list.
    fn applied(&self, script: &str) -> Result<String> {
        let mut script = replaced(script, MODULE.0, MODULE.1)?;
        for (at, name) in self.closures.iter().enumerate() {
            let [long, short] = [name, &short(at)].map(|name| format!("wasm.{name}("));
            script = replaced(&script, &long, &short)?;
        }
        let (before, rest) = script.split_once(OBJECT.0).context("no object")?;
        let (functions, behind) = rest.split_once(OBJECT.1).context("no end of the object")?;
        let functions: Result<HashMap<_, _>> =
            functions.split(ENTRY).skip(1).map(function).collect();
        let functions = functions?;
        ensure!(
            functions.len() == self.imports.len(),
            "a function is not imported"
        );
        let mut list = String::new();
        for name in &self.imports {
            let function = functions.get(name.trim_start_matches("__wb"));
            list.push_str(function.with_context(|| format!("the bindings do not have {name}"))?);
            list.push_str(",\n");
        }
        let script = [before, "const import0 = [\n", &list, "];\n", behind].concat();
        replaced(&script, CATCH.0, CATCH.1)
    }
}

/// The name of an imported function, without its beginning, and the function as an arrow function.
fn function(entry: &str) -> Result<(&str, String)> {
    let (name, function) = entry
        .split_once(": ")
        .context("a function without a name")?;
    let function = function.trim_end_matches(',');
    let caught = function.strip_prefix(CAUGHT.0);
    let caught = caught.and_then(|rest| rest.strip_suffix(CAUGHT.1));
    let (called, rest, end) = match caught {
        Some(rest) => ("handleError(", rest, "})"),
        None => (
            "",
            function.strip_prefix(FUNCTION).context("no function")?,
            "",
        ),
    };
    let (parameters, body) = rest
        .split_once(") {")
        .context("a function without a body")?;
    Ok((
        name,
        [called, "(", parameters, ") => {", body, end].concat(),
    ))
}

/// A script with something else instead of a part that it must have once.
fn replaced(script: &str, part: &str, by: &str) -> Result<String> {
    ensure!(
        script.matches(part).count() == 1,
        "the bindings do not have {part} once"
    );
    Ok(script.replace(part, by))
}

/// Takes this many bytes.
fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count).context("the module is cut")?;
    *bytes = rest;
    Ok(taken)
}

/// Takes a number, in LEB128.
fn number(bytes: &mut &[u8]) -> Result<usize> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let byte = take(bytes, 1)?[0];
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    bail!("a number is too long")
}

/// Writes a number, in LEB128.
fn write(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes bytes, preceded by their number.
fn text(bytes: &mut Vec<u8>, text: &[u8]) {
    write(bytes, text.len());
    bytes.extend(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str) -> Vec<u8> {
        let mut imports = vec![1];
        text(&mut imports, MODULE.0.as_bytes());
        text(&mut imports, name.as_bytes());
        imports.extend([0, 5]);
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.push(IMPORTS);
        text(&mut module, &imports);
        let mut exports = vec![2];
        for (name, kind) in [("m", [2, 0]), ("wasm_bindgen_0_invoke", [0, 7])] {
            text(&mut exports, name.as_bytes());
            exports.extend(kind);
        }
        module.push(EXPORTS);
        text(&mut module, &exports);
        module.extend([11, 1, 0]);
        module
    }

    #[test]
    fn imports_and_closures_get_short_names_and_nothing_else_changes() {
        let long = "__wbg_push_0123456789abcdef".repeat(9);
        let (renamed, names) = renamed(&module(&long)).unwrap();
        assert_eq!(
            renamed,
            b"\0asm\x01\0\0\0\x02\x07\x01\x01b\x010\0\x05\x07\x0a\x02\x01m\x02\0\x02b0\0\x07\x0b\x01\0"
        );
        let closures = vec!["wasm_bindgen_0_invoke".to_owned()];
        let imports = vec![long];
        assert_eq!(names, Names { imports, closures });
    }

    #[test]
    fn the_bindings_get_the_same_names() {
        let functions = "
        __wbg_a: function(arg0) {
            return arg0;
        },
        __wbg_ab: function() { return handleError(function (arg0, arg1) {
            arg0.b(arg1);
        }, arguments); },";
        let list = "
(arg0, arg1) => {
            arg0.b(arg1);
        }),
(arg0) => {
            return arg0;
        },
";
        let script = |functions: &str| {
            let object = [OBJECT.0, functions, OBJECT.1].concat();
            [
                &object,
                "{ \"./listen-in_bg.js\": import0 } wasm.wasm_bindgen_c(1);\n",
                CATCH.0,
            ]
            .concat()
        };
        let mut names = Names {
            imports: vec!["__wbg_ab".to_owned(), "__wbg_a".to_owned()],
            closures: vec!["wasm_bindgen_c".to_owned()],
        };
        let list = list.replacen("\n(", "\nhandleError((", 1);
        let expect = [
            "const import0 = [",
            &list,
            "];\n{ \"b\": import0 } wasm.b0(1);\n",
            CATCH.1,
        ];
        assert_eq!(names.applied(&script(functions)).unwrap(), expect.concat());
        assert!(names.applied(&script("")).is_err());
        names.closures.push("wasm_bindgen_d".to_owned());
        assert!(names.applied(&script(functions)).is_err());
    }

    #[test]
    fn other_files_are_refused() {
        assert!(renamed(b"\0asm").is_err());
        let cut = module("a");
        assert!(renamed(&cut[..cut.len() - 1]).is_err());
    }
}
