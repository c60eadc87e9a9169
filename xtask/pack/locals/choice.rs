//! Chooses the locals of a function such that its code is like that of the functions before it: Brotli needs few bits for
//! what was there before.

use std::collections::BTreeMap;

use super::Locals;
use super::text::{LONGEST, Model, Text};
use super::values::Values;

/// How many locals are tried for a value.
const CANDIDATES: usize = 8;

/// How often each value of a function is looked at.
const SWEEPS: usize = 3;

/// Moves values to other locals while that makes the code more like the code before it.
pub(super) fn improve(locals: &mut Locals, values: &Values, text: &mut Text, model: &Model) {
    let mut choice = Choice {
        likeness: (0..text.symbols.len())
            .map(|at| model.likeness(&text.symbols, at))
            .collect(),
        locals,
        values,
        text,
        model,
    };
    for _ in 0..SWEEPS {
        let mut has_changed = false;
        for value in 0..values.all.len() {
            has_changed |= choice.improve(value);
        }
        if !has_changed {
            break;
        }
    }
}

struct Choice<'a> {
    locals: &'a mut Locals,
    values: &'a Values,
    text: &'a mut Text,
    model: &'a Model,
    /// How far the code at each place was there before.
    likeness: Vec<i32>,
}

impl Choice<'_> {
    /// Moves a value to the best local, if that is another.
    fn improve(&mut self, value: usize) -> bool {
        let mut best = (0, None);
        for to in self.candidates(value) {
            if let Some(moved) = self.moved(value, to) {
                let gain = self.gain(&moved);
                if gain > best.0 {
                    best = (gain, Some(moved));
                }
            }
        }
        let Some(moved) = best.1 else {
            return false;
        };
        for &(value, to) in &moved {
            self.locals.of[value] = to;
        }
        self.write(&moved);
        for at in self.places(&moved) {
            self.likeness[at] = self.model.likeness(&self.text.symbols, at);
        }
        true
    }

    /// Locals that were where this value is, in similar code; the most frequent first.
    fn candidates(&self, value: usize) -> Vec<usize> {
        let mut votes = BTreeMap::new();
        for &at in &self.text.places[value] {
            for local in self.model.expected(&self.text.symbols, at) {
                *votes.entry(local).or_insert(0) += 1;
            }
        }
        let mut votes: Vec<(usize, u32)> = votes.into_iter().collect();
        votes.sort_by_key(|&(_, votes)| std::cmp::Reverse(votes));
        let votes = votes.into_iter().map(|(local, _)| local);
        let own = self.locals.of[value];
        let types = &self.locals.types;
        let candidates = votes.filter(|&to| to != own && types.get(to) == Some(&types[own]));
        candidates.take(CANDIDATES).collect()
    }

    /// The values that change their locals, and the new ones, if this value moves to another: those that are beside it there
    /// move to the local that it leaves, and so on. `None` if one of them can't.
    fn moved(&self, value: usize, to: usize) -> Option<Vec<(usize, usize)>> {
        let two = [self.locals.of[value], to];
        let mut moved = vec![(value, to)];
        let mut at = 0;
        while let Some(&(value, to)) = moved.get(at) {
            let value = &self.values.all[value];
            let parameters = self.locals.parameters;
            // An argument stays where it is, and only other locals are zero when a function begins.
            if value.initial && (value.local < parameters || to < parameters) {
                return None;
            }
            let back = if to == two[0] { two[1] } else { two[0] };
            for &other in &value.beside {
                if self.locals.of[other] == to && !moved.iter().any(|&(value, _)| value == other) {
                    moved.push((other, back));
                }
            }
            at += 1;
        }
        Some(moved)
    }

    /// How much more the code is like the code before it if these values move.
    fn gain(&mut self, moved: &[(usize, usize)]) -> i32 {
        let places = self.places(moved);
        self.write(moved);
        let gain = places
            .iter()
            .map(|&at| self.model.likeness(&self.text.symbols, at) - self.likeness[at]);
        let gain = gain.sum();
        for &(value, _) in moved {
            self.text.write(value, self.locals.of[value]);
        }
        gain
    }

    fn write(&mut self, moved: &[(usize, usize)]) {
        for &(value, to) in moved {
            self.text.write(value, to);
        }
    }

    /// Where the runs begin that have one of these values in them.
    fn places(&self, moved: &[(usize, usize)]) -> Vec<usize> {
        let places = moved
            .iter()
            .flat_map(|&(value, _)| &self.text.places[value]);
        let mut places: Vec<usize> = places.copied().collect();
        places.sort_unstable();
        let mut from = 0;
        let mut all = Vec::new();
        for place in places {
            from = from.max((place + 1).saturating_sub(LONGEST));
            all.extend(from..=place);
            from = place + 1;
        }
        all
    }
}
