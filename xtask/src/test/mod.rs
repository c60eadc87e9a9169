//! `cargo xtask test`: every check.
//!
//! A failing step doesn't stop the others, so that one run shows everything there is to fix. Each test counts, and
//! each step without tests counts as one; the sum is the last line. Steps run in parallel unless they wait for the
//! same lock of cargo's.
//!
//! Compiling takes most of the time, so nothing is compiled twice. Clippy runs as the compiler, and rustdoc on what the
//! tests use: as separate commands they would compile all dependencies once more. The widget, and Leptos with it, is
//! compiled for WebAssembly only.

mod binaries;
mod report;

use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;

use anyhow::{Result, bail, ensure};
use clap::Args;
use pack::sizes::{Build, Sizes};

use self::binaries::Binaries;
use self::report::{Output, Report, Tally};
use crate::setup::{self, Purpose, TARGET};
use crate::tools::Tools;
use crate::{example, page, process, project, sim};

/// What is compiled natively: all but the packages that are built for browsers.
const NATIVE: [&str; 5] = [
    "--workspace",
    "--exclude",
    "listen-in",
    "--exclude",
    "example-leptos",
];

/// The widget with the element.
const ELEMENT: [&str; 6] = [
    "--package",
    "listen-in",
    "--features",
    "element",
    "--target",
    TARGET,
];

/// The crates that make decisions and do no I/O.
const MACHINES: [&str; 4] = ["tolerant-json", "bayeux", "gws-contract", "supervision"];

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leaves out everything that needs Node.js or a browser: the interop tests, all tests of the widget, the page, the
    /// end-to-end tests.
    #[arg(long)]
    fast: bool,
    /// Adds `cargo xtask sim --mutations`: whether simulator and tests catch deliberate faults.
    #[arg(long)]
    mutations: bool,
}

