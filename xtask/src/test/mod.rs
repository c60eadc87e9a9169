//! `cargo xtask test`: every check.
//!
//! A failing step doesn't stop the others, so that one run shows all there is to repair. Each
//! test counts, and each step without tests of its own counts as one; the sum is the last line.
//! Steps run at once where they don't wait for the same lock of cargo's: two that compute, and
//! more that wait for browsers.

mod binaries;
mod report;

use std::panic::resume_unwind;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;

use anyhow::{Result, bail};
use clap::Args;
use pack::sizes::{Build, Sizes};

use self::binaries::Binaries;
use self::report::{Output, Report, Tally};
use crate::setup::{self, Purpose, TARGET};
use crate::tools::Tools;
use crate::{example, page, process, project, sim};

/// The packages that are made for a browser.
const IN_BROWSERS: [&str; 2] = ["listen-in", "example-leptos"];

/// What is published of the widget, which is built for a browser.
const PUBLISHED_WIDGET: &[&str] = &[
    "tolerant-json",
    "bayeux",
    "gws-contract",
    "supervision",
    "listen-in-markup",
    "listen-in",
];

/// What is published of the emulator.
const PUBLISHED_SERVER: &[&str] = &["tolerant-json", "bayeux", "gws-contract", "gws-emulator"];

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leaves out what needs Node.js or a browser: the interop tests, the browser tests, the page,
    /// the end-to-end tests.
    #[arg(long)]
    fast: bool,
    /// Adds `cargo xtask sim --mutations`: whether simulator and tests catch deliberate faults.
    #[arg(long)]
    mutations: bool,
}

/// Runs the checks, and says how many passed.
///
/// # Errors
/// Only Ctrl-C: a failing check is in the exit code.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let report = Report::default();
    let purpose = match options.fast {
        true => Purpose::Checks,
        false => Purpose::Everything,
    };
    match report.check("setup", |_| setup::ensure(purpose))? {
        Some(_) if options.fast => {
            if let Some(binaries) = compile(&report)? {
                native(&report, &binaries)?;
                if options.mutations {
                    mutations(&report)?;
                }
            }
        }
        Some(tools) => everything(&report, &tools, options)?,
        None => {}
    }
    let sum = report.sum();
    println!("\n{report}\n{} passed, {} failed", sum.passed, sum.failed);
    Ok(match sum.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn everything(report: &Report, tools: &Tools, options: &Options) -> Result<()> {
    let (binaries, has_page) = at_once(|| compile(report), || build_page(report, tools))?;
    let Some(binaries) = binaries else {
        report.tests("browser tests", |output| browser_tests(tools, output))?;
        return Ok(());
    };
    let mutations = || match options.mutations {
        true => mutations(report),
        false => Ok(()),
    };
    let tests = || {
        let with_others = || {
            report.check("package in Node.js", |output| {
                let mut node = tools.command("node");
                node.args([
                    "--test",
                    "npm/test/connection.test.mjs",
                    "npm/test/frame-host.test.mjs",
                    "npm/test/import.test.mjs",
                    "npm/test/shell.test.mjs",
                    "npm/test/words.test.mjs",
                    "npm/test/wwe.test.mjs",
                ]);
                output.run(node)
            })?;
            report.tests("browser tests", |output| browser_tests(tools, output))?;
            report.check("example for Leptos", |output| {
                example::build(tools, |command| output.run(command))
            })?;
            report.tests("interop tests", |output| {
                binaries.run(|it| it == "interop", |test| tools.equip(test), output)
            })
        };
        at_once(|| native(report, &binaries), with_others)?;
        match has_page {
            true => in_three_engines(report, tools, &binaries),
            false => {
                println!("\nThe end-to-end tests need the page.");
                Ok(())
            }
        }
    };
    at_once(mutations, tests)?;
    Ok(())
}

/// The end-to-end tests. Browsers wait more than they compute: two cores do for a few of them, of two engines at once.
fn in_three_engines(report: &Report, tools: &Tools, binaries: &Binaries) -> Result<()> {
    let in_engine = |step, options| {
        report.tests(step, |output| {
            end_to_end(binaries, "e2e", &page::folder(), tools, options, output)
        })
    };
    let in_others = || {
        in_engine("end-to-end in Firefox", ["[firefox]", "--test-threads=2"])?;
        in_engine("end-to-end in WebKit", ["[webkit]", "--test-threads=1"])
    };
    let in_chromium = || {
        in_engine("end-to-end in Chromium", ["[chromium]", "--test-threads=3"])?;
        report.tests("npm package", |output| {
            let options = ["[chromium]", "--test-threads=3"];
            let page = page::packaged_folder();
            end_to_end(binaries, "package", &page, tools, options, output)
        })
    };
    at_once(in_chromium, in_others)?;
    Ok(())
}

/// Whether deliberate faults are caught. With the lowest priority: tests in browsers have deadlines.
fn mutations(report: &Report) -> Result<()> {
    report.check("mutations", |output| {
        let cargo = sim::mutations();
        let mut nice = process::command("nice");
        nice.args(["-n", "19"]).arg(cargo.get_program());
        nice.args(cargo.get_args());
        output.run(nice)
    })?;
    Ok(())
}

/// Does two things at once.
///
/// # Errors
/// Those of either; both are done by then.
fn at_once<A: Send, B>(
    one: impl FnOnce() -> Result<A> + Send,
    other: impl FnOnce() -> Result<B>,
) -> Result<(A, B)> {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok((one?, other?))
    })
}

