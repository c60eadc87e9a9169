//! `cargo xtask test`: every check, one after another.
//!
//! A failing step doesn't stop the others, so that one run shows all there is to repair. Each
//! test counts, and each step without tests of its own counts as one; the sum is the last line.

mod report;

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use clap::Args;

use self::report::{Report, Tally};
use crate::setup::{self, Purpose, TARGET};
use crate::tools::Tools;
use crate::{page, process, project};

/// The end-to-end tests of each engine: the step, and how `e2e` names the engine.
const END_TO_END: [(&str, &str); 3] = [
    ("end-to-end in Chromium", "[chromium]"),
    ("end-to-end in Firefox", "[firefox]"),
    ("end-to-end in WebKit", "[webkit]"),
];

/// A step that takes longer hangs. The longest compiles everything, on a slow machine.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leaves out what needs Node.js or a browser: the interop tests, the browser tests, the page,
    /// the end-to-end tests.
    #[arg(long)]
    fast: bool,
}

/// Runs the checks, and says how many passed.
///
/// # Errors
/// Only Ctrl-C: a failing check is in the exit code.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut report = Report::default();
    let purpose = match options.fast {
        true => Purpose::FastChecks,
        false => Purpose::Everything,
    };
    if let Some(tools) = report.check("setup", || setup::ensure(purpose))? {
        native(&mut report)?;
        if !options.fast {
            report.tests("interop tests", || count(interop_tests(&tools)))?;
            in_browsers(&mut report, &tools)?;
        }
    }
    let sum = report.sum();
    println!("\n{report}\n{} passed, {} failed", sum.passed, sum.failed);
    Ok(match sum.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// What needs only the compiler.
fn native(report: &mut Report) -> Result<()> {
    report.check("fmt", || process::run(cargo(&["fmt", "--all", "--check"])))?;
    report.check("clippy", || {
        let mut clippy = cargo(&["clippy", "--workspace", "--all-targets"]);
        clippy.args(["--", "--deny", "warnings"]);
        process::run(clippy)
    })?;
    report.check("clippy for wasm32", || {
        let mut clippy = cargo(&["clippy", "--package", "listen-in", "--all-targets"]);
        clippy.args(["--target", TARGET, "--", "--deny", "warnings"]);
        process::run(clippy)
    })?;
    report.check("rustdoc", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "--deny warnings");
        process::run(doc)
    })?;
    // Not by way of the widget: these must compile for it by themselves.
    report.check("machines for wasm32", || {
        let mut check = cargo(&["check", "--target", TARGET]);
        for machine in ["tolerant-json", "bayeux", "gws", "supervision"] {
            check.args(["--package", machine]);
        }
        process::run(check)
    })?;
    report.tests("native tests", || {
        count(cargo(&[
            "test",
            "--workspace",
            "--exclude",
            "e2e",
            "--exclude",
            "interop",
            "--no-fail-fast",
        ]))
    })?;
    // Whether they run: how fast is `cargo bench`'s affair.
    report.check("benchmarks", || {
        process::run(cargo(&["test", "--package", "bayeux", "--benches"]))
    })?;
    Ok(())
}

/// Our client with the servers of others, and the clients of others with the emulator.
fn interop_tests(tools: &Tools) -> Command {
    let mut test = tools.cargo();
    test.args(["test", "--package", "interop", "--no-fail-fast"]);
    test
}

/// What needs a browser, or the page that is shown in one.
fn in_browsers(report: &mut Report, tools: &Tools) -> Result<()> {
    report.tests("browser tests", || count(browser_tests(tools)?))?;
    let Some(sizes) = report.check("page", || page::build(tools))? else {
        println!("Without the page there is nothing to weigh, and no end-to-end test.");
        return Ok(());
    };
    report.check("size budget", || {
        println!("{sizes}");
        match sizes.excess() {
            None => Ok(()),
            Some(excess) => bail!("{excess} bytes too many"),
        }
    })?;
    for (step, engine) in END_TO_END {
        report.tests(step, || {
            let tally = count(end_to_end_tests(tools, engine)?)?;
            ensure!(tally != Tally::default(), "no test runs in this engine");
            Ok(tally)
        })?;
    }
    Ok(())
}

/// The widget's own tests, in headless Chromium by wasm-bindgen-test-runner.
fn browser_tests(tools: &Tools) -> Result<Command> {
    let mut test = tools.cargo();
    test.args(["test", "--package", "listen-in", "--test", "browser"]);
    test.args(["--target", TARGET]);
    // The runner prefers drivers of other browsers, and running ones, to what we ask for.
    for browser in [
        "GECKODRIVER",
        "SAFARIDRIVER",
        "CHROMEDRIVER",
        "MSEDGEDRIVER",
    ] {
        test.env_remove(browser)
            .env_remove(format!("{browser}_REMOTE"));
    }
    test.env("CHROMEDRIVER", &tools.browser()?.driver);
    // In seconds; the runner's own are 20 and 5, too little for a browser's first start.
    test.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    test.env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    Ok(test)
}

/// The built page and the emulator, in one engine by WebDriver.
fn end_to_end_tests(tools: &Tools, engine: &str) -> Result<Command> {
    let browser = tools.browser()?;
    let mut test = tools.cargo();
    test.args(["test", "--package", "e2e", "--no-fail-fast", "--", engine]);
    test.env("LISTEN_IN_DIST", page::folder());
    test.env("LISTEN_IN_CHROMIUM", &browser.chromium);
    test.env("CHROMEDRIVER", &browser.driver);
    Ok(test)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = project::cargo();
    cargo.args(arguments);
    cargo
}

/// Runs tests and counts them. What fails without a test failing (the compiler, a driver that
/// doesn't start, a browser that never answers) counts as one.
fn count(command: Command) -> Result<Tally> {
    let name = process::line(&command);
    let mut sum = Tally::default();
    let status = process::stream(command, LIMIT, |line| {
        if let Some(tally) = Tally::parse(line) {
            sum += tally;
        }
    })?;
    if !status.success() && sum.failed == 0 {
        println!("`{name}` failed ({status}), though no test did");
        sum += Tally::FAILED;
    }
    Ok(sum)
}
