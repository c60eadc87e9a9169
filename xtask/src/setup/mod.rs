//! Which tools the project needs, and how each is found or installed.
//!
//! In order: what the system's packages bring ([`system`]), the compiler's WebAssembly target
//! ([`target`]), then the tools with an exact version ([`tool`], installed by [`install`]), and the
//! packages that tests and benchmarks need ([`packages`]). The fuzzer and the compiler that it needs
//! ([`nightly`]) come only when somebody fuzzes. Which version that is stands where it always stood, in
//! the project's own files ([`pins`]).

mod install;
mod nightly;
mod packages;
mod pins;
mod system;
mod target;
mod tool;
mod version;

use anyhow::Result;

pub(crate) use self::nightly::NIGHTLY;
use self::packages::Packages;
use self::pins::Pins;
pub(crate) use self::target::TARGET;
use self::tool::{Found, Source, Tool};
use crate::tools::Tools;

/// What the tools are wanted for. Less is installed for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The checks that no browser takes part in.
    FastChecks,
    /// Building the page.
    Page,
    /// Measuring in a browser, beside the programs of others.
    Benchmark,
    /// All there is: the page, and the tests in a browser and with the programs of others.
    Everything,
}

impl Purpose {
    fn page(self) -> bool {
        self != Self::FastChecks
    }

    fn chromium(self) -> bool {
        matches!(self, Self::Benchmark | Self::Everything)
    }

    /// Firefox and WebKit.
    fn other_browsers(self) -> bool {
        self == Self::Everything
    }

    /// The npm packages that are wanted beside the tools.
    fn packages(self) -> &'static [Packages] {
        match self {
            Self::FastChecks | Self::Page => &[],
            Self::Benchmark => &[packages::BENCHMARK],
            Self::Everything => &[packages::INTEROP, packages::BENCHMARK],
        }
    }
}

/// Installs what is missing.
///
/// # Errors
/// Something cannot be installed; the message says what to do about it.
pub(crate) fn ensure(purpose: Purpose) -> Result<Tools> {
    ensure_all(purpose).map(|(tools, _)| tools)
}

/// Installs what fuzzing needs, and nothing else.
///
/// # Errors
/// Something cannot be installed; the message says what to do about it.
pub(crate) fn ensure_fuzzer() -> Result<Tools> {
    nightly::ensure()?;
    let fuzzer = Tool {
        name: "cargo-fuzz",
        version: pins::fuzzer()?,
        programs: &["cargo-fuzz"],
        source: Source::Crate("cargo-fuzz"),
        why: "builds and runs the fuzz targets",
        takes: "about 2 minutes",
    };
    let folders: Vec<_> = fuzzer.ensure()?.folder().into_iter().collect();
    Tools::new(&folders, None)
}

/// The command `setup`: installs everything, and says what there is.
pub(crate) fn report() -> Result<()> {
    let (tools, found) = ensure_all(Purpose::Everything)?;
    let browser = tools.browser()?;
    for found in &found {
        println!("{found}");
    }
    println!("{:<24} {}", "chromium", browser.chromium.display());
    println!("{:<24} {}", "chromedriver", browser.driver.display());
    for program in system::other_browsers().into_iter().flatten() {
        let name = program.file_name().unwrap_or_default();
        println!("{:<24} {}", name.display(), program.display());
    }
    for packages in Purpose::Everything.packages() {
        println!("{:<24} {}", packages.name, packages.modules().display());
    }
    println!("Everything is installed. Next: cargo xtask demo, cargo xtask test");
    Ok(())
}

fn ensure_all(purpose: Purpose) -> Result<(Tools, Vec<Found>)> {
    let browser = system::ensure(purpose)?;
    target::ensure()?;
    let found = match purpose.page() {
        true => tools(&Pins::read()?, purpose)
            .iter()
            .map(Tool::ensure)
            .collect::<Result<Vec<_>>>()?,
        false => Vec::new(),
    };
    for packages in purpose.packages() {
        packages.ensure()?;
    }
    let folders: Vec<_> = found.iter().filter_map(Found::folder).collect();
    Ok((Tools::new(&folders, browser)?, found))
}

fn tools(pins: &Pins, purpose: Purpose) -> Vec<Tool> {
    let mut tools = vec![
        Tool {
            name: "wasm-bindgen",
            version: pins.wasm_bindgen.clone(),
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            source: Source::Crate("wasm-bindgen-cli"),
            why: "writes the JavaScript side of the widget and runs its tests in a browser; \
                  its version must be that of the crate in Cargo.lock",
            takes: "about 3 minutes",
        },
        Tool {
            name: "trunk",
            version: pins.trunk.clone(),
            programs: &["trunk"],
            source: Source::Crate("trunk"),
            why: "builds and serves the demo page",
            takes: "about 6 to 10 minutes",
        },
        Tool {
            name: "binaryen",
            version: pins.binaryen.clone(),
            programs: &["wasm-opt"],
            source: Source::Npm,
            why: "brings wasm-opt, which makes the widget's WebAssembly smaller",
            takes: "a few seconds",
        },
    ];
    if purpose.other_browsers() {
        tools.push(Tool {
            name: "geckodriver",
            version: pins.geckodriver.clone(),
            programs: &["geckodriver"],
            source: Source::Crate("geckodriver"),
            why: "drives Firefox in the end-to-end tests",
            takes: "about 2 minutes",
        });
    }
    tools
}
