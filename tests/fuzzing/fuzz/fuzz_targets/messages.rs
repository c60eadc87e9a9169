//! A body of any bytes, for client and server, in every place where one can come.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| fuzzing::decode(body));
