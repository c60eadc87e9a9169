//! Deliberate faults, to see that they are caught: a net is worth what it holds.
//!
//! Each is one replacement in a file of a crate. The machines and this simulator are copied below
//! `target/mutations`, the fault is put into the copy, and storms run until one fails; where storms
//! can't tell right from wrong, the machine's own tests run. A fault that nothing reveals, or whose text
//! is not to be found exactly once any more, is a failure of the simulator.

mod bayeux;
mod bench;
mod supervision;

pub use self::bench::{Bench, Verdict};

/// A fault to be caught.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// What goes wrong.
    pub name: &'static str,
    /// By what it is caught.
    pub net: Net,
    /// Where, below the sources of the net's crate.
    pub file: &'static str,
    /// The text that is replaced; it occurs once.
    pub find: &'static str,
    /// By what.
    pub replace: &'static str,
}

/// What catches faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Net {
    /// Storms about CometD; for faults in `bayeux`.
    Cometd,
    /// Storms about supervision; for faults in `supervision`.
    Supervision,
    /// The tests of `supervision`: of what no storm can tell whether it is right.
    Behaviour,
}

impl Net {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cometd, Self::Supervision, Self::Behaviour];

    /// Where the sources are that faults are put into.
    pub fn sources(self) -> &'static str {
        match self {
            Self::Cometd => "crates/bayeux/src",
            Self::Supervision | Self::Behaviour => "crates/supervision/src",
        }
    }

    /// The faults that it is to catch.
    pub fn mutations(self) -> impl Iterator<Item = &'static Mutation> {
        let all = bayeux::MUTATIONS.iter().chain(supervision::mutations());
        all.filter(move |mutation| mutation.net == self)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_fault_is_to_be_found_exactly_once() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let all = Net::ALL.into_iter().flat_map(Net::mutations);
        let stale: Vec<&str> = all
            .filter(|mutation| {
                let file = project.join(mutation.net.sources()).join(mutation.file);
                let text = fs::read_to_string(file).unwrap();
                text.matches(mutation.find).count() != 1
            })
            .map(|mutation| mutation.name)
            .collect();
        assert!(stale.is_empty(), "stale: {stale:?}");
    }
}
