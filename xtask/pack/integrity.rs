//! The hashes with which a browser detects changed files (Subresource Integrity).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// The WebAssembly in a page, whose hash the shell has.
pub(crate) const WASM: &str = "core/listen-in_bg.wasm";

const SHELL: &str = "listen-in.js";
/// The placeholder in the shell.
const ROOM: &str = "INTEGRITY = \"\"";

/// Writes the hash of the WebAssembly into the shell of a page.
///
/// # Errors
/// A file is missing, or the shell has no placeholder.
pub(crate) fn fill(page: &Path) -> Result<()> {
    let read = |name: &str| {
        let path = page.join(name);
        fs::read(&path).with_context(|| format!("{} can't be read", path.display()))
    };
    let shell = String::from_utf8(read(SHELL)?)?;
    let shell = with_hash(&shell, &read(WASM)?)?;
    Ok(fs::write(page.join(SHELL), shell)?)
}

/// The shell with the hash of a WebAssembly. A short hash, because it counts in the shell's size, and does not
/// compress.
///
/// # Errors
/// It has no placeholder.
pub(crate) fn with_hash(shell: &str, wasm: &[u8]) -> Result<String> {
    ensure!(shell.contains(ROOM), "{SHELL} has no {ROOM}");
    let hash = BASE64_STANDARD.encode(Sha256::digest(wasm));
    Ok(shell.replace(ROOM, &format!("INTEGRITY = \"sha256-{hash}\"")))
}

/// The hash of a file, as `integrity` in HTML and in import maps.
pub(crate) fn hash(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_webassembly_is_in_the_shell() {
        let page = tempfile::tempdir().unwrap();
        let file = |name: &str| page.path().join(name);
        fs::create_dir(file("core")).unwrap();
        fs::write(file(WASM), "wasm").unwrap();
        fs::write(file(SHELL), "const INTEGRITY = \"\";").unwrap();
        fill(page.path()).unwrap();
        // `printf wasm | openssl dgst -sha256 -binary | base64`
        let hash = "M2FUv2f3Zfj3XRagrM7mG17l9qdbKikFcD35E71VDz4=";
        assert_eq!(
            fs::read_to_string(file(SHELL)).unwrap(),
            format!("const INTEGRITY = \"sha256-{hash}\";")
        );
        // A shell with a hash is not of this build.
        assert!(fill(page.path()).is_err());
    }
}
