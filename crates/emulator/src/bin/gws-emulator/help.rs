//! The longer texts of `--help`.

use gws_emulator::fault::FAULTS;
use gws_emulator::script::SHIPPED;

/// The text below the arguments.
pub(crate) const AFTER_HELP: &str = "\
Try it:
  gws-emulator --auto-login &
  curl -s 'http://127.0.0.1:8090/api/v2/me?subresources=*'
  and in a browser: http://127.0.0.1:8090/emulator

Replay a report from the field (in the browser: developer tools, Network, “Save all as HAR”):
  gws-emulator --replay report.har

Other users sign in with HTTP Basic: second-supervisor, agent6001, agent6002, …, admin.

Exit status: 0 after SIGTERM or Ctrl-C, 1 if it cannot start, 2 for wrong arguments,
3 if the port is taken. RUST_LOG=debug shows more on standard error.";

/// The help on `--fault`: a line and an example for each.
pub(crate) fn faults() -> String {
    let mut help =
        "A fault that is active from the start; may be given more than once. Faults are switched on \
         and off later over HTTP (/emulator/instructions).\n\n"
            .to_owned();
    for kind in FAULTS {
        help += &format!("  {}\n      {}\n", kind.flag(), kind.what);
    }
    help +=
        "\nAll can be limited: every=3 strikes every third time, times=1 once, for=20s that long.";
    help
}

/// The help on `--script`: the shipped scripts.
pub(crate) fn scripts() -> String {
    let mut help = "A script to play: a file in TOML, or the name of a shipped one. The README \
                    describes the format.\n\n"
        .to_owned();
    for shipped in SHIPPED {
        help += &format!("  {}\n      {}\n", shipped.name, shipped.what());
    }
    help
}