/// Runs the checks, and prints how many passed.
///
/// # Errors
/// Only Ctrl-C: a failing check shows in the exit code.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let report = Report::default();
    let purpose = match options.fast {
        true => Purpose::Checks,
        false => Purpose::Everything,
    };
    match report.check("setup", |_| setup::ensure(purpose))? {
        Some(_) if options.fast => without_browsers(&report, options)?,
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

fn without_browsers(report: &Report, options: &Options) -> Result<()> {
    let tests = compile(report)?;
    compile_for_browsers(report)?;
    if let Some(tests) = tests {
        native(report, &tests)?;
    }
    checks(report)?;
    mutations(report, options)
}

/// Compiles everything that the other steps need. Then runs the tests, and at low priority the checks beside them,
/// because tests in browsers often wait, and have deadlines.
fn everything(report: &Report, tools: &Tools, options: &Options) -> Result<()> {
    let compile_all = || {
        let tests = compile(report)?;
        let of_widget = compile_for_browsers(report)?;
        report.check("example for Leptos", |output| {
            example::bundle(tools, |command| output.run(command))
        })?;
        Ok((tests, of_widget))
    };
    let ((tests, of_widget), has_page) = at_once(compile_all, || build_page(report, tools))?;
    let in_engine = |step, has_page, page: &Path, options| match tests.as_ref().filter(|_| has_page)
    {
        Some(tests) => report.tests(step, |output| {
            end_to_end(tests, "e2e", page, tools, options, output)
        }),
        None => {
            println!("\n{step}: needs the page and the tests, and one was not built.");
            Ok(())
        }
    };
    let in_chromium = || {
        if let Some(tests) = &tests {
            native(report, tests)?;
            in_node(report, tools, tests)?;
        }
        let options = ["[chromium]", "--test-threads=3"];
        in_engine("end-to-end in Chromium", has_page, &page::folder(), options)
    };
    let of_widget = || match &of_widget {
        Some(tests) => report.tests("tests of the widget", |output| {
            tests.run(|_| true, |file| for_browsers(tools, file), output)
        }),
        None => Ok(()),
    };
    // The packaged page is compiled in another way, so it is tested in the other engines.
    let packaged = || {
        let is_packaged = has_page && build_packaged_page(report, tools)?;
        let in_other =
            |step, options| in_engine(step, is_packaged, &page::packaged_folder(), options);
        let in_firefox = || in_other("end-to-end in Firefox", ["[firefox]", "--test-threads=2"]);
        let in_webkit = || in_other("end-to-end in WebKit", ["[webkit]", "--test-threads=2"]);
        let of_package = || match tests.as_ref().filter(|_| is_packaged) {
            Some(tests) => of_package(report, tools, tests),
            None => Ok(()),
        };
        at_once(in_firefox, || at_once(in_webkit, of_package))
    };
    at_once(
        || at_once(in_chromium, || at_once(of_widget, packaged)),
        || {
            checks(report)?;
            mutations(report, options)
        },
    )?;
    Ok(())
}

/// Does two things in parallel.
///
/// # Errors
/// Those of either; both have finished by then.
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

/// Compiles the native tests, and with them all code of the machines, the emulator and the tools.
fn compile(report: &Report) -> Result<Option<Binaries>> {
    let mut tests = clippy(&["test", "--no-run", "--all-targets"]);
    tests.args(NATIVE);
    compile_as(report, ["compiling tests", "clippy"], vec![tests])
}

/// Compiles the widget: with the element, for the tests in a browser; and without, as Leptos applications use it, its unit
/// tests and the example. Both have the dependencies of tests, and so the same features of Leptos.
fn compile_for_browsers(report: &Report) -> Result<Option<Binaries>> {
    let mut in_browser = clippy(&["test", "--no-run", "--test", "browser"]);
    in_browser.args(ELEMENT);
    let mut units = clippy(&["build", "--tests", "--bins", "--target", TARGET]);
    units.args(["--package", "listen-in", "--package", "example-leptos"]);
    let steps = ["compiling the widget", "clippy for wasm32"];
    compile_as(report, steps, vec![in_browser, units])
}

fn compile_as(
    report: &Report,
    steps: [&'static str; 2],
    cargos: Vec<Command>,
) -> Result<Option<Binaries>> {
    let tests = report.check(steps[0], |output| Binaries::build(cargos, output))?;
    if let Some(tests) = &tests {
        report.check(steps[1], |_| {
            ensure!(!tests.has_warnings, "warnings: see {}", steps[0]);
            Ok(())
        })?;
    }
    Ok(tests)
}

/// Format, packages, documents, and the machines for the target of the widget.
fn checks(report: &Report) -> Result<()> {
    report.check("fmt", |output| {
        output.run(&mut process::cargo(&["fmt", "--all", "--check"]))
    })?;
    // `cargo xtask pack --test` builds them from the archives.
    report.check("packages", |output| {
        let package = [
            "package",
            "--workspace",
            "--no-verify",
            "--allow-dirty",
            "--quiet",
        ];
        output.run(&mut patient(&process::cargo(&package)))
    })?;
    report.tests("documents and examples", |output| {
        let mut sum = Tally::default();
        // The macro has other dependencies' features there, and the widget would be compiled with it once more.
        let native = [&NATIVE[..], &["--exclude", "listen-in-markup"]].concat();
        for what in [&native[..], &ELEMENT] {
            let mut test = clippy(&["test", "--doc", "--no-fail-fast"]);
            test.args(what);
            // The widget's examples are only compiled.
            test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "true");
            test.env("RUSTDOC", project::root().join("xtask/rustdoc.sh"));
            test.env("RUSTDOCFLAGS", "--deny warnings --out-dir target/doc");
            sum += output.count(&mut patient(&test))?;
        }
        Ok(sum)
    })?;
    // Separately, not as dependencies of the widget: they must compile for it by themselves.
    report.check("machines for wasm32", |output| {
        let mut check = process::cargo(&["check", "--target", TARGET]);
        check.args(MACHINES.iter().flat_map(|name| ["--package", name]));
        output.run(&mut patient(&check))
    })?;
    Ok(())
}

/// The tests that need nothing but the machine; also checks that the benchmarks run, but not how fast.
fn native(report: &Report, tests: &Binaries) -> Result<()> {
    report.tests("native tests", |output| {
        let is_native = |package: &str| !["e2e", "interop", "package"].contains(&package);
        tests.run(is_native, |file| process::command(file), output)
    })
}

/// The tests that need Node.js.
fn in_node(report: &Report, tools: &Tools, tests: &Binaries) -> Result<()> {
    report.check("package in Node.js", |output| {
        let mut node = tools.command("node");
        node.arg("--test");
        for file in fs::read_dir(project::root().join("npm/test"))? {
            node.arg(file?.path());
        }
        output.run(&mut node)
    })?;
    report.tests("interop tests", |output| {
        tests.run(|it| it == "interop", |file| tools.command(file), output)
    })
}

/// Builds the page and checks its size budget; returns whether there is a page.
fn build_page(report: &Report, tools: &Tools) -> Result<bool> {
    let page = report.check("page", |output| output.run(&mut page::build(tools)))?;
    if page.is_some() {
        report.check("size budget", |output| {
            keeps_to_budget(&page::folder(), Build::Plain, output)
        })?;
    }
    Ok(page.is_some())
}

/// Makes the page as it is packaged and checks its size budget; returns whether there is one.
fn build_packaged_page(report: &Report, tools: &Tools) -> Result<bool> {
    let page = report.check("packaged page", |output| {
        page::make_packaged(tools, |command| output.run(command))
    })?;
    if page.is_some() {
        report.check("size budget, packaged", |output| {
            keeps_to_budget(&page::packaged_folder(), Build::Packaged, output)
        })?;
    }
    Ok(page.is_some())
}

/// The tests of the npm package.
fn of_package(report: &Report, tools: &Tools, tests: &Binaries) -> Result<()> {
    report.tests("npm package", |output| {
        let (page, options) = (page::packaged_folder(), ["[chromium]", "--test-threads=3"]);
        end_to_end(tests, "package", &page, tools, options, output)
    })
}

fn keeps_to_budget(page: &Path, build: Build, output: &mut Output) -> Result<()> {
    let sizes = Sizes::measure(page, build)?;
    output.line(&sizes);
    match sizes.excess() {
        None => Ok(()),
        Some(excess) => bail!("{excess} bytes too many"),
    }
}

/// Checks that deliberate faults are caught, if asked to.
fn mutations(report: &Report, options: &Options) -> Result<()> {
    if options.mutations {
        report.check("mutations", |output| {
            output.run(&mut patient(&sim::mutations()))
        })?;
    }
    Ok(())
}

/// Runs tests of the widget: unit tests in Node.js, the others in headless Chromium.
fn for_browsers(tools: &Tools, file: &Path) -> Command {
    let mut runner = tools.command("wasm-bindgen-test-runner");
    runner.arg(file);
    // The runner prefers other browsers' drivers, and running drivers, to the one we ask for.
    for driver in ["GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        runner.env_remove(driver);
    }
    for driver in ["GECKO", "SAFARI", "CHROME", "MSEDGE"] {
        runner.env_remove(format!("{driver}DRIVER_REMOTE"));
    }
    // In seconds; the runner's defaults, 20 and 5, are too short for a browser's first start.
    runner.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    runner.env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    runner
}

/// The tests of one package, against a built page and the emulator, in one engine by WebDriver.
fn end_to_end(
    tests: &Binaries,
    package: &str,
    page: &Path,
    tools: &Tools,
    options: [&str; 2],
    output: &mut Output,
) -> Result<Tally> {
    let test = |file: &Path| {
        let mut test = tools.command(file);
        test.args(options);
        test.env("LISTEN_IN_DIST", page);
        test.env("LISTEN_IN_EXAMPLE", example::folder());
        test
    };
    tests.run(|it| it == package, test, output)
}

/// The command at low priority: tests in browsers have deadlines.
fn patient(command: &Command) -> Command {
    let mut nice = process::command("nice");
    nice.args(["-n", "19"]).arg(command.get_program());
    nice.args(command.get_args());
    nice.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    nice
}

/// A cargo that compiles this project's packages with Clippy.
fn clippy(arguments: &[&str]) -> Command {
    let mut cargo = process::cargo(arguments);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // Warnings are recognised by how their lines begin.
    cargo.env("CARGO_TERM_COLOR", "never");
    cargo
}
