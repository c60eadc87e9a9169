//! Running the tests by libtest's rules: its arguments, its output, its exit code. At most two run
//! at a time, each in a browser of its own.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::{Builder, Runtime};

use crate::driver::Driver;
use crate::environment::Environment;
use crate::stage::{House, Stage};

/// How many tests run at a time, unless fewer are asked for.
const AT_A_TIME: usize = 2;

/// A test that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(180);

/// A test: a name, and what is done.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// With the module it stands in.
    pub name: &'static str,
    /// What is done.
    pub run: fn(Stage) -> Story,
}

/// What is done in a test.
pub type Story = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Makes `scenarios()`, which lists these functions of a module as [`Scenario`]s.
#[macro_export]
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        /// The tests in this module.
        pub(crate) fn scenarios() -> Vec<$crate::Scenario> {
            vec![$($crate::Scenario {
                name: concat!(module_path!(), "::", stringify!($name)),
                run: |stage| Box::pin($name(stage)),
            }),+]
        }
    };
}

/// Runs the tests that the command line asks for.
pub fn main(scenarios: Vec<Scenario>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    let threads = arguments.test_threads.unwrap_or(AT_A_TIME);
    arguments.test_threads = Some(threads.clamp(1, AT_A_TIME));
    if arguments.list {
        let tests = scenarios.iter().map(|scenario| trial(scenario, || Ok(())));
        return libtest_mimic::run(&arguments, tests.collect()).exit_code();
    }
    let (runtime, house) = match begin() {
        Ok(begun) => begun,
        Err(error) => {
            eprintln!("The end-to-end tests can't begin: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let tests = scenarios.iter().map(|scenario| {
        let (scenario, runtime, house) = (*scenario, Arc::clone(&runtime), Arc::clone(&house));
        trial(&scenario, move || run(scenario, &runtime, house))
    });
    // When this is over all stages are gone, and the driver goes with the house.
    libtest_mimic::run(&arguments, tests.collect()).exit_code()
}

fn begin() -> Result<(Arc<Runtime>, Arc<House>)> {
    let environment = Environment::find()?;
    let driver = Driver::start(&environment)?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let house = House {
        environment,
        driver,
    };
    Ok((Arc::new(runtime), Arc::new(house)))
}

fn trial(scenario: &Scenario, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    // Without the name of the test binary.
    let name = scenario.name.split_once("::");
    Trial::test(name.map_or(scenario.name, |(_, name)| name), run)
}

fn run(scenario: Scenario, runtime: &Runtime, house: Arc<House>) -> Result<(), Failed> {
    let stage = Stage::new(house);
    let story = AssertUnwindSafe(|| {
        runtime.block_on(async {
            let story = (scenario.run)(stage.clone());
            tokio::time::timeout(LIMIT, story)
                .await
                .with_context(|| format!("not done after {} s", LIMIT.as_secs()))?
        })
    });
    let failure = match catch_unwind(story) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("{error:#}")),
        Err(panic) => Some(format!("panicked: {}", words(&*panic))),
    };
    runtime.block_on(async {
        let failure = match failure {
            None => None,
            Some(failure) => Some(format!(
                "{failure}\n\n{}",
                stage.evidence(scenario.name).await
            )),
        };
        stage.close().await;
        failure.map_or(Ok(()), |failure| Err(failure.into()))
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
