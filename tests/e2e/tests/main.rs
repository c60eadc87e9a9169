//! End-to-end tests: a supervisor works with the built page, in real browsers, against the emulator.
//! One module per topic; each test tells a story. `engines` says which run in which browser.

mod accessibility;
mod answers;
mod calls;
mod cluster;
mod coaching;
mod console;
mod cookies;
mod embedder;
mod embedding;
mod engines;
mod frames;
mod gateway;
mod har;
mod keyboard;
mod languages;
mod layout;
mod leptos;
mod life;
mod limits;
mod listening;
mod numbers;
mod recovery;
mod refusals;
mod samples;
mod sign_in;
mod tabs;
mod team;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let topics = [
        listening::scenarios(),
        calls::scenarios(),
        coaching::scenarios(),
        numbers::scenarios(),
        limits::scenarios(),
        cluster::scenarios(),
        embedding::scenarios(),
        life::scenarios(),
        frames::scenarios(),
        cookies::scenarios(),
        leptos::scenarios(),
        refusals::scenarios(),
        answers::scenarios(),
        sign_in::scenarios(),
        gateway::scenarios(),
        har::scenarios(),
        recovery::scenarios(),
        tabs::scenarios(),
        samples::scenarios(),
        team::scenarios(),
        workspace::scenarios(),
        keyboard::scenarios(),
        layout::scenarios(),
        accessibility::scenarios(),
        languages::scenarios(),
        console::scenarios(),
    ];
    e2e::main(&topics.concat(), engines::TABLE)
}
