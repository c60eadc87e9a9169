//! System packages: Node.js for wasm-opt and the interoperability tests; Chromium
//! and its driver for tests and benchmarks; Firefox and WebKit for the end-to-end tests.

use std::env::{self, consts::ARCH};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Purpose;
use crate::process;
use crate::tools::{Browser, on_path};

/// Names of Chromium's program.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Fonts for the scripts in the tests. Whether they are installed is only known on Debian.
const FONTS: &str = "fonts-noto-core";

/// A Debian package.
struct Package {
    name: &'static str,
    why: &'static str,
    /// The first purpose that it is needed for.
    since: Purpose,
    is_there: fn() -> bool,
}

#[rustfmt::skip]
const PACKAGES: [Package; 9] = [
    package("nodejs", Purpose::Page, || on_path("node").is_some(),
        "wasm-opt and the servers that the tests speak with run on Node.js"),
    package("npm", Purpose::Page, || on_path("npm").is_some(),
        "installs wasm-opt and those servers"),
    package("chromium", Purpose::Benchmark, || chromium().is_some(),
        "the browser of the tests and benchmarks"),
    package("chromium-driver", Purpose::Benchmark, || driver().is_some(),
        "drives Chromium"),
    package(FONTS, Purpose::Benchmark, || !is_known_missing(FONTS),
        "letters of all the scripts in the tests"),
    package("firefox-esr", Purpose::Everything, || firefox().is_some(),
        "another browser of the end-to-end tests"),
    package("webkit2gtk-driver", Purpose::Everything, || webkit().is_some() && webkit_driver().is_some(),
        "brings WebKit, another browser of the end-to-end tests, and drives it"),
    package("xvfb", Purpose::Everything, || screen().is_some(),
        "the screen that WebKit does not start without"),
    package("xauth", Purpose::Everything, || on_path("xauth").is_some(),
        "xvfb-run does not start without it"),
];

const fn package(
    name: &'static str,
    since: Purpose,
    is_there: fn() -> bool,
    why: &'static str,
) -> Package {
    Package {
        name,
        why,
        since,
        is_there,
    }
}

/// Installs what is missing, by apt if this user may. Returns Chromium if it is needed.
pub(super) fn ensure(purpose: Purpose) -> Result<Option<Browser>> {
    let is_missing = |package: &&Package| purpose >= package.since && !(package.is_there)();
    let missing: Vec<_> = PACKAGES.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let browser = || {
        Ok(Browser {
            chromium: chromium().context("no Chromium on PATH")?,
            driver: driver().context("no chromedriver on PATH")?,
        })
    };
    (purpose >= Purpose::Benchmark).then(browser).transpose()
}

fn install(missing: &[&Package]) -> Result<()> {
    println!("==> System packages are missing:");
    for Package { name, why, .. } in missing {
        println!("    {name}: {why}");
    }
    let names: Vec<_> = missing.iter().map(|package| package.name).collect();
    let by_hand = format!("apt-get install {}", names.join(" "));
    ensure!(
        on_path("apt-get").is_some(),
        "only apt is known here. Install these under the names that your system has for them, and \
         do the command again"
    );
    ensure!(
        is_root(),
        "only root may install packages. Type this, and do the command again:\n\n    \
         sudo {by_hand}\n"
    );
    println!("==> Installing them with apt (about a minute)");
    // The lists may be old, or not there at all; then nothing is found.
    process::run(apt(&["update"])).context("the lists of packages could not be fetched")?;
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    install.args(&names);
    process::run(install)
        .with_context(|| format!("the packages could not be installed; try `{by_hand}` by hand"))
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = process::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "Dpkg::Use-Pty=0"])
        .args(arguments);
    apt
}

/// Firefox, WebKit, the driver of WebKit, and what gives it a screen, where they are there.
pub(super) fn other_browsers() -> [Option<PathBuf>; 4] {
    [firefox(), webkit(), webkit_driver(), screen()]
}

fn chromium() -> Option<PathBuf> {
    find("LISTEN_IN_CHROMIUM", &CHROMIUM)
}

fn driver() -> Option<PathBuf> {
    find("CHROMEDRIVER", &["chromedriver"])
}

// The same names as in tests/e2e/src/engine.rs.

fn firefox() -> Option<PathBuf> {
    find("LISTEN_IN_FIREFOX", &["firefox-esr", "firefox"])
}

fn webkit() -> Option<PathBuf> {
    let browser = format!("/usr/lib/{ARCH}-linux-gnu/webkit2gtk-4.1/MiniBrowser");
    find("LISTEN_IN_WEBKIT", &[&browser])
}

fn webkit_driver() -> Option<PathBuf> {
    find("WEBKIT_DRIVER", &["WebKitWebDriver"])
}

fn screen() -> Option<PathBuf> {
    find("XVFB_RUN", &["xvfb-run"])
}

/// The program in an environment variable, or else the first of these names on PATH.
fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).filter(|value| !value.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| names.iter().copied().find_map(on_path))
}

/// Whether this is Debian, and the package is not installed.
fn is_known_missing(package: &str) -> bool {
    if on_path("dpkg-query").is_none() {
        return false;
    }
    let mut query = process::command("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    process::output(query).is_none_or(|status| status.trim() != "installed")
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
