//! Runs the tests like libtest: with its arguments, output and exit code. Each test has a browser
//! to itself. A test's kind is its engine, so that `[firefox]` is a filter.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::{Builder, Runtime};

use crate::engine::Engine;
use crate::environment;
use crate::fixture::Fixture;

/// How many tests run at the same time by default.
const AT_A_TIME: usize = 2;

/// A test that takes longer counts as hanging.
const LIMIT: Duration = Duration::from_secs(180);

/// How long collecting evidence of a failure and closing the browser may take.
const EVIDENCE: Duration = Duration::from_secs(30);

/// A test: its name and function.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// With its module.
    pub name: &'static str,
    /// The function.
    pub run: fn(Fixture) -> Story,
}

/// The future of a test.
pub type Story = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Defines `scenarios()`, which lists functions of a module as [`Scenario`]s.
#[macro_export]
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        /// The tests in this module.
        pub(crate) fn scenarios() -> Vec<$crate::Scenario> {
            vec![$($crate::Scenario {
                name: concat!(module_path!(), "::", stringify!($name)),
                run: |fixture| Box::pin($name(fixture)),
            }),+]
        }
    };
}

impl Scenario {
    /// The name without the test binary: `module::story`.
    fn short_name(&self) -> &'static str {
        let name = self.name.split_once("::");
        name.map_or(self.name, |(_, name)| name)
    }
}

/// Engines, and prefixes of `module::story` of the tests that run in them.
pub type Row = (&'static [Engine], &'static [&'static str]);

/// Runs the tests that the command line selects. The first prefix in the table that matches a test
/// applies.
pub fn main(scenarios: &[Scenario], table: &[Row]) -> ExitCode {
    match begin(scenarios, table) {
        Ok((arguments, tests)) => libtest_mimic::run(&arguments, tests).exit_code(),
        Err(error) => {
            eprintln!("The end-to-end tests can't begin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn begin(scenarios: &[Scenario], table: &[Row]) -> Result<(Arguments, Vec<Trial>)> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_A_TIME);
    if !arguments.list {
        environment::page()?;
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let runtime = Arc::new(runtime);
    let mut tests = Vec::new();
    for (engine, scenario) in assign(scenarios, table)? {
        let runtime = Arc::clone(&runtime);
        let test = Trial::test(scenario.short_name(), move || {
            run(engine, scenario, &runtime)
        });
        tests.push(test.with_kind(engine.name()));
    }
    Ok((arguments, tests))
}

/// The tests of each engine, engine by engine.
fn assign(scenarios: &[Scenario], table: &[Row]) -> Result<Vec<(Engine, Scenario)>> {
    let names = || {
        let rows = table.iter();
        rows.flat_map(|(engines, names)| names.iter().map(|name| (*engines, *name)))
    };
    let fits = |scenario: &Scenario, name| scenario.short_name().starts_with(name);
    for (_, name) in names() {
        let used = scenarios.iter().any(|scenario| fits(scenario, name));
        ensure!(used, "no story begins with “{name}”, which the table names");
    }
    let mut assigned = Vec::new();
    for engine in Engine::ALL {
        for scenario in scenarios {
            let row = names().find(|(_, name)| fits(scenario, name));
            let (engines, _) = row.with_context(|| format!("no row for {}", scenario.name))?;
            if engines.contains(&engine) {
                assigned.push((engine, *scenario));
            }
        }
    }
    Ok(assigned)
}

/// Runs a test, and once more if its browser has crashed. A page must not crash a browser, so a
/// second crash is a failure.
fn run(engine: Engine, scenario: Scenario, runtime: &Runtime) -> Result<(), Failed> {
    match attempt(engine, scenario, runtime) {
        Err(failure) if failure.of_the_browser => {
            let name = scenario.short_name();
            eprintln!("{engine} crashed in {name}, which is run once more. {failure}");
            attempt(engine, scenario, runtime).map_err(Failed::from)
        }
        outcome => outcome.map_err(Failed::from),
    }
}

/// Why a test failed.
#[derive(Debug)]
struct Failure {
    words: String,
    evidence: String,
    /// The browser itself has crashed.
    of_the_browser: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.words, self.evidence)
    }
}

fn attempt(engine: Engine, scenario: Scenario, runtime: &Runtime) -> Result<(), Failure> {
    let fixture = Fixture::new(engine).map_err(|error| Failure {
        words: format!("{error:#}"),
        evidence: String::new(),
        of_the_browser: false,
    })?;
    let story = AssertUnwindSafe(|| {
        runtime.block_on(async {
            let story = (scenario.run)(fixture.clone());
            tokio::time::timeout(LIMIT, story)
                .await
                .with_context(|| format!("not done after {} s", LIMIT.as_secs()))?
        })
    });
    let words = match catch_unwind(story) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("{error:#}")),
        Err(panic) => Some(format!("panicked: {}", words(&*panic))),
    };
    let of_the_browser = fixture.browser_has_crashed();
    runtime.block_on(async {
        // A driver that no longer answers ends with the fixture.
        let evidence = tokio::time::timeout(EVIDENCE, async {
            if words.is_none() {
                fixture.release().await;
                return String::new();
            }
            let evidence = fixture.evidence(scenario.name).await;
            fixture.close().await;
            evidence
        });
        let evidence = evidence.await;
        words.map_or(Ok(()), |words| {
            Err(Failure {
                words,
                evidence: evidence.unwrap_or_else(|_| "The browser does not answer.".to_owned()),
                of_the_browser,
            })
        })
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
