//! The process of a third-party server or client: a Node.js script, driven by lines of JSON.
//! `peer.mjs` is the other side.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, watch};

use crate::wait;

/// A running script, which ends when this is dropped.
#[derive(Debug)]
pub struct Peer {
    script: &'static str,
    commands: Mutex<Commands>,
    log: watch::Receiver<Log>,
    _process: Child,
}

#[derive(Debug)]
struct Commands {
    input: ChildStdin,
    count: u64,
}

/// The output of a peer so far.
#[derive(Default)]
pub struct Log {
    /// Its reports, in order.
    pub reports: Vec<Value>,
    answers: HashMap<u64, Result<Value, String>>,
    /// Why a line could not be parsed.
    error: Option<String>,
}

impl Peer {
    /// Starts a script of this package.
    pub fn start(script: &'static str, options: &Value) -> Result<Self> {
        let mut node = Command::new("node");
        node.current_dir(root())
            .arg(script)
            .arg(options.to_string());
        // Everything is on this machine.
        for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            node.env_remove(proxy);
        }
        node.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = node.kill_on_drop(true).spawn().context(
            "cannot start `node`: install Node.js 20 or later (Debian: apt-get install nodejs npm)",
        )?;
        let input = process.stdin.take().context("there is a pipe")?;
        let output = process.stdout.take().context("there is a pipe")?;
        let (sender, log) = watch::channel(Log::default());
        tokio::spawn(listen(output, sender));
        Ok(Self {
            script,
            commands: Mutex::new(Commands { input, count: 0 }),
            log,
            _process: process,
        })
    }

    /// Sends a command, and waits for its answer.
    pub async fn ask(&self, command: &str, mut parameters: Value) -> Result<Value> {
        let id = {
            let mut commands = self.commands.lock().await;
            commands.count += 1;
            parameters["id"] = json!(commands.count);
            parameters["do"] = json!(command);
            let line = format!("{parameters}\n");
            commands.input.write_all(line.as_bytes()).await?;
            commands.count
        };
        let what = format!("{} does “{command}”", self.script);
        let answer = self
            .until(&what, |log| log.answers.get(&id).cloned())
            .await?;
        answer.map_err(|error| anyhow!("{what}: {error}"))
    }

    /// Waits until `find` finds something in the peer's output.
    pub async fn until<T>(&self, what: &str, find: impl FnMut(&Log) -> Option<T>) -> Result<T> {
        wait::until(what, &self.log, find).await
    }

    /// The peer's output so far. Must not be held across an `await`.
    pub fn log(&self) -> watch::Ref<'_, Log> {
        self.log.borrow()
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As it was sent: each report a line.
        for report in &self.reports {
            writeln!(f, "{report}")?;
        }
        match &self.error {
            Some(error) => writeln!(f, "{error}"),
            None => Ok(()),
        }
    }
}

/// Reads lines until the peer ends or writes something else.
async fn listen(output: ChildStdout, sender: watch::Sender<Log>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut is_valid = true;
        sender.send_modify(|log| {
            if let Err(error) = take(&line, log) {
                log.error = Some(format!("{error:#}: {line}"));
                is_valid = false;
            }
        });
        if !is_valid {
            return;
        }
    }
}

fn take(line: &str, log: &mut Log) -> Result<()> {
    let mut line: Value = serde_json::from_str(line)?;
    if let Some(report) = line.get_mut("report") {
        log.reports.push(report.take());
        return Ok(());
    }
    let Some(id) = line["answer"].as_u64() else {
        bail!("neither a report nor an answer");
    };
    let answer = match line["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(line["value"].take()),
    };
    log.answers.insert(id, answer);
    Ok(())
}

/// The folder of this package, with the scripts and `node_modules`.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
