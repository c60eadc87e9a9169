//! The functions of a module, with names and sizes.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// The parts of a module, in bytes.
pub(crate) struct Module {
    pub(crate) functions: Vec<Function>,
    pub(crate) data: usize,
    /// Types, imports, exports, tables and so on, without the name section.
    pub(crate) rest: usize,
}

pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) size: usize,
}

impl Module {
    /// # Errors
    /// It is not a module, or has no names.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        let (mut imported, mut data, mut of_names) = (0, 0, 0);
        let mut sizes = Vec::new();
        let mut names = HashMap::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let is_function = matches!(import?.ty, TypeRef::Func(_));
                        imported += u32::from(is_function);
                    }
                }
                Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
                Payload::DataSection(section) => data = section.range().len(),
                Payload::CustomSection(section) => {
                    of_names += section.range().len();
                    let KnownCustom::Name(all) = section.as_known() else {
                        continue;
                    };
                    for part in all {
                        let Name::Function(functions) = part? else {
                            continue;
                        };
                        for naming in functions {
                            let naming = naming?;
                            names.insert(naming.index, without_hashes(naming.name));
                        }
                    }
                }
                _ => {}
            }
        }
        ensure!(
            !names.is_empty(),
            "the functions of the module have no names"
        );
        let code: usize = sizes.iter().sum();
        let named = |(at, size)| Function {
            name: names.remove(&(imported + at)).unwrap_or_default(),
            size,
        };
        Ok(Self {
            functions: (0..).zip(sizes).map(named).collect(),
            data,
            rest: bytes.len() - code - data - of_names,
        })
    }
}

/// A name without crate hashes such as that in `core[c5930c85a12de822]::fmt`.
fn without_hashes(name: &str) -> String {
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hash = part.split_once(']').filter(|(hash, _)| {
            hash.len() > 12 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        match hash {
            Some((_, behind)) => plain.push_str(behind),
            None => plain.extend(["[", part]),
        }
    }
    plain
}
