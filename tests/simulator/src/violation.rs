//! A broken invariant.

/// A description for a person.
#[derive(Debug)]
pub struct Violation(pub String);
