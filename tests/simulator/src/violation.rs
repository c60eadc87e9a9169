//! A broken invariant.

/// What was broken, for a person to read.
#[derive(Debug)]
pub struct Violation(pub String);
