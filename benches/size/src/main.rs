//! Prints where the bytes of a WebAssembly module with function names go: by crate, by kind, and the largest
//! functions. `cargo xtask size` builds the module and runs this.
//!
//! | file | holds |
//! |---|---|
//! | `module` | the functions of a module, with names and sizes |
//! | `origin` | the crate and the kind of a function, by its name |

mod module;
mod origin;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

use crate::module::Module;
use crate::origin::{Kind, origin};

/// Prints where the bytes of a WebAssembly module go.
#[derive(Parser)]
struct Options {
    /// The module, with function names.
    module: PathBuf,
    /// How many of the largest functions to list.
    #[arg(long, default_value_t = 0)]
    functions: usize,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let bytes = fs::read(&options.module)
        .with_context(|| format!("{} cannot be read", options.module.display()))?;
    let module = Module::read(&bytes)?;
    let (mut crates, mut kinds) = (BTreeMap::new(), BTreeMap::new());
    for function in &module.functions {
        let (name, kind) = origin(&function.name);
        *crates.entry(name.to_owned()).or_default() += function.size;
        *kinds.entry(kind.to_string()).or_default() += function.size;
    }
    kinds.insert(Kind::Data.to_string(), module.data);
    kinds.insert(Kind::Rest.to_string(), module.rest);
    table("by kind, in all", &kinds);
    table("by crate, of the code", &crates);
    if options.functions > 0 {
        println!("\n{:>9}  the largest functions", "bytes");
        let mut functions = module.functions;
        functions.sort_by_key(|function| Reverse(function.size));
        for function in functions.iter().take(options.functions) {
            println!("{:>9}  {}", function.size, function.name);
        }
    }
    Ok(())
}

/// Prints bytes by name, largest first.
fn table(title: &str, bytes: &BTreeMap<String, usize>) {
    let all: usize = bytes.values().sum();
    let mut rows: Vec<_> = bytes.iter().collect();
    rows.sort_by_key(|(_, bytes)| Reverse(**bytes));
    println!("\n{:>9}  {:>5}  {title}", "bytes", "%");
    for (name, &bytes) in rows {
        println!(
            "{bytes:>9}  {:>5.1}  {name}",
            100.0 * bytes as f64 / all as f64
        );
    }
    println!("{all:>9}  100.0");
}
