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
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use process_wrap::std::{ChildWrapper, CommandWrap};

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

fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// The `cargo` that runs this program, for use in the project's root.
pub(crate) fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
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
pub(crate) fn run(command: Command) -> Result<()> {
    let name = line(&command);
    let status = Child::spawn(command)?.wait(None)?;
    ensure!(status.success(), "`{name}` failed ({status})");
    Ok(())
}

/// Runs a command to its end, for at most `limit`, and appends what it writes to `output`.
///
/// # Errors
/// The command cannot be started or takes longer, or [`Interrupted`]. A command that fails is no
/// error.
pub(crate) fn capture(
    mut command: Command,
    limit: Duration,
    output: &mut String,
) -> Result<ExitStatus> {
    let mut written = tempfile::tempfile().context("no file for the output")?;
    command
        .stdout(written.try_clone()?)
        .stderr(written.try_clone()?);
    let mut child = Child::spawn(command)?;
    let status = child.wait(Some(limit));
    // Ends processes that might still write.
    drop(child);
    let mut bytes = Vec::new();
    written.rewind()?;
    written.read_to_end(&mut bytes)?;
    output.push_str(&String::from_utf8_lossy(&bytes));
    status
}

/// Waits until Ctrl-C, which is the intended way to stop a server.
///
/// # Errors
/// One of the children ended by itself.
pub(crate) fn until_interrupted(children: &mut [&mut Child]) -> Result<()> {
    while !interrupted() {
        for child in children.iter_mut() {
            match child.ended() {
                Ok(Some(status)) => bail!("`{}` ended by itself ({status})", child.name),
                Err(error) if !error.is::<Interrupted>() => return Err(error),
                _ => {}
            }
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// A running command. Dropping it ends the command and everything that it started.
pub(crate) struct Child {
    name: String,
    /// The whole group.
    group: Box<dyn ChildWrapper>,
}

impl Child {
    /// Starts a command.
    pub(crate) fn spawn(command: Command) -> Result<Self> {
        // A command started after Ctrl-C would never be ended.
        ensure!(!interrupted(), Interrupted);
        let name = line(&command);
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::std::JobObject);
        let group = command
            .spawn()
            .with_context(|| format!("cannot start `{name}`"))?;
        Ok(Self { name, group })
    }

    /// Waits for it to end, for at most `limit`.
    fn wait(&mut self, limit: Option<Duration>) -> Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if let Some(limit) = limit.filter(|limit| started.elapsed() > *limit) {
                let seconds = limit.as_secs();
                bail!("`{}` was stopped after {seconds} seconds", self.name);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits until someone listens on a port of this machine.
    ///
    /// # Errors
    /// The child ends before that, or it takes longer than `limit`.
    pub(crate) fn until_listening(&mut self, port: u16, limit: Duration) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = self.ended()? {
                bail!("`{}` ended before it listened ({status})", self.name);
            }
            let seconds = limit.as_secs();
            let is_late = started.elapsed() > limit;
            ensure!(
                !is_late,
                "`{}` did not listen after {seconds} seconds",
                self.name
            );
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The exit status, if the child has ended; in that case, also ends the processes it left
    /// running.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        ensure!(!interrupted(), Interrupted);
        let status = self
            .group
            .try_wait()
            .with_context(|| format!("cannot wait for `{}`", self.name))?;
        if status.is_some() {
            // Fails if the group is empty, which is the goal.
            let _ = self.group.start_kill();
        }
        Ok(status)
    }
}

/// Asks the group to end, and kills the rest of it after [`GRACE`].
impl Drop for Child {
    fn drop(&mut self) {
        #[cfg(unix)]
        if matches!(self.group.try_wait(), Ok(None)) {
            // This, and the calls below, fail if the group is empty.
            let _ = self.group.signal(nix::sys::signal::SIGTERM as i32);
            let asked = Instant::now();
            while matches!(self.group.try_wait(), Ok(None)) && asked.elapsed() < GRACE {
                thread::sleep(PAUSE);
            }
        }
        let _ = self.group.kill();
    }
}

/// The output of a command; `None` if there is no such program or it fails.
pub(crate) fn output(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as typed in a shell.
pub(crate) fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

#[cfg(all(test, unix))]
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
        let script = shell("echo one; echo two >&2; printf three");
        let status = capture(script, TEN_SECONDS, &mut output);
        assert!(status.unwrap().success());
        assert_eq!(output, "before\none\ntwo\nthree");
    }

    #[test]
    fn a_command_that_takes_too_long_is_stopped_and_its_output_kept() {
        let mut output = String::new();
        let limit = Duration::from_millis(500);
        let error = capture(shell("echo slow; sleep 60"), limit, &mut output).unwrap_err();
        assert!(error.to_string().contains("was stopped"), "{error}");
        assert_eq!(output, "slow\n");
    }

    #[test]
    fn processes_left_running_end_with_their_parent() {
        let mut output = String::new();
        let script = shell("sleep 60 >/dev/null & echo $!");
        capture(script, TEN_SECONDS, &mut output).unwrap();
        let pid = output.trim().parse().expect("a process id");
        let pid = nix::unistd::Pid::from_raw(pid);
        let deadline = Instant::now() + TEN_SECONDS;
        while is_running(pid) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        assert!(!is_running(pid));
    }

    /// A process that has ended, but that nobody has waited for yet, no longer runs.
    fn is_running(pid: nix::unistd::Pid) -> bool {
        match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => !stat.contains(") Z "),
            Err(_) => nix::sys::signal::kill(pid, None).is_ok(),
        }
    }
}
