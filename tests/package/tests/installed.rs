//! The package, installed once for all tests, beside the bundlers and frameworks of `package.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};
use pack::package::Package;

/// The folder with everything: `node_modules`, and a folder for each example.
pub(crate) fn folder() -> Result<&'static Path> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let installed = FOLDER.get_or_init(|| install().map_err(|error| format!("{error:#}")));
    installed.as_deref().map_err(|error| anyhow!("{error}"))
}

/// The installed package.
pub(crate) fn package() -> Result<PathBuf> {
    Ok(folder()?.join("node_modules/listen-in"))
}

/// An example, copied to the folder with its packages.
pub(crate) fn example(name: &str) -> Result<PathBuf> {
    example_as(name, name)
}

/// The same in a folder of another name.
pub(crate) fn example_as(name: &str, folder_name: &str) -> Result<PathBuf> {
    let app = folder()?.join(folder_name);
    fs::create_dir(&app)?;
    for file in fs::read_dir(pack::root().join("examples").join(name))? {
        let file = file?;
        fs::copy(file.path(), app.join(file.file_name()))?;
    }
    link(Path::new("../node_modules"), &app.join("node_modules"))?;
    Ok(app)
}

/// Runs a command to its end, and returns what it has written.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("{command:?} can't be run"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    ensure!(output.status.success(), "{command:?} failed:\n{out}{err}");
    Ok(out)
}

/// A program of the installed packages, in a folder.
pub(crate) fn tool(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(tools().join("node_modules/.bin").join(name));
    command.current_dir(folder);
    command
}

/// The folder in which the bundlers and frameworks are installed.
pub(crate) fn tools() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The built page from which the package is made, found like in `tests/e2e`.
pub(crate) fn page() -> PathBuf {
    let page = std::env::var_os("LISTEN_IN_DIST").map(PathBuf::from);
    page.unwrap_or_else(|| pack::root().join("dist"))
}

fn install() -> Result<PathBuf> {
    let folder = pack::root().join("target/package/test");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let package = Package::of(&page())?;
    let archive = folder.join(package.file_name());
    fs::write(&archive, package.archive()?)?;
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    run(Command::new("npm")
        .current_dir(&folder)
        .args([
            "install",
            "--offline",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ])
        .arg(&archive))?;
    // Vite's server serves files from the folder of a workspace, but from no other outside of an example.
    let workspace = "{ \"private\": true, \"workspaces\": [\"*\"] }\n";
    fs::write(folder.join("package.json"), workspace)?;
    let packages = tools().join("node_modules");
    let found = fs::read_dir(&packages)
        .with_context(|| format!("{} is missing: run `cargo xtask setup`", packages.display()))?;
    for package in found {
        let name = package?.file_name();
        let place = folder.join("node_modules").join(&name);
        if name.to_string_lossy().starts_with(".package-lock") || place.exists() {
            continue;
        }
        link(&packages.join(&name), &place)?;
    }
    Ok(folder)
}

#[cfg(unix)]
fn link(to: &Path, from: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(to, from)?)
}

#[cfg(windows)]
fn link(to: &Path, from: &Path) -> Result<()> {
    Ok(std::os::windows::fs::symlink_dir(to, from)?)
}
