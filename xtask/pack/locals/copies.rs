//! Removes copies from one local into another that could as well be the same, and writes that nothing reads. wasm-opt leaves
//! some behind calls that return two values.

use std::collections::BTreeSet;
use std::iter;

use anyhow::{Result, ensure};
use wasm_encoder::{Encode, Function};
use wasmparser::{BinaryReader, FunctionBody, ValType};

use super::control::{Access, Body};
use super::values::{Value, Values};

/// The instructions `drop`, `local.get`, `local.set` and `local.tee`.
const DROP: u8 = 0x1a;
const GET: u8 = 0x20;
const SET: u8 = 0x21;
const TEE: u8 = 0x22;

/// The same function without them.
///
/// # Errors
/// It is invalid, or has instructions that are not supported.
pub(super) fn removed(function: &FunctionBody<'_>, parameters: &[ValType]) -> Result<Vec<u8>> {
    let mut bytes = function.as_bytes().to_vec();
    loop {
        let function = FunctionBody::new(BinaryReader::new(&bytes, 0));
        let body = Body::read(&function, parameters)?;
        let values = Values::of(&body);
        let mut removal = Removal::new(&body, &bytes, &values);
        removal.find_unread();
        removal.find_copies();
        if removal.becomes.iter().all(Option::is_none) {
            return Ok(bytes);
        }
        let less = removal.write(parameters.len())?;
        let reread = FunctionBody::new(BinaryReader::new(&less, 0));
        ensure!(
            removal.left().are_those_of(
                &Values::of(&Body::read(&reread, parameters)?),
                parameters.len()
            ),
            "a function without copies got other values"
        );
        bytes = less;
    }
}

struct Removal<'a> {
    body: &'a Body,
    bytes: &'a [u8],
    values: &'a Values,
    /// What an instruction becomes, if not itself.
    becomes: Vec<Option<&'static [u8]>>,
    /// The local of each value.
    locals: Vec<usize>,
    /// The value with which each is one from now on, or itself.
    one_with: Vec<usize>,
}

impl<'a> Removal<'a> {
    fn new(body: &'a Body, bytes: &'a [u8], values: &'a Values) -> Self {
        Self {
            body,
            bytes,
            values,
            becomes: vec![None; body.instructions.len()],
            locals: values.all.iter().map(|value| value.local).collect(),
            one_with: (0..values.all.len()).collect(),
        }
    }

    fn operator(&self, at: usize) -> u8 {
        self.bytes[self.body.instructions[at].bytes.start]
    }

    /// Writes that nothing reads.
    fn find_unread(&mut self) {
        let mut is_read = vec![false; self.values.all.len()];
        for (instruction, value) in iter::zip(&self.body.instructions, &self.values.of) {
            if let (Some((Access::Read, _)), Some(value)) = (instruction.local, *value) {
                is_read[value] = true;
            }
        }
        for (at, value) in self.values.of.iter().enumerate() {
            if value.is_some_and(|value| !is_read[value]) {
                self.becomes[at] = Some(if self.operator(at) == TEE {
                    &[]
                } else {
                    &[DROP]
                });
            }
        }
    }

    /// What is read or kept, and written into another local at once.
    fn find_copies(&mut self) {
        for block in &self.body.blocks {
            for at in block.instructions.clone().skip(1) {
                let (Some(from), Some(to)) = (self.values.of[at - 1], self.values.of[at]) else {
                    continue;
                };
                let is_copy = matches!(
                    (self.operator(at - 1), self.operator(at)),
                    (GET | TEE, SET | TEE)
                );
                let is_left = self.becomes[at - 1].or(self.becomes[at]).is_none();
                if is_copy && is_left && self.unite(from, to) {
                    if self.operator(at - 1) == GET || self.operator(at) == TEE {
                        self.becomes[at] = Some(&[]);
                    }
                    if self.operator(at) == SET {
                        self.becomes[at - 1] = Some(&[]);
                    }
                }
            }
        }
    }

    /// Puts two values into one local, if none of them is needed beside the other or what else is there.
    fn unite(&mut self, one: usize, other: usize) -> bool {
        let of = &self.values.all;
        // Those that are one already can't move any more.
        let is_single = |value| {
            self.one_with
                .iter()
                .filter(|&&with| with == self.one_with[value])
                .count()
                == 1
        };
        let type_of = |value: usize| self.body.types[self.locals[value]];
        if one == other
            || of[one].beside.contains(&other)
            || !is_single(one)
            || !is_single(other)
            || type_of(one) != type_of(other)
        {
            return false;
        }
        let can_move = |value: usize, to: usize| {
            let mut beside = of[value].beside.iter();
            !of[value].initial && beside.all(|&beside| self.locals[beside] != self.locals[to])
        };
        if can_move(other, one) {
            self.locals[other] = self.locals[one];
        } else if can_move(one, other) {
            self.locals[one] = self.locals[other];
        } else {
            return false;
        }
        self.one_with[other] = one;
        true
    }

    fn write(&self, parameters: usize) -> Result<Vec<u8>> {
        let types = super::encoded(&self.body.types[parameters..])?;
        let mut function = Function::new_with_locals_types(types);
        let instructions = iter::zip(&self.body.instructions, &self.values.of);
        for ((instruction, value), becomes) in iter::zip(instructions, &self.becomes) {
            let bytes = &self.bytes[instruction.bytes.clone()];
            match (*becomes, *value) {
                (Some(becomes), _) => drop(function.raw(becomes.iter().copied())),
                (None, Some(value)) => {
                    let mut with_local = vec![bytes[0]];
                    (self.locals[value] as u32).encode(&mut with_local);
                    function.raw(with_local);
                }
                (None, None) => drop(function.raw(bytes.iter().copied())),
            }
        }
        Ok(function.into_raw_body())
    }

    /// The values that are left.
    fn left(&self) -> Values {
        let (mut all, mut numbers) = (Vec::new(), vec![None; self.values.all.len()]);
        let mut number = |value: usize| {
            *numbers[self.one_with[value]].get_or_insert_with(|| {
                let one = self.values.all.iter().zip(&self.one_with);
                let mut one = one.filter(|&(_, &with)| with == self.one_with[value]);
                all.push(Value {
                    local: self.locals[value],
                    initial: one.any(|(value, _)| value.initial),
                    beside: BTreeSet::new(),
                });
                all.len() - 1
            })
        };
        let mut of = Vec::new();
        for (value, becomes) in iter::zip(&self.values.of, &self.becomes) {
            match becomes {
                None => of.push(value.map(&mut number)),
                Some([]) => {}
                // It no longer accesses a local.
                Some(_) => of.push(None),
            }
        }
        Values { all, of }
    }
}
