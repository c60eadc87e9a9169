//! What the system's packages bring: Node.js for wasm-opt and the interoperability tests; Chromium
//! and its driver for tests and benchmarks; Firefox and WebKit for the end-to-end tests.

use std::env::{self, consts::ARCH};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::Purpose;
use super::tool::version_of;
use crate::process;
use crate::tools::{Browser, on_path};

/// Names that Chromium goes by.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Fonts for the scripts that the tests write in. Only Debian can be asked for them.
const FONTS: &str = "fonts-noto-core";

/// Installs what is missing, by apt where we may. Chromium is returned if it is wanted.
pub(super) fn ensure(purpose: Purpose) -> Result<Option<Browser>> {
    let missing = missing(purpose);
    if !missing.is_empty() {
        install(&missing)?;
    }
    purpose.chromium().then(browser).transpose()
}

/// A package that is missing, and what it is for.
struct Missing {
    package: &'static str,
    why: &'static str,
}

fn missing(purpose: Purpose) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut need = |there: bool, package, why| {
        if !there {
            missing.push(Missing { package, why });
        }
    };
    if purpose.page() {
        need(
            on_path("node").is_some(),
            "nodejs",
            "wasm-opt and the servers that the tests speak with run on Node.js",
        );
        need(
            on_path("npm").is_some(),
            "npm",
            "it installs wasm-opt and those servers",
        );
    }
    if purpose.chromium() {
        need(
            chromium().is_some(),
            "chromium",
            "the browser of the tests and benchmarks",
        );
        need(driver().is_some(), "chromium-driver", "drives the browser");
        need(
            !is_known_missing(FONTS),
            FONTS,
            "letters of all the scripts in the tests",
        );
    }
    if purpose.other_browsers() {
        let [firefox, webkit, webkit_driver, screen] = other_browsers();
        need(
            firefox.is_some(),
            "firefox-esr",
            "another browser of the end-to-end tests",
        );
        need(
            webkit.is_some() && webkit_driver.is_some(),
            "webkit2gtk-driver",
            "brings WebKit, another browser of the end-to-end tests, and drives it",
        );
        need(
            screen.is_some(),
            "xvfb",
            "the screen that WebKit does not start without",
        );
        need(
            on_path("xauth").is_some(),
            "xauth",
            "xvfb-run does not start without it",
        );
    }
    missing
}

fn install(missing: &[Missing]) -> Result<()> {
    let packages: Vec<_> = missing.iter().map(|it| it.package).collect();
    println!("==> Packages of the system are missing:");
    for Missing { package, why } in missing {
        println!("    {package}: {why}");
    }
    let by_hand = format!("apt-get install {}", packages.join(" "));
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
    println!("==> Installing them by apt (about a minute)");
    // The lists may be old, or not there at all; then nothing is found.
    process::run(apt(&["update"])).context("the lists of packages could not be fetched")?;
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    install.args(&packages);
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

/// The browser and its driver, which must be of the same major version.
fn browser() -> Result<Browser> {
    let browser = Browser {
        chromium: chromium().context("no Chromium on PATH")?,
        driver: driver().context("no chromedriver on PATH")?,
    };
    let version = |program: &PathBuf| {
        version_of(program)
            .with_context(|| format!("{} doesn't tell its version", program.display()))
    };
    let (chromium, driver) = (version(&browser.chromium)?, version(&browser.driver)?);
    if chromium.major() != driver.major() {
        bail!(
            "{} is version {chromium}, but {} is {driver}; they don't work together. Upgrade the \
             older one, or name others in LISTEN_IN_CHROMIUM and CHROMEDRIVER",
            browser.chromium.display(),
            browser.driver.display()
        );
    }
    Ok(browser)
}

/// Firefox, WebKit, the driver of WebKit, and what gives it a screen, under the names by which the
/// end-to-end tests look for them (tests/e2e/src/engine.rs).
pub(super) fn other_browsers() -> [Option<PathBuf>; 4] {
    let webkit = format!("/usr/lib/{ARCH}-linux-gnu/webkit2gtk-4.1/MiniBrowser");
    [
        named_by("LISTEN_IN_FIREFOX")
            .or_else(|| on_path("firefox-esr"))
            .or_else(|| on_path("firefox")),
        // Joined with a folder of PATH, an absolute path stays as it is.
        named_by("LISTEN_IN_WEBKIT").or_else(|| on_path(&webkit)),
        named_by("WEBKIT_DRIVER").or_else(|| on_path("WebKitWebDriver")),
        named_by("XVFB_RUN").or_else(|| on_path("xvfb-run")),
    ]
}

fn chromium() -> Option<PathBuf> {
    named_by("LISTEN_IN_CHROMIUM").or_else(|| CHROMIUM.into_iter().find_map(on_path))
}

fn driver() -> Option<PathBuf> {
    named_by("CHROMEDRIVER").or_else(|| on_path("chromedriver"))
}

fn named_by(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Whether this is a Debian, and says that it hasn't this package.
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
