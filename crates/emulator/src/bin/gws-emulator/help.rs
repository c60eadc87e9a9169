//! The longer texts of `--help`.

use gws_emulator::fault::FAULTS;
use gws_emulator::script::SHIPPED;

/// What stands below the arguments.
pub(crate) const AFTER_HELP: &str = "\
Try it:
  gws-emulator --auto-login &
  curl -s 'http://127.0.0.1:8090/api/v2/me?subresources=*'
  and in a browser: http://127.0.0.1:8090/emulator

A bug report from the field becomes a test (in the browser: developer tools, Network, “Save all as HAR”):
  gws-emulator --replay report.har

Other users sign in with HTTP Basic: second-supervisor, agent6001, agent6002, …, admin.

Exit status: 0 after SIGTERM or Ctrl-C, 1 if it cannot start, 2 for wrong arguments,
3 if the port is taken. RUST_LOG=debug says more on standard error.";

/// The help on `--fault`: a line on each, and an example.
pub(crate) fn faults() -> String {
    let mut help =
        "Something that goes wrong from the start; may be given more than once. Faults are \
                    switched on and off later over HTTP (/emulator/instructions).\n\n"
            .to_owned();
    for kind in FAULTS {
        help += &format!("  {}\n      {}\n", kind.flag(), kind.what);
    }
    help += "\nAll can be limited: every=3 strikes every third time, times=1 once, for=20s for that long.";
    help
}

/// The help on `--script`: what comes with the emulator.
pub(crate) fn scripts() -> String {
    let mut help = "A script to play: a file in TOML, or the name of one that comes with the \
                    emulator. What can stand in one is in the README.\n\n"
        .to_owned();
    for shipped in SHIPPED {
        help += &format!("  {}\n      {}\n", shipped.name, shipped.what());
    }
    help
}
