//! The scripts that come with the emulator, from `crates/emulator/scripts`.

use super::{Script, ScriptError};

/// A script that comes with the emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

/// All of them.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "busy-morning",
        text: include_str!("../../../scripts/busy-morning.toml"),
    },
    Shipped {
        name: "failover",
        text: include_str!("../../../scripts/failover.toml"),
    },
    Shipped {
        name: "next-call-consumed",
        text: include_str!("../../../scripts/next-call-consumed.toml"),
    },
    Shipped {
        name: "opt-out",
        text: include_str!("../../../scripts/opt-out.toml"),
    },
    Shipped {
        name: "transfer-scope-agent",
        text: include_str!("../../../scripts/transfer-scope-agent.toml"),
    },
    Shipped {
        name: "transfer-scope-call",
        text: include_str!("../../../scripts/transfer-scope-call.toml"),
    },
];

impl Shipped {
    /// The one of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// What it shows: the comment that it begins with.
    pub fn what(&self) -> String {
        let lines = self.text.lines();
        let comment = lines.map_while(|line| line.strip_prefix('#'));
        comment.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// The script.
    ///
    /// # Errors
    /// None that a test has not ruled out.
    pub fn script(&self) -> Result<Script, ScriptError> {
        Script::read(self.name, self.text)
    }
}
