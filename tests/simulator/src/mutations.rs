//! Deliberate faults, to see that the invariants catch them: a net is worth what it holds.
//!
//! Each is one replacement in a file of `crates/bayeux/src`. The machines and this simulator are
//! copied to `target/mutations`, the fault is put into the copy, and storms run until one fails. A
//! fault that no storm reveals, or whose text is not to be found exactly once any more, is a failure
//! of the simulator.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fault to be caught.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// What goes wrong.
    pub name: &'static str,
    /// Where, below `crates/bayeux/src`.
    pub file: &'static str,
    /// The text that is replaced; it occurs once.
    pub find: &'static str,
    /// By what.
    pub replace: &'static str,
    /// Whether it shows only when messages are acknowledged.
    pub needs_ack: bool,
}

const fn fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        name,
        file,
        find,
        replace,
        needs_ack: false,
    }
}

const fn ack_fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        needs_ack: true,
        ..fault(name, file, find, replace)
    }
}

/// The faults.
pub const MUTATIONS: &[Mutation] = &[
    fault(
        "the reply to a command of a former session ends the present one",
        "client/commands.rs",
        "let is_current = self.session.as_ref().map(|s| s.number) == Some(request.session);",
        "let is_current = self.session.is_some() && request.session > 0;",
    ),
    fault(
        "advice outlives open",
        "client/mod.rs",
        "            self.backoff.reset();\n            self.advice = Advice::default();",
        "            self.backoff.reset();",
    ),
    fault(
        "the advised interval is ignored",
        "client/mod.rs",
        "at.max(self.connect_ended + interval)",
        "at.max(self.connect_ended + interval / 1000)",
    ),
    fault(
        "a negative interval is ignored",
        "client/connect.rs",
        "u64::try_from(interval).ok().map(Duration::from_millis)",
        "Some(crate::advice::span(interval))",
    ),
    fault(
        "the advice not to come back is ignored",
        "client/connect.rs",
        "Some(Reconnect::None) => self.stop(Reason::ToldToStop, now),",
        "Some(Reconnect::None) => return true,",
    ),
    fault(
        "the poll goes on after close",
        "client/disconnect.rs",
        "fn close(&mut self, now: Instant) {\n        self.abort_poll();",
        "fn close(&mut self, now: Instant) {",
    ),
    fault(
        "a publish is settled twice",
        "client/commands.rs",
        "SentWhat::Publish(token) if done => self.settle(token, Outcome::Done),",
        "SentWhat::Publish(token) if done => {\n                self.settle(token, Outcome::Done);\n                self.settle(token, Outcome::Done);\n            }",
    ),
    fault(
        "a publish without a reply is not settled",
        "client/commands.rs",
        "SentWhat::Publish(token) => self.settle(token, Outcome::Unknown),",
        "SentWhat::Publish(_) => {}",
    ),
    fault(
        "a publish is sent again",
        "client/commands.rs",
        "        let session = session.number;\n",
        "        for publish in publishes.iter().filter(|_| self.counters.requests % 16 == 7) {\n            self.queue.push_back(Publish {\n                token: publish.token,\n                channel: publish.channel.clone(),\n                data: publish.data.clone(),\n                answer_by: None,\n            });\n        }\n        let session = session.number;\n",
    ),
    fault(
        "nothing is subscribed in a new session",
        "client/subscriptions.rs",
        "        for topic in &mut self.topics {\n            topic.standing = Standing::Absent;",
        "        for topic in self.topics.iter_mut().filter(|t| t.standing != Standing::Active) {\n            topic.standing = Standing::Absent;",
    ),
    fault(
        "a subscribe without a reply is taken for done",
        "client/subscriptions.rs",
        "(_, None) => (Standing::Absent, Vec::new(), Outcome::Done),",
        "(_, None) => (Standing::Active, Vec::new(), Outcome::Done),",
    ),
    fault(
        "handshakes are not bounded",
        "client/handshake.rs",
        "        self.handshakes.spend(now);\n",
        "",
    ),
    fault(
        "the back-off never grows",
        "backoff.rs",
        "        self.failures = (self.failures + 1).min(31);\n",
        "",
    ),
    fault(
        "the back-off is never reset",
        "client/connect.rs",
        "        self.backoff.reset();\n",
        "",
    ),
    fault(
        "connects that are answered at once have no floor",
        "client/connect.rs",
        "let pause = self.floor.after(now.since(request.sent_at), events);",
        "let pause = self.floor.after(now.since(request.sent_at), events) / 1000;",
    ),
    fault(
        "the end of a response is dropped",
        "client/lanes.rs",
        "let mut events = false;\n        for message in batch {",
        "let mut events = false;\n        for message in batch.into_iter().take(1) {",
    ),
    fault(
        "nothing follows a response without the connect reply",
        "client/lanes.rs",
        "(None, _) => self.poll_failed(request, Trouble::Passing(Reason::NoReply), now),",
        "(None, _) => {}",
    ),
    fault(
        "a poll never times out",
        "client/lanes.rs",
        "self.poll.take_if(|request| request.deadline <= now)",
        "self.poll.take_if(|request| request.deadline == Instant::default())",
    ),
    fault(
        "the response to a request that was given up is taken for another's",
        "client/lanes.rs",
        "if let Some(request) = self.poll.take_if(|request| request.id == id) {\n            match",
        "if let Some(request) = self.poll.take_if(|request| request.id >= id) {\n            match",
    ),
    fault(
        "a page that comes back is left alone",
        "client/page.rs",
        "Phase::Suspended => self.resume(Duration::ZERO, None, now),",
        "Phase::Suspended => {}",
    ),
    fault(
        "no gap is told when a session is lost",
        "client/recovery.rs",
        "            self.missed_since.get_or_insert(from);\n            self.give_up_calls();",
        "            let _ = from;\n            self.give_up_calls();",
    ),
    ack_fault(
        "events without the connect reply are taken",
        "client/lanes.rs",
        "map_or(!has_ack,",
        "map_or(has_ack || !has_ack,",
    ),
    ack_fault(
        "batches are never acknowledged",
        "client/connect.rs",
        "*last = batch.max(*last);",
        "*last = batch.min(*last);",
    ),
];

