//! A server, and whatever may be asked of it: scripts of steps, changed line by line.

#![no_main]

mod script;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

use self::script::{Script, mutate};

fuzz_target!(|script: Script| fuzzing::requests::play(&script.0));

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutate::<fuzzing::requests::Step>(data, size, most, seed)
});
