//! What is measured, how often, and in which order: A B A B …, so that whatever else the machine
//! does meets both.

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use e2e::Browser;
use e2e::driver::Driver;
use e2e::environment::Environment;
use serde::Serialize;

use crate::feeder::{Fed, Feeder};
use crate::figures::Outcome;
use crate::page::{self, Contestant, Done, Page};
use crate::responses::Messages;

/// A row of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Setting {
    /// Messages in a response.
    pub(crate) size: usize,
    /// Whether the subscriber reads their data, or only counts them.
    pub(crate) read: bool,
    /// Responses in a sample.
    responses: usize,
    /// Responses before that, for the compilers of the browser to have seen everything.
    warm_up: usize,
}

const SETTINGS: [Setting; 6] = [
    setting(1, true, 500, 300),
    setting(1, false, 500, 100),
    setting(100, true, 100, 50),
    setting(100, false, 100, 20),
    setting(2_000, true, 15, 5),
    setting(2_000, false, 15, 3),
];

const fn setting(size: usize, read: bool, responses: usize, warm_up: usize) -> Setting {
    Setting {
        size,
        read,
        responses,
        warm_up,
    }
}

/// How memory is measured: after this many responses of this many messages, whose data is read.
const MEMORY: Setting = setting(100, true, 1_000, 0);

/// One contestant's turn at one setting.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sample {
    #[serde(flatten)]
    pub(crate) setting: Setting,
    /// Microseconds of main thread for a message.
    pub(crate) main_thread: f64,
    /// Messages in a second, from the first response sent until the last message was dealt with.
    pub(crate) rate: f64,
    /// Milliseconds from each response to the next connect.
    pub(crate) gaps: Vec<f64>,
}

/// The memory of one contestant's page after 100,000 messages, in bytes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    /// The JavaScript heap in use, and the WebAssembly memory, if any.
    pub(crate) after: u64,
    /// The same when the page had just connected.
    pub(crate) before: u64,
    wasm: u64,
}

/// Lets both have their turns.
///
/// # Errors
/// Something could not be measured, or the contestants did not do the same.
pub(crate) async fn run(
    feeder: &Feeder,
    driver: &Driver,
    environment: &Environment,
    rounds: u32,
) -> Result<Outcome> {
    let messages = Messages::of_a_day();
    let browser = Browser::open(driver, environment).await?;
    let mut outcome = Outcome::new(page::browser_version(&browser).await?, rounds);
    for round in 1..=rounds {
        println!("==> Round {round} of {rounds}");
        let mut done = Vec::new();
        for contestant in Contestant::BOTH {
            match turn(&browser, feeder, contestant, &messages, &mut outcome).await {
                Ok(all) => done.push(all),
                Err(error) => {
                    let console = browser.console().await.unwrap_or_default().join("\n    ");
                    let name = contestant.name();
                    let what = format!("{name} failed; the page's console:\n    {console}\n");
                    return Err(error.context(what));
                }
            }
        }
        let agree = done[0]
            .iter()
            .zip(&done[1])
            .all(|(a, b)| a.is_the_same_as(b));
        ensure!(agree, "the contestants did not do the same: {done:?}");
    }
    browser.close().await?;
    Ok(outcome)
}

/// One contestant's turn: every setting in one page, and the memory in another.
async fn turn(
    browser: &Browser,
    feeder: &Feeder,
    contestant: Contestant,
    messages: &Messages,
    outcome: &mut Outcome,
) -> Result<Vec<Done>> {
    let mut done = Vec::new();
    let page = Page::open(browser, feeder, contestant).await?;
    for setting in SETTINGS {
        let responses = messages.responses(setting.size);
        let (sample, what) = sample(&page, feeder, &responses, setting)
            .await
            .with_context(|| format!("{setting:?}"))?;
        outcome.add(contestant, sample);
        done.push(what);
    }
    let page = Page::open(browser, feeder, contestant).await?;
    let (memory, what) = memory(&page, feeder, messages).await?;
    outcome.add_memory(contestant, memory);
    done.push(what);
    Ok(done)
}

async fn sample(
    page: &Page<'_>,
    feeder: &Feeder,
    responses: &[Bytes],
    setting: Setting,
) -> Result<(Sample, Done)> {
    let warm_up = setting.warm_up * setting.size;
    page.expect(warm_up, setting.read).await?;
    feeder.feed(responses, setting.warm_up).await?;
    page.done(warm_up).await?;

    let messages = setting.responses * setting.size;
    page.expect(messages, setting.read).await?;
    let before = page.main_thread().await?;
    let Fed { began, gaps } = feeder.feed(responses, setting.responses).await?;
    let after = page.main_thread().await?;
    let done = page.done(messages).await?;
    let sample = Sample {
        setting,
        main_thread: (after - before) * 1e6 / messages as f64,
        rate: messages as f64 * 1e3 / (done.finished - began),
        gaps: gaps.iter().map(|gap| gap.as_secs_f64() * 1e3).collect(),
    };
    ensure!(
        sample.main_thread > 0.0 && sample.rate > 0.0,
        "no time has passed: {sample:?}"
    );
    Ok((sample, done))
}

async fn memory(page: &Page<'_>, feeder: &Feeder, messages: &Messages) -> Result<(Memory, Done)> {
    let count = MEMORY.responses * MEMORY.size;
    page.expect(count, MEMORY.read).await?;
    let before = page.heap().await? + page.done(0).await?.wasm_memory;
    feeder
        .feed(&messages.responses(MEMORY.size), MEMORY.responses)
        .await?;
    let done = page.done(count).await?;
    let memory = Memory {
        before,
        after: page.heap().await? + done.wasm_memory,
        wasm: done.wasm_memory,
    };
    Ok((memory, done))
}
