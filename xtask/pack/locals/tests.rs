//! Runs random functions before and after, with an interpreter of its own.

use wasm_encoder::{
    BlockType, CodeSection, FunctionSection, InstructionSink, TypeSection, ValType as Type,
};
use wasmparser::{Operator, Validator};

use super::*;

/// The functions have this many parameters and other locals.
const PARAMETERS: u32 = 2;
const OTHERS: u32 = 5;

/// Random numbers, by xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % limit
    }

    fn local(&mut self) -> u32 {
        self.below(PARAMETERS + OTHERS)
    }
}

/// A module with random functions of two numbers, with branches in them.
fn module(random: &mut Random) -> Vec<u8> {
    let (mut types, mut functions, mut code) = (
        TypeSection::new(),
        FunctionSection::new(),
        CodeSection::new(),
    );
    types
        .ty()
        .function([Type::I32; PARAMETERS as usize], [Type::I32]);
    for _ in 0..40 {
        functions.function(0);
        let mut function = Function::new([(OTHERS, Type::I32)]);
        let mut body = function.instructions();
        statements(&mut body, random, 0, 0);
        body.local_get(random.local()).end();
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    module.finish()
}

/// Random statements, inside of so many blocks and loops.
fn statements(body: &mut InstructionSink<'_>, random: &mut Random, depth: u32, nested: u32) {
    for _ in 0..=random.below(6) {
        match random.below(if nested < 3 { 9 } else { 5 }) {
            0 => {
                body.i32_const(random.below(9) as i32)
                    .local_set(random.local());
            }
            1 | 2 => {
                body.local_get(random.local()).local_get(random.local());
                body.i32_add().local_set(random.local());
            }
            3 => {
                body.local_get(random.local()).local_tee(random.local());
                body.local_set(random.local());
            }
            4 if depth > 0 => {
                body.local_get(random.local()).br_if(random.below(depth));
            }
            4 => {}
            5 | 6 => {
                body.block(BlockType::Empty);
                statements(body, random, depth + 1, nested + 1);
                if random.below(3) == 0 {
                    body.br(random.below(depth + 1));
                    statements(body, random, depth + 1, nested + 1);
                }
                body.end();
            }
            7 => {
                body.loop_(BlockType::Empty);
                statements(body, random, depth + 1, nested + 1);
                body.end();
            }
            _ => {
                body.local_get(random.local()).if_(BlockType::Empty);
                statements(body, random, depth + 1, nested + 1);
                if random.below(2) == 0 {
                    body.else_();
                    statements(body, random, depth + 1, nested + 1);
                }
                body.end();
            }
        }
    }
}

/// What a function returns; `None` if it takes too long.
fn run(body: &FunctionBody<'_>, arguments: [i32; PARAMETERS as usize]) -> Option<i32> {
    let mut locals = arguments.to_vec();
    for group in body.get_locals_reader().unwrap() {
        locals.extend(vec![0; group.unwrap().0 as usize]);
    }
    let operators = body.get_operators_reader().unwrap();
    let operators: Vec<_> = operators.into_iter().map(Result::unwrap).collect();
    // Where a branch to each open block leads.
    let (mut stack, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    for _ in 0..500 {
        let mut branch = None;
        match operators[at] {
            Operator::I32Const { value } => stack.push(value),
            Operator::LocalGet { local_index } => stack.push(locals[local_index as usize]),
            Operator::LocalSet { local_index } => locals[local_index as usize] = stack.pop()?,
            Operator::LocalTee { local_index } => locals[local_index as usize] = *stack.last()?,
            Operator::I32Add => {
                let other = stack.pop()?;
                *stack.last_mut()? = stack.last()?.wrapping_add(other);
            }
            Operator::Block { .. } => open.push(closing(&operators, at, false)),
            Operator::Loop { .. } => open.push(at),
            Operator::If { .. } => {
                open.push(closing(&operators, at, false));
                if stack.pop()? == 0 {
                    at = closing(&operators, at, true);
                    if matches!(operators[at], Operator::End) {
                        open.pop();
                    }
                }
            }
            Operator::Else => branch = Some(0),
            Operator::Br { relative_depth } => branch = Some(relative_depth),
            Operator::BrIf { relative_depth } => {
                branch = (stack.pop()? != 0).then_some(relative_depth);
            }
            Operator::End => {
                if open.pop().is_none() {
                    return stack.pop();
                }
            }
            ref other => panic!("{other:?}"),
        }
        if let Some(depth) = branch {
            open.truncate(open.len() - depth as usize);
            at = open.pop()?;
            if matches!(operators[at], Operator::Loop { .. }) {
                open.push(at);
            }
        }
        at += 1;
    }
    None
}

/// The `end`, or perhaps the `else`, of a block.
fn closing(operators: &[Operator<'_>], from: usize, or_else: bool) -> usize {
    let mut depth = 0;
    for (at, operator) in operators.iter().enumerate().skip(from + 1) {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
            Operator::Else if depth == 0 && or_else => return at,
            Operator::End if depth == 0 => return at,
            Operator::End => depth -= 1,
            _ => {}
        }
    }
    panic!("a block has no end")
}

fn bodies(module: &[u8]) -> Vec<FunctionBody<'_>> {
    let payloads = Parser::new(0).parse_all(module).map(Result::unwrap);
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => Some(body),
        _ => None,
    });
    bodies.collect()
}

