//! Child processes: started, watched, and ended.
//!
//! Each child leads a process group, which includes everything it starts (cargo's compilers, a
//! driver's browser). The group is ended as a whole: when the child ends or takes too long, and on
//! Ctrl-C.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::project;

/// How often to check a child, and for Ctrl-C.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a child may take to end when asked to.
const GRACE: Duration = Duration::from_secs(5);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ctrl-C, or a request from outside to end.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted; everything that was started has been stopped")
    }
}

impl Error for Interrupted {}

/// Makes Ctrl-C, SIGTERM and SIGHUP end the children, not only this program.
pub(crate) fn catch_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("cannot listen for Ctrl-C")
}

/// The `cargo` that runs this program, for use in the project's root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// A command that runs in the project's root, with no input and without the variables that cargo
/// sets for this package: they would make the build scripts of some dependencies run again and
/// again.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root()).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a command to its end; its output goes straight to ours.
///
/// # Errors
/// The command cannot be started or fails, or [`Interrupted`].
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = line(command);
    let status = Child::spawn(command)?.wait(Duration::MAX)?;
    ensure!(status.success(), "`{name}` failed ({status})");
    Ok(())
}

/// Runs a command to its end, for at most `limit`, and appends what it writes to `output`.
///
/// # Errors
/// The command cannot be started or takes longer, or [`Interrupted`]. A command that fails is no
/// error.
pub(crate) fn capture(
    command: &mut Command,
    limit: Duration,
    output: &mut String,
) -> Result<ExitStatus> {
    let mut written = tempfile::tempfile().context("no file for the output")?;
    command
        .stdout(written.try_clone()?)
        .stderr(written.try_clone()?);
    let mut child = Child::spawn(command)?;
    let status = child.wait(limit);
    // Ends processes that might still write.
    drop(child);
    let mut bytes = Vec::new();
    written.rewind()?;
    written.read_to_end(&mut bytes)?;
    output.push_str(&String::from_utf8_lossy(&bytes));
    status
}

/// Waits until Ctrl-C, which is the intended way to stop servers.
///
/// # Errors
/// One of them ended by itself.
pub(crate) fn until_interrupted(mut children: Vec<Child>) -> Result<()> {
    loop {
        for child in &mut children {
            match child.ended() {
                Ok(None) => {}
                Ok(Some(status)) => bail!("`{}` ended by itself ({status})", child.name),
                Err(error) if error.is::<Interrupted>() => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        thread::sleep(PAUSE);
    }
}

/// A running command. Dropping it ends the command and everything that it started.
pub(crate) struct Child {
    name: String,
    /// The first process of the group, whose id is also the group's.
    leader: std::process::Child,
}

impl Child {
    /// Starts a command.
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        // A command started after Ctrl-C would never be ended.
        ensure!(!INTERRUPTED.load(Ordering::SeqCst), Interrupted);
        let name = line(command);
        let leader = command.process_group(0).spawn();
        let leader = leader.with_context(|| format!("cannot start `{name}`"))?;
        Ok(Self { name, leader })
    }

    /// Waits for it to end, for at most `limit`.
    fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(PAUSE);
        }
        bail!("`{}` was stopped after {limit:?}", self.name)
    }

    /// The exit status, if the first process has ended.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        ensure!(!INTERRUPTED.load(Ordering::SeqCst), Interrupted);
        let status = self.leader.try_wait();
        status.with_context(|| format!("cannot wait for `{}`", self.name))
    }

    /// Signals the group. That fails if it is empty, which is the goal.
    fn signal(&self, signal: Signal) {
        let _ = killpg(Pid::from_raw(self.leader.id().cast_signed()), signal);
    }
}

/// Asks the group to end, and kills the rest of it after [`GRACE`].
impl Drop for Child {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let asked = Instant::now();
        while matches!(self.leader.try_wait(), Ok(None)) && asked.elapsed() < GRACE {
            thread::sleep(PAUSE);
        }
        self.signal(Signal::SIGKILL);
        let _ = self.leader.wait();
    }
}

/// The output of a command; `None` if there is no such program or it fails.
pub(crate) fn output(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as typed in a shell.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let words = program.into_iter().chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_SECONDS: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Command {
        let mut command = command("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn all_output_is_captured_in_order() {
        let mut output = "before\n".to_owned();
        let mut script = shell("echo one; echo two >&2; printf three");
        let status = capture(&mut script, TEN_SECONDS, &mut output);
        assert!(status.unwrap().success());
        assert_eq!(output, "before\none\ntwo\nthree");
    }

    #[test]
    fn a_command_that_takes_too_long_is_stopped_and_its_output_kept() {
        let mut output = String::new();
        let limit = Duration::from_millis(500);
        let error = capture(&mut shell("echo slow; sleep 60"), limit, &mut output).unwrap_err();
        assert!(error.to_string().contains("was stopped"), "{error}");
        assert_eq!(output, "slow\n");
    }

    #[test]
    fn processes_left_running_end_with_their_parent() {
        let mut output = String::new();
        let mut script = shell("sleep 60 >/dev/null & echo $!");
        capture(&mut script, TEN_SECONDS, &mut output).unwrap();
        let pid = output.trim();
        let deadline = Instant::now() + TEN_SECONDS;
        while is_running(pid) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        assert!(!is_running(pid));
    }

    /// A process that has ended, but that nobody has waited for yet, no longer runs.
    fn is_running(pid: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        state.is_ok_and(|state| !state.contains(") Z "))
    }
}
