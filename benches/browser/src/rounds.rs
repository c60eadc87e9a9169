//! What is measured, how often, and in which order: A B A B …, so that other load on the machine
//! affects both clients.

use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use e2e::{Browser, Engine};

use crate::feeder::{Fed, Feeder};
use crate::figures::Outcome;
use crate::page::{self, Client, Done, Page};
use crate::responses::Messages;
use crate::sample::{Memory, Sample, Setting};

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

/// Measures both clients: in each round each has its own browser, and at each setting one follows the
/// other; the order changes with the round.
///
/// # Errors
/// Something could not be measured, or the clients did not do the same.
pub(crate) async fn run(feeders: &[Feeder; 2], rounds: u32) -> Result<Outcome> {
    let messages = Messages::of_a_day();
    let mut outcome = Outcome::new(rounds);
    for round in 1..=rounds {
        println!("==> Round {round} of {rounds}");
        let browsers = [
            Browser::open(Engine::Chromium).await?,
            Browser::open(Engine::Chromium).await?,
        ];
        outcome.browser = page::browser_version(&browsers[0]).await?;
        let mut order = [0, 1];
        if round % 2 == 0 {
            order.reverse();
        }
        if let Err(error) = play(feeders, &browsers, order, &messages, &mut outcome).await {
            return Err(error.context(consoles(&browsers).await));
        }
        for browser in browsers {
            browser.close().await?;
        }
    }
    Ok(outcome)
}

/// One round.
async fn play(
    feeders: &[Feeder; 2],
    browsers: &[Browser; 2],
    order: [usize; 2],
    messages: &Messages,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut done = [const { Vec::new() }; 2];
    for who in order {
        let client = Client::BOTH[who];
        let page = Page::open(&browsers[who], &feeders[who], client).await?;
        let (memory, what) = memory(&page, &feeders[who], messages)
            .await
            .with_context(|| format!("{}, memory", client.name()))?;
        outcome.add_memory(client, memory);
        done[who].push(what);
    }
    let [ours, theirs] = Client::BOTH;
    let pages = [
        Page::open(&browsers[0], &feeders[0], ours).await?,
        Page::open(&browsers[1], &feeders[1], theirs).await?,
    ];
    for setting in SETTINGS {
        let responses = messages.responses(setting.size);
        for who in order {
            let client = Client::BOTH[who];
            let (sample, what) = sample(&pages[who], &feeders[who], &responses, setting)
                .await
                .with_context(|| format!("{}, {setting:?}", client.name()))?;
            outcome.add(client, sample);
            done[who].push(what);
        }
    }
    let agree = done[0]
        .iter()
        .zip(&done[1])
        .all(|(a, b)| a.is_the_same_as(b));
    ensure!(agree, "the clients did not do the same: {done:?}");
    Ok(())
}

/// The pages' consoles.
async fn consoles(browsers: &[Browser; 2]) -> String {
    let mut text = "it failed; the pages' consoles:".to_owned();
    for browser in browsers {
        match browser.console().await {
            Ok(lines) => text.extend(lines.iter().map(|line| format!("\n    {line}"))),
            Err(error) => text.push_str(&format!("\n    {error:#}")),
        }
    }
    text.push('\n');
    text
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
    page.collect_garbage().await?;
    let before = page.heap().await? + page.done(0).await?.wasm_memory;
    let responses = messages.responses(MEMORY.size);
    feeder.feed(&responses, MEMORY.responses).await?;
    let done = page.done(count).await?;
    let wasm = done.wasm_memory;
    let as_it_is = page.heap().await? + wasm;
    page.collect_garbage().await?;
    let after = page.heap().await? + wasm;
    let memory = Memory {
        before,
        as_it_is,
        after,
    };
    Ok((memory, done))
}
