//! What a mutation is, and the lists of them.

mod bayeux;
mod supervision;

/// A deliberate fault: one replacement inside a function of a crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mutation {
    /// A description of the fault.
    pub(crate) name: &'static str,
    /// What must catch it.
    pub(crate) caught_by: CaughtBy,
    /// The file, below the crate's `src`.
    pub(crate) file: &'static str,
    /// The text to replace; it occurs once.
    pub(crate) find: &'static str,
    /// The replacement.
    pub(crate) replace: &'static str,
    /// The scenario that catches it soonest, if not the one of its [`Target`].
    pub(crate) scenario: Option<&'static str>,
    /// The seed of the first storm: near one that catches it, where these are rare.
    pub(crate) seed: u64,
}

impl Mutation {
    /// The same with its own scenario.
    const fn in_storms(self, scenario: &'static str) -> Self {
        Self {
            scenario: Some(scenario),
            ..self
        }
    }

    /// The same with storms from a seed on.
    const fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// What must catch a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaughtBy {
    /// The simulator's storms.
    Storms,
    /// The crate's own tests: no storm shows it, or one in thousands. This test is tried first, because all of them
    /// take a hundred times as long.
    Tests(&'static str),
}

/// A crate with the mutations that are tried on it.
#[derive(Debug)]
pub(crate) struct Target {
    /// The crate's name, and its folder in `crates/`.
    pub(crate) name: &'static str,
    /// The simulator's scenario for files below its `src` with these path prefixes; the first match
    /// applies.
    pub(crate) scenarios: &'static [(&'static str, &'static str)],
    /// The maximum number of storms that may be needed to catch one of them.
    pub(crate) storms: u64,
    /// The lists of its mutations.
    pub(crate) lists: &'static [&'static [Mutation]],
}

impl Target {
    /// The scenario of storms that must catch a mutation.
    pub(crate) fn scenario(&self, mutation: &Mutation) -> &'static str {
        if let Some(scenario) = mutation.scenario {
            return scenario;
        }
        let mut scenarios = self.scenarios.iter();
        let found = scenarios.find(|(path, _)| mutation.file.starts_with(path));
        found.map_or("all", |(_, scenario)| scenario)
    }
}

/// Every crate with mutations.
pub(crate) const TARGETS: [Target; 2] = [
    Target {
        name: "bayeux",
        scenarios: &[("shared/", "tabs"), ("", "cometd")],
        storms: 4_000,
        lists: &[bayeux::MUTATIONS],
    },
    Target {
        name: "supervision",
        scenarios: &[("", "supervision")],
        storms: 2_500,
        lists: supervision::LISTS,
    },
];

/// A mutation for the storms to catch.
pub(crate) const fn fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        name,
        caught_by: CaughtBy::Storms,
        file,
        find,
        replace,
        scenario: None,
        seed: 0,
    }
}

/// A mutation for the crate's own tests to catch, and the test that does.
const fn tested(
    name: &'static str,
    test: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        caught_by: CaughtBy::Tests(test),
        ..fault(name, file, find, replace)
    }
}
