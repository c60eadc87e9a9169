//! The driver of one browser. It ends when it is dropped and when this process ends, for whatever
//! reason, together with all processes that it has started: a shell that holds the other end of a
//! pipe ensures that.

use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::engine::Engine;
use crate::port;

/// How long the driver may take to start.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end, with all its processes.
const END: Duration = Duration::from_secs(10);
/// The interval between checks whether it has started or ended.
const PAUSE: Duration = Duration::from_millis(10);

/// Starts the command in its own process group, and ends the group when standard input ends: first
/// with a signal, and after two seconds by force. Then it removes the directory for its files.
///
/// Processes that have ended but were not reaped (state Z) do not count as running: in a container
/// there may be nobody who reaps them.
const UNTIL_INPUT_ENDS: &str = r#"
trap : INT TERM HUP
setsid "$@" </dev/null >"$TMPDIR/driver.log" 2>&1 &
group=$!
runs() {
    for stat in /proc/[0-9]*/stat; do
        read -r line <"$stat" || continue
        set -- ${line##*) }
        [ "$3" = "$group" ] && [ "$1" != Z ] && return
    done
    return 1
}
read -r _
exec 2>/dev/null
kill -TERM -$group
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    runs || break
    sleep 0.1
done
kill -KILL -$group
rm -rf "$TMPDIR" || { sleep 1; rm -rf "$TMPDIR"; }
"#;

/// A running driver. Dropped, it ends with its browser.
#[derive(Debug)]
pub struct Driver {
    shell: Child,
    directory: PathBuf,
    port: u16,
}

impl Driver {
    /// Starts the driver of an engine on a free port.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub fn start(engine: Engine) -> Result<Self> {
        let port = port::unused()?;
        let command = engine.driver(port)?;
        let directory = TempDir::with_prefix("listen-in-e2e-")
            .context("no directory for the driver's files")?
            // The shell removes it.
            .keep();
        let shell = Command::new("sh")
            .args(["-c", UNTIL_INPUT_ENDS, "sh"])
            .args(&command)
            .env("TMPDIR", &directory)
            // The displayed times must be the same everywhere.
            .env("TZ", "UTC")
            .envs(engine.variables().iter().copied())
            // WebKit must use the screen of Xvfb, not this machine's.
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // A signal that ends this process must not end the shell, which has to clean up.
            .process_group(0)
            .spawn()
            .context("cannot start a shell for the driver")?;
        let driver = Self {
            shell,
            directory,
            port,
        };
        let deadline = Instant::now() + START;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if Instant::now() > deadline {
                let (command, output) = (command[0].display(), driver.stderr());
                bail!(
                    "{command} did not start within {} s: {output}",
                    START.as_secs()
                );
            }
            thread::sleep(PAUSE);
        }
        Ok(driver)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The last lines of output of driver and browser.
    pub(crate) fn stderr(&self) -> String {
        let written = self.written();
        let lines: Vec<_> = written.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }

    /// Whether driver or browser have written this text.
    pub(crate) fn has_written(&self, words: &str) -> bool {
        self.written().contains(words)
    }

    fn written(&self) -> String {
        let written = std::fs::read(self.directory.join("driver.log")).unwrap_or_default();
        String::from_utf8_lossy(&written).into_owned()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let deadline = Instant::now() + END;
        while matches!(self.shell.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                // There is no better way to handle a shell that does not end.
                let _ = self.shell.kill();
                let _ = self.shell.wait();
                return;
            }
            thread::sleep(PAUSE);
        }
    }
}
