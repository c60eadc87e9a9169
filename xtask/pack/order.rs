//! The order of the functions in the WebAssembly. It has no effect on behaviour, but a compressor encodes a
//! repetition more cheaply the nearer the original is. So each function is placed behind the ones most similar to
//! it; then the numbers of locals are chosen (`locals`), and the order again.
//!
//! Nor do the alignments that loads and stores claim have an effect: they only hint at what is likely. So each gets the
//! one of its instruction, and the same access is the same bytes everywhere.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, MemArg, Module};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionBody, FunctionSectionReader, Operator, Parser,
    Payload, TypeRef,
};

use crate::{locals, sizes};

/// Functions are compared by the runs of this many bytes that they share.
const RUN: usize = 4;

/// The next function is compared with this many before it.
const RECENT: usize = 5;

/// Added to the number of runs of each function: short functions are all similar to each other.
const SHORT: f64 = 8.0;

/// How often locals and order are chosen: each depends on the other. The smallest result is taken.
const ROUNDS: usize = 6;

/// Reorders the functions of the WebAssembly in a folder, and renumbers their locals.
///
/// # Errors
/// The file does not exist, or can't be read or written.
pub(crate) fn arrange(folder: &Path) -> Result<()> {
    let file = folder.join("listen-in_bg.wasm");
    let module = fs::read(&file).with_context(|| format!("there is no {}", file.display()))?;
    let mut module = arranged(&module, Compared::WithoutLocals)?;
    let mut smallest = (u64::MAX, Vec::new());
    for _ in 0..ROUNDS {
        module = arranged(&locals::renumbered(&module)?, Compared::Whole)?;
        let size = sizes::brotli(&module)?;
        if size < smallest.0 {
            smallest = (size, module.clone());
        }
    }
    Ok(fs::write(file, smallest.1)?)
}

/// What of a function is compared with others.
#[derive(Clone, Copy)]
enum Compared {
    Whole,
    /// All but the numbers of locals.
    WithoutLocals,
}

/// The same module with its functions in another order.
fn arranged(module: &[u8], compared: Compared) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(match compared {
                Compared::Whole => body.as_bytes().to_vec(),
                Compared::WithoutLocals => without_locals(&body)?,
            }),
            _ => {}
        }
    }
    let order = order(&bodies);
    let mut places = vec![0; order.len()];
    for (place, &at) in (imported..).zip(&order) {
        places[at] = place;
    }
    let mut arranged = Module::new();
    let mut reencoder = Arranged {
        imported,
        order,
        places,
    };
    reencoder.parse_core_module(&mut arranged, Parser::new(0), module)?;
    Ok(arranged.finish())
}

/// The code of a function without the numbers of locals.
fn without_locals(body: &FunctionBody<'_>) -> Result<Vec<u8>> {
    let mut code = Vec::new();
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let mut bytes = reader.get_binary_reader();
        let length = match reader.read()? {
            Operator::LocalGet { .. } | Operator::LocalSet { .. } | Operator::LocalTee { .. } => 1,
            _ => reader.original_position() - bytes.original_position(),
        };
        code.extend(bytes.read_bytes(length)?);
    }
    Ok(code)
}

/// Rewrites a module with its functions in another order, and without custom sections.
struct Arranged {
    imported: u32,
    order: Vec<usize>,
    /// The new index of each of the module's functions, without imports.
    places: Vec<u32>,
}

type Written = Result<(), Error<Infallible>>;

