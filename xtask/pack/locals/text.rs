//! The code as symbols: bytes, and locals. And what is known of the code so far.

use super::control::Body;
use super::values::Values;

/// The lengths of the runs that are looked for in the code so far, and what finding one is worth.
const RUNS: [(usize, i32); 4] = [(3, 1), (4, 2), (6, 1), (9, 1)];

/// The longest of them.
pub(super) const LONGEST: usize = RUNS[RUNS.len() - 1].0;

/// The worth of a run that was just there is this many times as much, and one time less each time the distance doubles.
const NEAR: i32 = 50;

/// The symbols around a local, by which it is guessed.
const AROUND: [(usize, usize); 7] = [(3, 0), (0, 3), (2, 2), (5, 1), (1, 5), (1, 1), (4, 4)];

/// How many bits of a hash are used for runs, and for what is around a local.
const BITS: [u32; 2] = [24, 20];

/// The code of a function.
pub(super) struct Text {
    pub(super) symbols: Vec<u16>,
    /// Where each value is in it.
    pub(super) places: Vec<Vec<usize>>,
}

/// A local as a symbol. Those under 256 are bytes.
fn symbol(local: usize) -> u16 {
    256_u16.saturating_add(u16::try_from(local).unwrap_or(u16::MAX))
}

impl Text {
    /// The code of a function whose values are in these locals.
    pub(super) fn of(body: &Body, bytes: &[u8], values: &Values, locals: &[usize]) -> Self {
        let mut text = Self {
            symbols: Vec::new(),
            places: vec![Vec::new(); values.all.len()],
        };
        for (instruction, value) in body.instructions.iter().zip(&values.of) {
            let bytes = &bytes[instruction.bytes.clone()];
            match *value {
                Some(value) => {
                    text.symbols.push(bytes[0].into());
                    text.places[value].push(text.symbols.len());
                    text.symbols.push(symbol(locals[value]));
                }
                None => text.symbols.extend(bytes.iter().copied().map(u16::from)),
            }
        }
        text
    }

    /// Puts a value into another local.
    pub(super) fn write(&mut self, value: usize, local: usize) {
        for &at in &self.places[value] {
            self.symbols[at] = symbol(local);
        }
    }
}

/// The code so far. Of runs whose hashes are the same it knows the last.
pub(super) struct Model {
    /// Behind where each run was last, by its hash; 0 if nowhere.
    runs: Vec<u32>,
    /// The local that was last between the same symbols, by their hash.
    locals: Vec<Option<u16>>,
    length: u32,
}

impl Model {
    pub(super) fn new() -> Self {
        let [runs, locals] = BITS;
        Self {
            runs: vec![0; 1 << runs],
            locals: vec![None; 1 << locals],
            length: 0,
        }
    }

    /// How much of what begins at a place of the next function was there before.
    pub(super) fn likeness(&self, symbols: &[u16], at: usize) -> i32 {
        let mut likeness = 0;
        for (run, worth) in runs(symbols, at) {
            let last = self.runs[run];
            if last == 0 {
                break;
            }
            let distance = self.length + at as u32 + 1 - last;
            likeness += worth * (NEAR - distance.ilog2() as i32);
        }
        likeness
    }

    /// The locals that were last between the same symbols as what is at this place.
    pub(super) fn expected(&self, symbols: &[u16], at: usize) -> impl Iterator<Item = usize> {
        let locals = around(symbols, at).filter_map(|around| self.locals[around]);
        locals.map(|local| usize::from(local - symbol(0)))
    }

    /// Takes note of a function.
    pub(super) fn learn(&mut self, text: &Text) {
        let symbols = &text.symbols;
        for at in 0..symbols.len() {
            for (run, _) in runs(symbols, at) {
                self.runs[run] = self.length + at as u32 + 1;
            }
        }
        for &at in text.places.iter().flatten() {
            for around in around(symbols, at) {
                self.locals[around] = Some(symbols[at]);
            }
        }
        self.length += symbols.len() as u32;
    }
}

/// The hashes of the runs that begin at a place, and what they are worth.
fn runs(symbols: &[u16], at: usize) -> impl Iterator<Item = (usize, i32)> {
    let (mut hash, mut from) = (Hash(0), at);
    RUNS.into_iter().map_while(move |(length, worth)| {
        hash.add(symbols.get(from..at + length)?);
        from = at + length;
        Some((hash.short(BITS[0]), worth))
    })
}

/// The hashes of what is around a place.
fn around(symbols: &[u16], at: usize) -> impl Iterator<Item = usize> {
    (0..)
        .zip(AROUND)
        .filter_map(move |(kind, (before, behind))| {
            let mut hash = Hash(kind);
            hash.add(&symbols[at.checked_sub(before)?..at]);
            hash.add(symbols.get(at + 1..=at + behind)?);
            Some(hash.short(BITS[1]))
        })
}

/// A hash of symbols, the same everywhere.
struct Hash(u64);

impl Hash {
    fn add(&mut self, symbols: &[u16]) {
        for &symbol in symbols {
            let mixed = (self.0 ^ u64::from(symbol)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            self.0 = mixed.rotate_left(29);
        }
    }

    fn short(&self, bits: u32) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - bits)) as usize
    }
}