#[test]
fn functions_return_the_same_with_other_locals() {
    let (mut changed, mut returned) = (0, 0);
    for seed in 1..=5 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let module = module(&mut random);
        let renumbered = renumbered(&module).unwrap();
        Validator::new().validate_all(&renumbered).unwrap();
        for (before, after) in bodies(&module).iter().zip(bodies(&renumbered)) {
            changed += u32::from(before.as_bytes() != after.as_bytes());
            for arguments in [[0, 0], [0, 1], [1, 0], [-3, 7]] {
                let result = run(before, arguments);
                assert_eq!(run(&after, arguments), result, "seed {seed}, {arguments:?}");
                returned += u32::from(result.is_some());
            }
        }
    }
    assert!(changed > 100, "{changed} functions have changed");
    assert!(returned > 300, "{returned} calls have returned");
}

/// A function that puts two numbers into locals, and adds them.
fn adding(one: u32, other: u32, bodies: &mut CodeSection) {
    let mut function = Function::new([(9, Type::I32)]);
    let mut body = function.instructions();
    body.i32_const(1000)
        .local_set(one)
        .i32_const(2000)
        .local_set(other);
    body.local_get(one).local_get(other).i32_add().end();
    bodies.function(&function);
}

#[test]
fn similar_functions_get_the_same_locals() {
    let (mut types, mut functions, mut code) = (
        TypeSection::new(),
        FunctionSection::new(),
        CodeSection::new(),
    );
    types.ty().function([], [Type::I32]);
    for (one, other) in [(3, 8), (7, 2), (0, 5), (6, 1)] {
        functions.function(0);
        adding(one, other, &mut code);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    let renumbered = renumbered(&module.finish()).unwrap();
    let bodies = bodies(&renumbered);
    for body in &bodies {
        assert_eq!(body.as_bytes(), bodies[0].as_bytes());
        assert_eq!(body.as_bytes()[..3], [1, DECLARED as u8, 0x7f]);
    }
}

#[test]
fn unknown_instructions_are_refused() {
    let (mut types, mut functions, mut code) = (
        TypeSection::new(),
        FunctionSection::new(),
        CodeSection::new(),
    );
    types.ty().function([], []);
    functions.function(0);
    let mut function = Function::new([]);
    function.instructions().return_call(0).end();
    code.function(&function);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    assert!(renumbered(&module.finish()).is_err());
}
