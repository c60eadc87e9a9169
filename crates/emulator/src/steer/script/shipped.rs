//! The shipped scripts, from `crates/emulator/scripts`.

use super::{Script, ScriptError};

/// A shipped script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal)*) => {
        &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../../scripts/", $name, ".toml")),
        }),*]
    };
}

/// All shipped scripts.
pub const SHIPPED: &[Shipped] = shipped!(
    "busy-morning" "failover" "next-call-consumed" "opt-out" "transfer-scope-agent"
    "transfer-scope-call"
);

impl Shipped {
    /// The shipped script with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// Its description: the comment at its beginning.
    pub fn what(&self) -> String {
        let lines = self.text.lines();
        let comment = lines.map_while(|line| line.strip_prefix('#'));
        comment.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// The script.
    ///
    /// # Errors
    /// Never: a test parses all of them.
    pub fn script(&self) -> Result<Script, ScriptError> {
        Script::read(self.name, self.text)
    }
}
