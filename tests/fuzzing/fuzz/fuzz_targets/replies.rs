//! A client and arbitrary events: scripts of steps, mutated line by line.

#![no_main]

mod script;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

use self::script::{Script, mutate};

fuzz_target!(|script: Script| fuzzing::play(&script.0));

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutate::<fuzzing::Step>(data, size, most, seed)
});
