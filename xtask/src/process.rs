//! Children: how they are started, watched, and ended.
//!
//! Each child leads a process group of its own. Whatever it starts (cargo its compilers, a
//! driver its browser) is in that group, and the group is ended as a whole: when the child ends,
//! when it fails, when it takes too long, and on Ctrl-C. Nothing is left behind.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use process_wrap::std::{ChildWrapper, CommandWrap};

use crate::project;

/// How often a child, and Ctrl-C, are looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a child may take to end after it was asked to.
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

/// Makes Ctrl-C, SIGTERM and SIGHUP end the children rather than only this program.
pub(crate) fn catch_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("cannot listen for Ctrl-C")
}

fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A command that runs in the project's root, reads nothing, and isn't taken for a part of the
/// `cargo run` that started us: variables that cargo set for this package would make the build
/// scripts of some dependencies run again and again.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
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
    let status = Child::spawn(command)?.wait()?;
    ensure!(status.success(), "`{name}` failed ({status})");
    Ok(())
}

/// Runs a command to its end, for at most `limit`; what it writes on standard output goes to
/// ours and, line by line, to `read`.
///
/// # Errors
/// The command cannot be started or takes longer, or [`Interrupted`]. That it fails is no error.
pub(crate) fn stream(
    mut command: Command,
    limit: Duration,
    mut read: impl FnMut(&str),
) -> Result<ExitStatus> {
    command.stdout(Stdio::piped());
    let mut child = Child::spawn(command)?;
    let lines = child.lines()?;
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(line) = next(&lines) {
            read(&line);
        }
        if let Some(status) = child.ended()? {
            // A limit, because something that left the group may still hold the pipe.
            while let Ok(line) = lines.recv_timeout(GRACE) {
                read(&line);
            }
            return Ok(status);
        }
    }
    bail!(
        "`{}` was stopped: it took more than {} minutes",
        child.name,
        limit.as_secs() / 60
    )
}

/// The next line, if one comes soon.
fn next(lines: &Receiver<String>) -> Option<String> {
    match lines.recv_timeout(PAUSE) {
        Ok(line) => Some(line),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => {
            thread::sleep(PAUSE);
            None
        }
    }
}

/// Waits until Ctrl-C, which is how a server is meant to be stopped.
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

/// A running command. Dropped, it is ended with all that it started.
pub(crate) struct Child {
    name: String,
    /// The whole group.
    group: Box<dyn ChildWrapper>,
}

impl Child {
    /// Starts a command.
    pub(crate) fn spawn(command: Command) -> Result<Self> {
        // A command started after Ctrl-C would be the one that nobody ends.
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

    /// Waits for the end.
    fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits until the child writes a line that `wanted` makes something of, and returns that.
    /// All lines, also the later ones, go to our standard output; the child's must be piped.
    pub(crate) fn wait_for_line<T>(
        &mut self,
        limit: Duration,
        mut wanted: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let lines = self.lines()?;
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(found) = next(&lines).and_then(|line| wanted(&line)) {
                return Ok(found);
            }
            if let Some(status) = self.ended()? {
                bail!("`{}` ended before it was ready ({status})", self.name);
            }
        }
        bail!(
            "`{}` was not ready after {} seconds",
            self.name,
            limit.as_secs()
        )
    }

    /// How the child ended, if it did; what it left running is ended then.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        ensure!(!interrupted(), Interrupted);
        let status = self
            .group
            .try_wait()
            .with_context(|| format!("cannot wait for `{}`", self.name))?;
        if status.is_some() {
            // Fails when nobody is left in the group, which is what we are after.
            let _ = self.group.start_kill();
        }
        Ok(status)
    }

    /// Passes the output that is piped on, as it comes, and line by line to the receiver.
    fn lines(&mut self) -> Result<Receiver<String>> {
        let output = self.group.stdout().take();
        let output =
            output.with_context(|| format!("the output of `{}` is not piped", self.name))?;
        let (lines, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while let Ok(1..) = output.read_until(b'\n', &mut line) {
                let text = String::from_utf8_lossy(&line);
                print!("{text}");
                // Nobody waiting for lines any more, or no terminal to show them at once, is no
                // reason to stop emptying the pipe: the child would block.
                let _ = io::stdout().flush();
                let _ = lines.send(text.into_owned());
                line.clear();
            }
        });
        Ok(receiver)
    }
}

/// Asks the group to end, and ends what is left of it after [`GRACE`].
impl Drop for Child {
    fn drop(&mut self) {
        #[cfg(unix)]
        if matches!(self.group.try_wait(), Ok(None)) {
            // This, and the rest, fail when nobody is left in the group.
            let _ = self.group.signal(nix::sys::signal::SIGTERM as i32);
            let asked = Instant::now();
            while matches!(self.group.try_wait(), Ok(None)) && asked.elapsed() < GRACE {
                thread::sleep(PAUSE);
            }
        }
        let _ = self.group.kill();
    }
}

/// What a command printed; `None` if it isn't there or fails.
pub(crate) fn output(mut command: Command) -> Option<String> {
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as one would type it.
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
    fn every_line_is_read_up_to_the_last_words() {
        let mut lines = Vec::new();
        let status = stream(shell("echo one; printf two"), TEN_SECONDS, |line| {
            lines.push(line.trim_end().to_owned());
        });
        assert!(status.unwrap().success());
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn a_command_that_takes_too_long_is_stopped() {
        let error = stream(shell("sleep 60"), Duration::from_millis(100), |_| {}).unwrap_err();
        assert!(error.to_string().contains("was stopped"), "{error}");
    }

    #[test]
    fn what_a_child_leaves_running_is_ended_with_it() {
        let mut grandchild = None;
        stream(
            shell("sleep 60 >/dev/null & echo $!"),
            Duration::from_secs(10),
            |line| grandchild = line.trim().parse::<i32>().ok(),
        )
        .unwrap();
        let pid = nix::unistd::Pid::from_raw(grandchild.expect("a process id"));
        let deadline = Instant::now() + Duration::from_secs(10);
        while is_running(pid) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        assert!(!is_running(pid));
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = run(shell("exit 3")).unwrap_err();
        assert!(
            error.to_string().contains("`sh -c exit 3` failed"),
            "{error}"
        );
    }

    #[test]
    fn a_child_that_ends_too_early_is_not_waited_for() {
        let mut command = shell("echo no");
        command.stdout(Stdio::piped());
        let mut child = Child::spawn(command).unwrap();
        let error = child
            .wait_for_line(Duration::from_secs(10), |line| {
                line.contains("yes").then_some(())
            })
            .unwrap_err();
        assert!(
            error.to_string().contains("ended before it was ready"),
            "{error}"
        );
    }

    /// A process that has ended, but that nobody has waited for yet, no longer runs.
    fn is_running(pid: nix::unistd::Pid) -> bool {
        match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => !stat.contains(") Z "),
            Err(_) => nix::sys::signal::kill(pid, None).is_ok(),
        }
    }
}
