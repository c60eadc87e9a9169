//! The values that a function keeps in locals. What is written at several places and read at the same one is one value; what
//! is written into the same local later, and read elsewhere, is another, which any local could hold.

use std::collections::BTreeSet;
use std::iter;

use super::control::{Access, Body};

/// A value.
pub(super) struct Value {
    /// The local that holds it.
    pub(super) local: usize,
    /// Whether it is there when the function begins: an argument, or zero.
    pub(super) initial: bool,
    /// The values that are needed while this one is, and so can't be held by the same local.
    pub(super) beside: BTreeSet<usize>,
}

/// The values of a function.
pub(super) struct Values {
    pub(super) all: Vec<Value>,
    /// The value that each instruction reads or writes.
    pub(super) of: Vec<Option<usize>>,
}

/// Sets of locals, one for each block: those whose values are needed at its beginning.
type Needed = Vec<Vec<bool>>;

impl Values {
    pub(super) fn of(body: &Body) -> Self {
        let needed = needed(body);
        // First each write and each local that is needed at the beginning of a block is a value. Those that meet are united.
        let mut values = United::default();
        let mut entering = |needed: &Vec<bool>| {
            let locals = needed.iter().enumerate();
            let values = locals.map(|(local, &is)| is.then(|| values.add(local)));
            values.collect::<Vec<_>>()
        };
        let entering: Vec<_> = needed.iter().map(&mut entering).collect();
        let mut of = vec![None; body.instructions.len()];
        for (block, entering_it) in body.blocks.iter().zip(&entering) {
            let mut now = entering_it.clone();
            for at in block.instructions.clone() {
                let Some((access, local)) = body.instructions[at].local else {
                    continue;
                };
                if access == Access::Write {
                    now[local] = Some(values.add(local));
                }
                of[at] = now[local];
            }
            for &next in &block.next {
                for (before, behind) in iter::zip(&now, &entering[next]) {
                    if let (Some(before), Some(behind)) = (before, behind) {
                        values.unite(*before, *behind);
                    }
                }
            }
        }
        // Numbers them in the order of their first use.
        let mut all = Vec::new();
        let mut numbers = vec![None; values.parents.len()];
        let mut number = |value: usize| {
            let root = values.root(value);
            *numbers[root].get_or_insert_with(|| {
                all.push(Value {
                    local: values.locals[root],
                    initial: false,
                    beside: BTreeSet::new(),
                });
                all.len() - 1
            })
        };
        for value in of.iter_mut().flatten() {
            *value = number(*value);
        }
        let entering = entering.into_iter().map(|values| {
            let values = values.into_iter().flatten();
            values.map(&mut number).collect::<Vec<_>>()
        });
        let entering: Vec<_> = entering.collect();
        let mut values = Self { all, of };
        for &value in &entering[0] {
            values.all[value].initial = true;
        }
        // Only at the first block, and in code that is never run, this finds any that the writes do not tell.
        for entering in &entering {
            for &value in entering {
                values.keep_apart(value, entering);
            }
        }
        values.find_beside(body, &entering);
        values
    }

    /// A write makes the value of a local another, and so the local can't hold any that is needed behind the write.
    fn find_beside(&mut self, body: &Body, entering: &[Vec<usize>]) {
        for block in &body.blocks {
            let next = block.next.iter().flat_map(|&next| &entering[next]);
            let mut needed: BTreeSet<usize> = next.copied().collect();
            for at in block.instructions.clone().rev() {
                let (Some((access, _)), Some(value)) = (body.instructions[at].local, self.of[at])
                else {
                    continue;
                };
                match access {
                    Access::Read => drop(needed.insert(value)),
                    Access::Write => {
                        needed.remove(&value);
                        self.keep_apart(value, &needed);
                    }
                }
            }
        }
    }

    fn keep_apart<'a>(&mut self, value: usize, others: impl IntoIterator<Item = &'a usize>) {
        for &other in others {
            if other != value {
                self.all[value].beside.insert(other);
                self.all[other].beside.insert(value);
            }
        }
    }

    /// Whether a function of the same instructions has the same values, though in other locals: each read sees the same
    /// writes, arguments and zeros.
    pub(super) fn are_those_of(&self, other: &Self, parameters: usize) -> bool {
        let argument =
            |value: &Value| (value.initial && value.local < parameters).then_some(value.local);
        self.of == other.of
            && iter::zip(&self.all, &other.all)
                .all(|(one, two)| one.initial == two.initial && argument(one) == argument(two))
    }
}

fn needed(body: &Body) -> Needed {
    let mut needed = vec![vec![false; body.types.len()]; body.blocks.len()];
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for (at, block) in body.blocks.iter().enumerate().rev() {
            let mut now = vec![false; body.types.len()];
            for &next in &block.next {
                iter::zip(&mut now, &needed[next]).for_each(|(now, next)| *now |= next);
            }
            for instruction in body.instructions[block.instructions.clone()].iter().rev() {
                if let Some((access, local)) = instruction.local {
                    now[local] = access == Access::Read;
                }
            }
            has_changed |= now != needed[at];
            needed[at] = now;
        }
    }
    needed
}

/// Values, some of which turn out to be the same.
#[derive(Default)]
struct United {
    /// Another that is the same, or itself.
    parents: Vec<usize>,
    locals: Vec<usize>,
}

impl United {
    fn add(&mut self, local: usize) -> usize {
        self.locals.push(local);
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn root(&mut self, mut value: usize) -> usize {
        while self.parents[value] != value {
            self.parents[value] = self.parents[self.parents[value]];
            value = self.parents[value];
        }
        value
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one] = other;
    }
}
