//! Shortens the names by which the WebAssembly imports functions from its bindings and exports closures to them.
//! wasm-bindgen's are long, with hashes, and occur in both files.

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

/// The short name of the import with this number.
fn short(number: usize) -> String {
    format!("b{number:x}")
}

/// The original names, by the number in the short one.
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
        text(&mut renamed, short(at).as_bytes());
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
    /// The bindings with short names: each import is a property in them, the module another, and closures are called.
    fn applied(&self, script: &str) -> Result<String> {
        let imports = self.imports.iter().map(|it| (it, " ", ":"));
        let closures = self.closures.iter().map(|it| (it, "wasm.", "("));
        let mut script = script.replace(MODULE.0, MODULE.1);
        for (at, (name, before, behind)) in imports.enumerate().chain(closures.enumerate()) {
            let used = [before, name, behind].concat();
            ensure!(
                script.matches(&used).count() == 1,
                "the bindings do not have {name} once"
            );
            script = script.replace(&used, &[before, &short(at), behind].concat());
        }
        Ok(script)
    }
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
            b"\0asm\x01\0\0\0\x02\x08\x01\x01b\x02b0\0\x05\x07\x0a\x02\x01m\x02\0\x02b0\0\x07\x0b\x01\0"
        );
        let closures = vec!["wasm_bindgen_0_invoke".to_owned()];
        let imports = vec![long];
        assert_eq!(names, Names { imports, closures });
    }

    #[test]
    fn the_bindings_get_the_same_names() {
        let script =
            "x = { \"./listen-in_bg.js\": { __wbg_a: f, __wbg_ab: g } }; wasm.wasm_bindgen_c(1);";
        let mut names = Names {
            imports: vec!["__wbg_ab".to_owned(), "__wbg_a".to_owned()],
            closures: vec!["wasm_bindgen_c".to_owned()],
        };
        assert_eq!(
            names.applied(script).unwrap(),
            "x = { \"b\": { b1: f, b0: g } }; wasm.b0(1);"
        );
        names.closures.push("wasm_bindgen_d".to_owned());
        assert!(names.applied(script).is_err());
    }

    #[test]
    fn other_files_are_refused() {
        assert!(renamed(b"\0asm").is_err());
        let cut = module("a");
        assert!(renamed(&cut[..cut.len() - 1]).is_err());
    }
}
