//! An arbitrary body, in every place where client and server read one.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| fuzzing::decode(body));
