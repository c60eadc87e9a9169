//! Which tools the project needs, and how each is found or installed.
//!
//! | file | what it installs |
//! |---|---|
//! | `system` | system packages: Node.js, browsers and their drivers |
//! | `rust` | the compiler's WebAssembly target; the nightly compiler, for fuzzing only |
//! | `tool` | programs of one exact version, into the user's cache folder |
//! | `npm` | the npm packages that tests and benchmarks use, into the checkout |

mod npm;
mod rust;
mod system;
mod tool;

use std::path::PathBuf;

use anyhow::Result;

pub(crate) use self::rust::{NIGHTLY, TARGET};
use self::tool::Tool;
use crate::tools::Tools;

/// What the tools are for; only what it needs is installed. Each needs what those before it need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// The checks without a browser.
    FastChecks,
    /// Building the page.
    Page,
    /// Measuring the widget and others in a browser.
    Benchmark,
    /// The page and every check.
    Everything,
}

/// Installs what is missing.
///
/// # Errors
/// Something cannot be installed; the message says what to do about it.
pub(crate) fn ensure(purpose: Purpose) -> Result<Tools> {
    let browser = system::ensure(purpose)?;
    rust::ensure_target()?;
    let mut folders = Vec::new();
    for tool in tools(purpose)? {
        folders.extend(tool.ensure()?);
    }
    if purpose >= Purpose::Benchmark {
        npm::ensure(npm::BENCHMARK)?;
    }
    if purpose >= Purpose::Everything {
        npm::ensure(npm::INTEROP)?;
        npm::ensure(npm::E2E)?;
    }
    Tools::new(&folders, browser)
}

/// Installs what fuzzing needs, and nothing else.
///
/// # Errors
/// Something cannot be installed; the message says what to do about it.
pub(crate) fn ensure_fuzzer() -> Result<Tools> {
    rust::ensure_nightly()?;
    let fuzzer = Tool {
        name: "cargo-fuzz",
        version: tool::in_manifest("tests/fuzzing/fuzz/Cargo.toml", "cargo-fuzz")?,
        programs: &["cargo-fuzz"],
        source: tool::Source::Crate("cargo-fuzz"),
        why: "builds and runs the fuzz targets",
        takes: "about 2 minutes",
    };
    let folders: Vec<_> = fuzzer.ensure()?.into_iter().collect();
    Tools::new(&folders, None)
}

/// The command `setup`: installs everything, and lists it.
///
/// # Errors
/// Those of [`ensure`].
pub(crate) fn report() -> Result<()> {
    let tools = ensure(Purpose::Everything)?;
    let browser = tools.browser()?;
    let mut found = vec![browser.chromium.clone(), browser.driver.clone()];
    found.extend(system::other_browsers().into_iter().flatten());
    for tool in self::tools(Purpose::Everything)? {
        let programs = tool.programs.iter();
        found.extend(programs.filter_map(|program| tools.find(program)));
    }
    for program in found {
        let name = PathBuf::from(program.file_name().unwrap_or_default());
        println!("{:<28} {}", name.display(), program.display());
    }
    println!("Everything is installed. Next: cargo xtask demo, cargo xtask test");
    Ok(())
}

fn tools(purpose: Purpose) -> Result<Vec<Tool>> {
    if purpose < Purpose::Page {
        return Ok(Vec::new());
    }
    let mut tools = vec![
        Tool {
            name: "wasm-bindgen",
            version: tool::in_lock_file("wasm-bindgen")?,
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            source: tool::Source::Crate("wasm-bindgen-cli"),
            why: "writes the JavaScript side of the widget and runs its tests in a browser; \
                  its version must be that of the crate in Cargo.lock",
            takes: "about 3 minutes",
        },
        Tool {
            name: "trunk",
            version: tool::in_trunk_settings()?,
            programs: &["trunk"],
            source: tool::Source::Crate("trunk"),
            why: "builds and serves the demo page",
            takes: "about 6 to 10 minutes",
        },
        Tool {
            name: "binaryen",
            version: npm::binaryen()?,
            programs: &["wasm-opt"],
            source: tool::Source::Npm,
            why: "brings wasm-opt, which makes the widget's WebAssembly smaller",
            takes: "a few seconds",
        },
    ];
    if purpose >= Purpose::Everything {
        tools.push(Tool {
            name: "geckodriver",
            version: tool::in_manifest("tests/e2e/Cargo.toml", "geckodriver")?,
            programs: &["geckodriver"],
            source: tool::Source::Crate("geckodriver"),
            why: "drives Firefox in the end-to-end tests",
            takes: "about 2 minutes",
        });
    }
    Ok(tools)
}
