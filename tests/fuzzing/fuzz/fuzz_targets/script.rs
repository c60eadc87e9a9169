//! A script, and its mutation by the fuzzer: line by line.

use core::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzzer_mutate;

/// A script, displayed as its text.
pub struct Script(pub String);

impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let bytes = u.bytes(u.len())?;
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Mutates a script: the text in the first `size` bytes of `data`. Returns its new size.
pub fn mutate<Step>(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize
where
    Step: for<'a> Arbitrary<'a> + fmt::Display,
{
    let mut dice = Dice(seed);
    let text = String::from_utf8_lossy(&data[..size]).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = dice.roll(lines.len() + 1);
    let old = lines.get(at).cloned();
    match (dice.roll(10), old) {
        // A generated line.
        (0..=4, _) => {
            if let Some(step) = dice.step::<Step>() {
                lines.insert(at, step.to_string());
            }
        }
        (5, Some(line)) => lines.insert(dice.roll(lines.len() + 1), line),
        (6, Some(_)) => {
            lines.remove(at);
        }
        (7, Some(_)) => {
            let other = dice.roll(lines.len());
            lines.swap(at, other);
        }
        // Bytes within a line, mutated by the fuzzer.
        (8, Some(line)) => {
            let mut bytes = line.into_bytes();
            let length = bytes.len();
            bytes.resize(length + 32, 0);
            let new = fuzzer_mutate(&mut bytes, length, length + 32);
            lines[at] = String::from_utf8_lossy(&bytes[..new]).replace('\n', " ");
        }
        // Bytes anywhere, mutated by the fuzzer.
        _ => return fuzzer_mutate(data, size, most),
    }
    let mut script = lines.join("\n");
    while script.len() > most {
        match script.rfind('\n') {
            Some(end) => script.truncate(end),
            None => script.clear(),
        }
    }
    data[..script.len()].copy_from_slice(script.as_bytes());
    script.len()
}

/// Random numbers from the fuzzer's seed: xorshift.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.max(1);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % sides.max(1)
    }

    fn step<Step: for<'a> Arbitrary<'a>>(&mut self) -> Option<Step> {
        let bytes: Vec<u8> = (0..96).map(|_| self.roll(256) as u8).collect();
        Step::arbitrary(&mut Unstructured::new(&bytes)).ok()
    }
}