/// What became of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A storm revealed it: by which seed, and how.
    Caught {
        /// The first seed that failed.
        seed: u64,
        /// The invariant it broke.
        violation: String,
    },
    /// No storm did.
    NotCaught,
    /// Its text does not occur exactly once.
    Stale,
    /// It does not compile.
    DoesNotBuild(String),
}

/// A copy of the machines and the simulator, to put faults into.
#[derive(Debug)]
pub struct Bench {
    project: PathBuf,
    copy: PathBuf,
}

impl Bench {
    /// Copies what is needed of the project.
    ///
    /// # Errors
    ///
    /// If the project can't be read, or the copy not be written.
    pub fn new() -> io::Result<Self> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| project.join("target"), PathBuf::from);
        let bench = Self {
            project,
            copy: target.join("mutations"),
        };
        let whole = fs::read_to_string(bench.project.join("Cargo.toml"))?;
        fs::create_dir_all(&bench.copy)?;
        write(&bench.copy.join("Cargo.toml"), &manifest(&whole))?;
        fs::copy(
            bench.project.join("Cargo.lock"),
            bench.copy.join("Cargo.lock"),
        )?;
        for part in ["crates/bayeux", "tests/simulator"] {
            copy(&bench.project.join(part), &bench.copy.join(part))?;
        }
        Ok(bench)
    }

    /// Puts a fault into the copy, runs up to `seeds` storms, and takes it out again. Without a
    /// fault no storm should fail.
    ///
    /// # Errors
    ///
    /// If files can't be read or written, or programs not be started.
    pub fn try_out(&self, mutation: Option<&Mutation>, seeds: u64) -> io::Result<Verdict> {
        let Some(mutation) = mutation else {
            return self.storms(seeds);
        };
        let source = Path::new("crates/bayeux/src").join(mutation.file);
        let text = fs::read_to_string(self.project.join(&source))?;
        if text.matches(mutation.find).count() != 1 {
            return Ok(Verdict::Stale);
        }
        let faulty = text.replace(mutation.find, mutation.replace);
        write(&self.copy.join(&source), &faulty)?;
        let verdict = self.storms(seeds);
        write(&self.copy.join(&source), &text)?;
        verdict
    }

    fn storms(&self, seeds: u64) -> io::Result<Verdict> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let build = Command::new(cargo)
            .args(["build", "--offline", "--quiet", "--bin", "simulate"])
            .current_dir(&self.copy)
            .env("CARGO_TARGET_DIR", self.copy.join("target"))
            .output()?;
        if !build.status.success() {
            let text = String::from_utf8_lossy(&build.stderr);
            let error = text.lines().find(|line| line.starts_with("error"));
            return Ok(Verdict::DoesNotBuild(error.unwrap_or(&text).to_owned()));
        }
        let run = Command::new(self.copy.join("target/debug/simulate"))
            .args(["--seeds", &seeds.to_string()])
            .output()?;
        if run.status.success() {
            return Ok(Verdict::NotCaught);
        }
        let said = String::from_utf8_lossy(&run.stderr);
        let failure = said
            .lines()
            .find_map(|line| line.strip_prefix("scenario ")?.split_once(", seed "))
            .and_then(|(_, rest)| rest.split_once(": "))
            .and_then(|(seed, violation)| Some((seed.parse().ok()?, violation.to_owned())));
        match failure {
            Some((seed, violation)) => Ok(Verdict::Caught { seed, violation }),
            // A crash is noticed, too.
            None => Ok(Verdict::Caught {
                seed: 0,
                violation: said.lines().next().unwrap_or("ended").to_owned(),
            }),
        }
    }
}

/// The manifest of the copy: what the workspace's members inherit.
fn manifest(whole: &str) -> String {
    let mut manifest =
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\", \"tests/*\"]\n\n".to_owned();
    let mut is_inherited = false;
    for line in whole.lines() {
        if line.starts_with('[') {
            is_inherited = line.starts_with("[workspace.");
        }
        if is_inherited {
            manifest.push_str(line);
            manifest.push('\n');
        }
    }
    manifest.push_str("\n[profile.dev]\nopt-level = 1\ndebug = false\n");
    manifest
}

/// Copies a folder; files that are the same already keep their time, so that builds stay
/// incremental.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            write(&target, &fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_to_be_found_exactly_once() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/bayeux/src");
        let stale: Vec<&str> = MUTATIONS
            .iter()
            .filter(|mutation| {
                let text = fs::read_to_string(sources.join(mutation.file)).unwrap();
                text.matches(mutation.find).count() != 1
            })
            .map(|mutation| mutation.name)
            .collect();
        assert!(stale.is_empty(), "stale: {stale:?}");
    }
}
