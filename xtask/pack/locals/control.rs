//! The instructions of a function as far as locals matter: which locals they access, and where they lead.

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{FunctionBody, Operator, ValType};

/// What an instruction does with a local.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// An instruction.
pub(super) struct Instruction {
    /// Its bytes in the body.
    pub(super) bytes: Range<usize>,
    /// The local it accesses.
    pub(super) local: Option<(Access, usize)>,
    /// The instructions that it may lead to.
    next: Vec<usize>,
}

/// Instructions that are run one after another.
pub(super) struct Block {
    pub(super) instructions: Range<usize>,
    /// The blocks that may follow.
    pub(super) next: Vec<usize>,
}

/// The body of a function.
pub(super) struct Body {
    /// The types of its locals, parameters first.
    pub(super) types: Vec<ValType>,
    pub(super) instructions: Vec<Instruction>,
    pub(super) blocks: Vec<Block>,
}

/// What an `end` closes.
struct Open {
    /// Where a branch to it leads, if it is a loop.
    start: Option<usize>,
    /// The `if` whose condition does not hold.
    without_else: Option<usize>,
    /// The instructions that lead to its end.
    from: Vec<usize>,
}

impl Body {
    /// # Errors
    /// It is invalid, or has instructions for exceptions, continuations or typed references.
    pub(super) fn read(body: &FunctionBody<'_>, parameters: &[ValType]) -> Result<Self> {
        let mut types = parameters.to_vec();
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            types.extend(iter::repeat_n(ty, count as usize));
        }
        let instructions = instructions(body)?;
        let blocks = blocks(&instructions);
        Ok(Self {
            types,
            instructions,
            blocks,
        })
    }
}

fn instructions(body: &FunctionBody<'_>) -> Result<Vec<Instruction>> {
    let mut all = Vec::<Instruction>::new();
    let mut open = vec![Open::new(None, None)];
    let start = body.range().start;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let at = all.len();
        let from = reader.original_position() - start;
        let operator = reader.read()?;
        let mut local = None;
        let mut next = Vec::new();
        let mut goes_on = true;
        let mut branch = |open: &mut [Open], depth: u32| {
            let outer = open.len().checked_sub(1 + depth as usize);
            let target = &mut open[outer.context("a branch leads out of the function")?];
            match target.start {
                Some(start) => next.push(start),
                None => target.from.push(at),
            }
            anyhow::Ok(())
        };
        match &operator {
            &Operator::LocalGet { local_index } => local = Some((Access::Read, local_index)),
            &Operator::LocalSet { local_index } | &Operator::LocalTee { local_index } => {
                local = Some((Access::Write, local_index));
            }
            Operator::Block { .. } => open.push(Open::new(None, None)),
            Operator::Loop { .. } => open.push(Open::new(Some(at), None)),
            Operator::If { .. } => open.push(Open::new(None, Some(at))),
            Operator::Else => {
                let of = open.last_mut().context("else stands alone")?;
                let condition = of.without_else.take().context("else without if")?;
                all[condition].next.push(at + 1);
                of.from.push(at);
                goes_on = false;
            }
            Operator::End => {
                let closed = open.pop().context("end without a beginning")?;
                for from in closed.from.into_iter().chain(closed.without_else) {
                    all[from].next.push(at);
                }
                goes_on = !open.is_empty();
            }
            &Operator::Br { relative_depth } => {
                branch(&mut open, relative_depth)?;
                goes_on = false;
            }
            &Operator::BrIf { relative_depth } => branch(&mut open, relative_depth)?,
            Operator::BrTable { targets } => {
                branch(&mut open, targets.default())?;
                for target in targets.targets() {
                    branch(&mut open, target?)?;
                }
                goes_on = false;
            }
            Operator::Return | Operator::Unreachable => goes_on = false,
            Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
            | Operator::BrOnCastDescEq { .. }
            | Operator::BrOnCastDescEqFail { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Resume { .. }
            | Operator::ResumeThrow { .. }
            | Operator::ResumeThrowRef { .. }
            | Operator::Suspend { .. }
            | Operator::Switch { .. } => bail!("{operator:?} is not supported"),
            _ => {}
        }
        if goes_on {
            next.push(at + 1);
        }
        all.push(Instruction {
            bytes: from..reader.original_position() - start,
            local: local.map(|(access, local)| (access, local as usize)),
            next,
        });
    }
    Ok(all)
}

impl Open {
    fn new(start: Option<usize>, without_else: Option<usize>) -> Self {
        Self {
            start,
            without_else,
            from: Vec::new(),
        }
    }
}

fn blocks(instructions: &[Instruction]) -> Vec<Block> {
    let mut starts = BTreeSet::from([0]);
    for (at, instruction) in instructions.iter().enumerate() {
        if instruction.next != [at + 1] {
            starts.extend(instruction.next.iter().copied().chain([at + 1]));
        }
    }
    starts.remove(&instructions.len());
    let starts: Vec<usize> = starts.into_iter().collect();
    let ends = starts.iter().copied().skip(1).chain([instructions.len()]);
    let block = |(&start, end): (&usize, usize)| {
        let next = instructions[end - 1].next.iter();
        let next = next.filter_map(|next| starts.binary_search(next).ok());
        Block {
            instructions: start..end,
            next: next.collect::<BTreeSet<_>>().into_iter().collect(),
        }
    };
    starts.iter().zip(ends).map(block).collect()
}
