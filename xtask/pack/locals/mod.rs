//! The numbers of the locals in the WebAssembly. Which local holds a value has no effect on behaviour, but a third of the
//! compressed code was numbers of locals. So each function keeps its values in the locals in which similar functions before
//! it keep theirs.
//!
//! | file | holds |
//! |---|---|
//! | `control` | the instructions, and where they lead |
//! | `values` | the values of a function, and which of them need locals of their own |
//! | `text` | the code so far, and how much is like it |
//! | `choice` | the choice of locals |

use std::convert::Infallible;
use std::iter;

use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Encode, Function, Module};
use wasmparser::{CodeSectionReader, FunctionBody, Parser, Payload, ValType};

use control::Body;
use text::{Model, Text};
use values::Values;

mod choice;
mod control;
#[cfg(test)]
mod tests;
mod text;
mod values;

/// A function has at least this many locals of each type that it has. So most functions begin with the same bytes, and a
/// value can be where it is in similar functions with more locals.
const DECLARED: usize = 16;

/// The same module with other locals in its functions.
///
/// # Errors
/// It is invalid, or has instructions that are not supported.
pub(crate) fn renumbered(module: &[u8]) -> Result<Vec<u8>> {
    let (mut types, mut functions, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    types.push(ty?);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.push(ty? as usize);
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let mut model = Model::new();
    let mut renumbered = Vec::new();
    for (body, function) in bodies.iter().zip(functions) {
        renumbered.push(function_renumbered(
            body,
            types[function].params(),
            &mut model,
        )?);
    }
    let mut module_renumbered = Module::new();
    Renumbered(renumbered).parse_core_module(&mut module_renumbered, Parser::new(0), module)?;
    Ok(module_renumbered.finish())
}

/// Rewrites a module with these bodies.
struct Renumbered(Vec<Vec<u8>>);

impl Reencode for Renumbered {
    type Error = Infallible;

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        _: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for body in &self.0 {
            code.raw(body);
        }
        Ok(())
    }
}

/// The locals of a function.
struct Locals {
    parameters: usize,
    /// The types of all locals, parameters first.
    types: Vec<ValType>,
    /// The local of each value.
    of: Vec<usize>,
}

fn function_renumbered(
    function: &FunctionBody<'_>,
    parameters: &[ValType],
    model: &mut Model,
) -> Result<Vec<u8>> {
    let body = Body::read(function, parameters)?;
    let values = Values::of(&body);
    let mut locals = Locals::grouped(&body, &values, parameters.len());
    let mut text = Text::of(&body, function.as_bytes(), &values, &locals.of);
    choice::improve(&mut locals, &values, &mut text, model);
    model.learn(&text);
    let renumbered = locals.write(&body, function.as_bytes(), &values)?;
    let reread = wasmparser::BinaryReader::new(&renumbered, 0);
    let reread = Body::read(&FunctionBody::new(reread), parameters)?;
    ensure!(
        values.are_those_of(&Values::of(&reread), parameters.len()),
        "a function got other values"
    );
    Ok(renumbered)
}

impl Locals {
    /// The same locals, those of a type beside one another, and more of these types up to [`DECLARED`].
    fn grouped(body: &Body, values: &Values, parameters: usize) -> Self {
        let order = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
        let place = |local: &usize| order.iter().position(|&ty| ty == body.types[*local]);
        let mut others: Vec<usize> = (parameters..body.types.len()).collect();
        others.sort_by_key(|local| place(local).unwrap_or(order.len()));
        let mut types = body.types[..parameters].to_vec();
        let mut numbers: Vec<usize> = (0..body.types.len()).collect();
        for group in others.chunk_by(|&one, &other| body.types[one] == body.types[other]) {
            let ty = body.types[group[0]];
            for &local in group {
                numbers[local] = types.len();
                types.push(ty);
            }
            let unused = DECLARED.saturating_sub(group.len());
            types.extend(iter::repeat_n(ty, unused));
        }
        Self {
            parameters,
            types,
            of: values
                .all
                .iter()
                .map(|value| numbers[value.local])
                .collect(),
        }
    }

    /// The body with these locals.
    fn write(&self, body: &Body, bytes: &[u8], values: &Values) -> Result<Vec<u8>> {
        let mut types = Vec::new();
        for &ty in &self.types[self.parameters..] {
            types.push(
                wasm_encoder::ValType::try_from(ty)
                    .ok()
                    .context("a local of an unknown type")?,
            );
        }
        let mut function = Function::new_with_locals_types(types);
        for (instruction, value) in body.instructions.iter().zip(&values.of) {
            let bytes = &bytes[instruction.bytes.clone()];
            match *value {
                Some(value) => {
                    let mut with_local = vec![bytes[0]];
                    (self.of[value] as u32).encode(&mut with_local);
                    function.raw(with_local);
                }
                None => drop(function.raw(bytes.iter().copied())),
            }
        }
        Ok(function.into_raw_body())
    }
}
