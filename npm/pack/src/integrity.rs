//! The hashes by which a browser recognises files that were changed (Subresource Integrity).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// The WebAssembly in a page, whose hash the shell has.
pub(crate) const WASM: &str = "core/listen-in_bg.wasm";

/// Where the shell has room for it.
const IN_SHELL: &str = "INTEGRITY = \"\"";
/// Where the demo page has, which loads the WebAssembly ahead.
const IN_PAGE: &str = "integrity=\"\"";

/// Writes the hash of the WebAssembly into the shell of a page, and into the page itself.
///
/// # Errors
/// A file is missing or has no room for the hash.
pub fn fill(page: &Path) -> Result<()> {
    let wasm = page.join(WASM);
    let wasm = fs::read(&wasm).with_context(|| format!("there is no {}", wasm.display()))?;
    for (file, room) in [("listen-in.js", IN_SHELL), ("index.html", IN_PAGE)] {
        let path = page.join(file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("there is no {}", path.display()))?;
        let text = filled(&text, room, &wasm).context(file)?;
        fs::write(&path, text)?;
    }
    Ok(())
}

/// The shell with the hash of a WebAssembly.
///
/// # Errors
/// It has no room for it.
pub(crate) fn with_hash(shell: &str, wasm: &[u8]) -> Result<String> {
    filled(shell, IN_SHELL, wasm)
}

/// A text with the hash of a WebAssembly between the quotes of `room`. It is the shorter hash: it counts in the shell,
/// and does not compress.
fn filled(text: &str, room: &str, wasm: &[u8]) -> Result<String> {
    ensure!(text.contains(room), "it has no {room}");
    let hash = BASE64_STANDARD.encode(Sha256::digest(wasm));
    let with_hash = room.replace("\"\"", &format!("\"sha256-{hash}\""));
    Ok(text.replace(room, &with_hash))
}

/// The hash of a file, as `integrity` in HTML and in import maps.
pub(crate) fn hash(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_the_webassembly_is_in_shell_and_page() {
        let page = tempfile::tempdir().unwrap();
        let file = |name: &str| page.path().join(name);
        fs::create_dir(file("core")).unwrap();
        fs::write(file(WASM), "wasm").unwrap();
        fs::write(file("listen-in.js"), "const INTEGRITY = \"\";").unwrap();
        fs::write(file("index.html"), "<link integrity=\"\">").unwrap();
        fill(page.path()).unwrap();
        // `printf wasm | openssl dgst -sha256 -binary | base64`
        let hash = "sha256-M2FUv2f3Zfj3XRagrM7mG17l9qdbKikFcD35E71VDz4=";
        assert_eq!(
            fs::read_to_string(file("listen-in.js")).unwrap(),
            format!("const INTEGRITY = \"{hash}\";")
        );
        assert_eq!(
            fs::read_to_string(file("index.html")).unwrap(),
            format!("<link integrity=\"{hash}\">")
        );
        // A shell that has one already is not of this build.
        assert!(fill(page.path()).is_err());
    }
}