/// What the compiler and its tools find, and the native tests.
fn compile(report: &Report) -> Result<Option<Binaries>> {
    report.check("fmt", |output| {
        output.run(cargo(&["fmt", "--all", "--check"]))
    })?;
    report.check("clippy", |output| {
        let mut clippy = natively(&["clippy", "--all-targets"]);
        clippy.args(["--", "--deny", "warnings"]);
        output.run(clippy)
    })?;
    report.check("clippy for wasm32", |output| {
        let mut clippy = in_browsers(&["clippy", "--all-targets"]);
        clippy.args(["--", "--deny", "warnings"]);
        output.run(clippy)?;
        // As a Leptos application has it: without the element.
        let mut clippy = cargo(&["clippy", "--package", "listen-in", "--lib"]);
        clippy.args(["--target", TARGET, "--", "--deny", "warnings"]);
        output.run(clippy)
    })?;
    report.check("packages", |output| {
        let mut package = cargo(&["package", "--workspace", "--no-verify", "--allow-dirty"]);
        package.arg("--quiet");
        output.run(package)?;
        // Built from the archives is what is published. Cargo finds no unpublished package for another one, and takes what
        // crates.io has of that name.
        for (packages, target) in [
            (PUBLISHED_WIDGET, &["--target", TARGET][..]),
            (PUBLISHED_SERVER, &[]),
        ] {
            let mut package = cargo(&["package", "--allow-dirty", "--quiet"]);
            // By itself each would compile its dependencies anew.
            package.env("CARGO_TARGET_DIR", project::root().join("target"));
            package.args(target);
            for name in packages {
                package.args(["--package", name]);
            }
            output.run(package)?;
        }
        Ok(())
    })?;
    report.check("rustdoc", |output| {
        for mut doc in [
            natively(&["doc", "--no-deps"]),
            in_browsers(&["doc", "--no-deps", "--features", "listen-in/element"]),
        ] {
            doc.env("RUSTDOCFLAGS", "--deny warnings");
            output.run(doc)?;
        }
        Ok(())
    })?;
    // Not by way of the widget: these must compile for it by themselves.
    report.check("machines for wasm32", |output| {
        let mut check = cargo(&["check", "--target", TARGET]);
        for machine in ["tolerant-json", "bayeux", "gws-contract", "supervision"] {
            check.args(["--package", machine]);
        }
        output.run(check)
    })?;
    report.check("compiling tests", Binaries::build)
}

/// The tests and examples that need nothing but the machine; and whether the benchmarks run, though
/// not how fast.
fn native(report: &Report, binaries: &Binaries) -> Result<()> {
    report.tests("native tests", |output| {
        let is_native = |package: &str| !["e2e", "interop", "package"].contains(&package);
        binaries.run(is_native, |_| {}, output)
    })?;
    report.tests("examples in documents", |output| {
        output.count(cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]))
    })
}

/// The page, and whether it keeps to its budget; tells whether there is a page.
fn build_page(report: &Report, tools: &Tools) -> Result<bool> {
    let sizes = report.check("page", |output| {
        output.run(page::build(tools))?;
        page::sizes(&page::folder(), Build::Plain)
    })?;
    let Some(sizes) = sizes else {
        return Ok(false);
    };
    let keeps_to_budget = |sizes: &Sizes, output: &mut Output| {
        output.line(sizes);
        match sizes.excess() {
            None => Ok(()),
            Some(excess) => bail!("{excess} bytes too many"),
        }
    };
    report.check("size budget", |output| keeps_to_budget(&sizes, output))?;
    report.check("size budget, packaged", |output| {
        page::make_packaged(tools, |command| output.run(command))?;
        let sizes = page::sizes(&page::packaged_folder(), Build::Packaged)?;
        keeps_to_budget(&sizes, output)
    })?;
    Ok(true)
}

/// The widget's own tests, in headless Chromium by wasm-bindgen-test-runner.
fn browser_tests(tools: &Tools, output: &mut Output) -> Result<Tally> {
    let mut test = tools.cargo();
    test.args(["test", "--package", "listen-in", "--test", "browser"]);
    test.args(["--target", TARGET]);
    // The runner prefers drivers of other browsers, and running ones, to what we ask for.
    for driver in ["GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        test.env_remove(driver);
    }
    for driver in ["GECKO", "SAFARI", "CHROME", "MSEDGE"] {
        test.env_remove(format!("{driver}DRIVER_REMOTE"));
    }
    // In seconds; the runner's own are 20 and 5, too little for a browser's first start.
    test.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    test.env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    output.count(test)
}

/// A built page and the emulator, in one engine by WebDriver: the tests of a package.
fn end_to_end(
    binaries: &Binaries,
    package: &str,
    page: &Path,
    tools: &Tools,
    options: [&str; 2],
    output: &mut Output,
) -> Result<Tally> {
    let prepare = |test: &mut Command| {
        tools.equip(test);
        test.args(options);
        test.env("LISTEN_IN_DIST", page);
        test.env("LISTEN_IN_EXAMPLE", example::folder());
    };
    binaries.run(|it| it == package, prepare, output)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = process::cargo();
    cargo.args(arguments);
    cargo
}

/// A command about all packages but those for browsers.
fn natively(arguments: &[&str]) -> Command {
    let mut cargo = cargo(arguments);
    cargo.arg("--workspace");
    for package in IN_BROWSERS {
        cargo.args(["--exclude", package]);
    }
    cargo
}

/// A command about the packages for browsers.
fn in_browsers(arguments: &[&str]) -> Command {
    let mut cargo = cargo(arguments);
    cargo.args(["--target", TARGET]);
    for package in IN_BROWSERS {
        cargo.args(["--package", package]);
    }
    cargo
}