impl Reencode for Arranged {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let own = function.checked_sub(self.imported);
        Ok(own.map_or(function, |own| self.places[own as usize]))
    }

    fn mem_arg(&mut self, access: wasmparser::MemArg) -> Result<MemArg, Error<Infallible>> {
        Ok(MemArg {
            offset: access.offset,
            align: access.max_align.into(),
            memory_index: access.memory,
        })
    }

    /// Drops custom sections: they name the tools that built the module, and nothing reads them any more.
    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Written {
        match section.name() {
            "name" => wasm_encoder::reencode::utils::parse_custom_section(self, module, section),
            _ => Ok(()),
        }
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Written {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for &at in &self.order {
            functions.function(types[at]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Written {
        let bodies: Vec<_> = section.into_iter().collect::<Result<_, _>>()?;
        for at in self.order.clone() {
            self.parse_function_body(code, bodies[at].clone())?;
        }
        Ok(())
    }
}

/// The order. The next function is always the one with the largest part in the functions before it.
fn order(bodies: &[Vec<u8>]) -> Vec<usize> {
    let (runs, functions_with) = runs(bodies);
    let mut order = Vec::new();
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut recent = VecDeque::new();
    let mut occurrences = vec![0; functions_with.len()];
    // How many runs of each function are in recent ones.
    let mut shared = vec![0_u32; bodies.len()];
    let likeness = |shared: u32, of: usize| f64::from(shared) / (runs[of].len() as f64 + SHORT);
    while !left.is_empty() {
        let mut best = 0;
        for at in 1..left.len() {
            let likeness = |at: usize| likeness(shared[left[at]], left[at]);
            if likeness(at) > likeness(best) {
                best = at;
            }
        }
        let next = left.remove(best);
        order.push(next);
        recent.push_back(next);
        for &run in &runs[next] {
            occurrences[run] += 1;
            if occurrences[run] == 1 {
                functions_with[run].iter().for_each(|&of| shared[of] += 1);
            }
        }
        if order.len() > RECENT
            && let Some(old) = recent.pop_front()
        {
            for &run in &runs[old] {
                occurrences[run] -= 1;
                if occurrences[run] == 0 {
                    functions_with[run].iter().for_each(|&of| shared[of] -= 1);
                }
            }
        }
    }
    order
}

/// The runs of each function that other functions have, too, by number; and the functions that have each run.
fn runs(bodies: &[Vec<u8>]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let (mut numbers, mut functions_with) = (HashMap::new(), Vec::<Vec<usize>>::new());
    for (at, body) in bodies.iter().enumerate() {
        for run in body.windows(RUN) {
            let number = *numbers.entry(run).or_insert(functions_with.len());
            if number == functions_with.len() {
                functions_with.push(Vec::new());
            }
            if functions_with[number].last() != Some(&at) {
                functions_with[number].push(at);
            }
        }
    }
    let mut runs = vec![Vec::new(); bodies.len()];
    for (number, functions) in functions_with.iter().enumerate() {
        if functions.len() > 1 {
            functions.iter().for_each(|&at| runs[at].push(number));
        }
    }
    (runs, functions_with)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, ExportKind, ExportSection, Function, FunctionSection, MemorySection,
        MemoryType, TypeSection, ValType,
    };
    use wasmparser::ExternalKind;

    use super::*;

    /// A module whose functions are alternately long ones that return numbers and ones that call the next. They are
    /// exported as `0`, `1` …
    fn module() -> Vec<u8> {
        let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([], [ValType::I32]);
        for at in 0..6 {
            functions.function(0);
            exports.export(&at.to_string(), ExportKind::Func, at);
            let mut function = Function::new([]);
            if at % 2 == 0 {
                let mut body = function.instructions();
                for _ in 0..RUN {
                    body.nop();
                }
                body.call(at + 1).end();
            } else {
                let mut body = function.instructions();
                for number in 0..9 {
                    body.i32_const(1000 * number).drop();
                }
                body.i32_const(at as i32).end();
            }
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&functions);
        module.section(&exports).section(&code);
        module.finish()
    }

    /// The number that each export returns or the function it calls, and the lengths of the bodies in order.
    fn read(module: &[u8]) -> (Vec<String>, Vec<usize>) {
        let (mut exports, mut ends, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    exports = section.into_iter().map(Result::unwrap).collect();
                }
                Payload::CodeSectionEntry(body) => {
                    lengths.push(body.as_bytes().len());
                    let operators = body.get_operators_reader().unwrap();
                    let operators: Vec<_> = operators.into_iter().map(Result::unwrap).collect();
                    ends.push(operators[operators.len() - 2].clone());
                }
                _ => {}
            }
        }
        let name = |function: u32| {
            let mut exports = exports.iter();
            exports
                .find(|export| export.index == function)
                .unwrap()
                .name
        };
        let ends = exports.iter().map(|export| {
            assert_eq!(export.kind, ExternalKind::Func);
            match ends[export.index as usize] {
                Operator::Call { function_index } => {
                    format!("{} calls {}", export.name, name(function_index))
                }
                Operator::I32Const { value } => format!("{} is {value}", export.name),
                _ => panic!("neither"),
            }
        });
        (ends.collect(), lengths)
    }

    #[test]
    fn similar_functions_are_adjacent_and_are_called_as_before() {
        let module = module();
        let arranged = arranged(&module, Compared::Whole).unwrap();
        let (before, (after, lengths)) = (read(&module), read(&arranged));
        assert_eq!(after, before.0);
        assert_ne!(lengths, before.1);
        let is_other_kind = |two: &[usize]| two[0].abs_diff(two[1]) > 9;
        assert_eq!(
            lengths.windows(2).filter(|two| is_other_kind(two)).count(),
            1
        );
    }

    #[test]
    fn loads_of_any_claimed_alignment_become_alike() {
        let load = |align| {
            let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
            let (mut memories, mut code) = (MemorySection::new(), CodeSection::new());
            types.ty().function([], [ValType::I32]);
            functions.function(0);
            memories.memory(MemoryType {
                minimum: 1,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            let mut function = Function::new([]);
            let access = MemArg {
                offset: 8,
                align,
                memory_index: 0,
            };
            function.instructions().i32_const(0).i32_load(access).end();
            code.function(&function);
            let mut module = Module::new();
            module.section(&types).section(&functions);
            module.section(&memories).section(&code);
            module.finish()
        };
        for align in 0..2 {
            assert_ne!(load(align), load(2));
            assert_eq!(arranged(&load(align), Compared::Whole).unwrap(), load(2));
        }
    }

    #[test]
    fn a_file_that_is_not_a_module_is_refused() {
        assert!(arranged(b"\0asm", Compared::Whole).is_err());
    }
}
