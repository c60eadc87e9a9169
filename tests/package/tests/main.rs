//! The npm package as its users have it: made from the built page, installed by npm, checked by common tools, built
//! with bundlers and frameworks, and opened in a browser, where a supervisor listens in.

mod checks;
mod installed;
mod pages;
mod server;

use std::process::ExitCode;

use e2e::Engine::Chromium;

fn main() -> ExitCode {
    let topics = [checks::scenarios(), pages::scenarios(), server::scenarios()];
    e2e::main(&topics.concat(), &[(&[Chromium], &[""])])
}
