//! Shortens the names by which the WebAssembly imports functions from its bindings. wasm-bindgen's are long,
//! with a hash, and occur in both files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// wasm-bindgen's name of the bindings as a module, and the short one.
const MODULE: (&str, &str) = ("./listen-in_bg.js", "b");

/// The section of a WebAssembly module with its imports.
const IMPORTS: u8 = 2;

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
    fs::write(bindings, with_names(&script, &names)?)?;
    Ok(fs::write(wasm, module)?)
}

/// The short name of the import with this number.
fn short(number: usize) -> String {
    format!("b{number:x}")
}

/// The module with short names, and its original names.
fn renamed(module: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    let (header, mut rest) = module.split_at_checked(8).context("this is no module")?;
    let (mut all, mut names) = (header.to_vec(), Vec::new());
    while let Some((&id, behind)) = rest.split_first() {
        rest = behind;
        let length = number(&mut rest)?;
        let section = take(&mut rest, length)?;
        all.push(id);
        match id {
            IMPORTS => text(&mut all, &renamed_section(section, &mut names)?),
            _ => text(&mut all, section),
        }
    }
    Ok((all, names))
}

fn renamed_section(mut section: &[u8], names: &mut Vec<String>) -> Result<Vec<u8>> {
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

/// The bindings with short names: each import is a property in them, and the module another.
fn with_names(script: &str, names: &[String]) -> Result<String> {
    let mut script = script.replace(MODULE.0, MODULE.1);
    for (at, name) in names.iter().enumerate() {
        let property = format!(" {name}:");
        ensure!(
            script.matches(&property).count() == 1,
            "the bindings do not have {name} once"
        );
        script = script.replace(&property, &format!(" {}:", short(at)));
    }
    Ok(script)
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
        module.extend([11, 1, 0]);
        module
    }

    #[test]
    fn imports_get_short_names_and_nothing_else_changes() {
        let long = "__wbg_push_0123456789abcdef".repeat(9);
        let (renamed, names) = renamed(&module(&long)).unwrap();
        assert_eq!(
            renamed,
            b"\0asm\x01\0\0\0\x02\x08\x01\x01b\x02b0\0\x05\x0b\x01\0"
        );
        assert_eq!(names, [long]);
    }

    #[test]
    fn the_bindings_get_the_same_names() {
        let script = "x = { \"./listen-in_bg.js\": { __wbg_a: f, __wbg_ab: g } }";
        let names = ["__wbg_ab", "__wbg_a"].map(str::to_owned);
        let renamed = with_names(script, &names).unwrap();
        assert_eq!(renamed, "x = { \"b\": { b1: f, b0: g } }");
        assert!(with_names(script, &["__wbg_c".to_owned()]).is_err());
    }

    #[test]
    fn other_files_are_refused() {
        assert!(renamed(b"\0asm").is_err());
        let cut = module("a");
        assert!(renamed(&cut[..cut.len() - 1]).is_err());
    }
}
