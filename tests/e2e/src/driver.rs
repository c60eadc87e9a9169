//! The one chromedriver of a run. It ends when the run ends, however that comes about: a shell that
//! holds the other end of a pipe stops it once we are gone. The browsers in turn are driven through
//! pipes, and end with the driver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::environment::Environment;

/// How long the driver may take to start.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end, with its browsers.
const END: Duration = Duration::from_secs(10);

/// Starts what follows with a directory for its files, and stops it when there is nothing more to
/// read from standard input. Then the shell says no more (it would report that it was stopped), and
/// the directory goes, once nobody writes into it any more.
const UNTIL_INPUT_ENDS: &str = r#"
trap : INT TERM HUP
TMPDIR=$(mktemp -d) || exit
export TMPDIR
"$@" &
read -r _
exec 2>/dev/null
kill $!
wait $!
rm -rf "$TMPDIR" || { sleep 1; rm -rf "$TMPDIR"; }
"#;

/// A running chromedriver. Dropped, it ends with all its browsers.
#[derive(Debug)]
pub struct Driver {
    shell: Child,
    url: String,
}

impl Driver {
    /// Starts a driver on a free port.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(environment: &Environment) -> Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", UNTIL_INPUT_ENDS, "sh"])
            .arg(&environment.driver)
            .arg("--port=0")
            // Times on the screen are the same everywhere.
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a shell for the driver")?;
        let output = shell.stdout.take().context("the driver has no output")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            // Read to the end, or else the driver might wait for us.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Once the port is known nobody listens any more.
                let _ = sender.send(line);
            }
        });
        let mut driver = Self {
            shell,
            url: String::new(),
        };
        let deadline = Instant::now() + START;
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(port) = port(&line) {
                        driver.url = format!("http://127.0.0.1:{port}");
                        return Ok(driver);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => bail!(
                    "`{}` did not start within {} s",
                    environment.driver.display(),
                    START.as_secs()
                ),
            }
        }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let deadline = Instant::now() + END;
        while matches!(self.shell.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                // Nothing better can be done about a driver that does not end.
                let _ = self.shell.kill();
                let _ = self.shell.wait();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The port in `ChromeDriver was started successfully on port 40691.`
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}
