//! The size of the built page, and whether the widget is within its budget.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::Write as _;
use std::ops::AddAssign;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::CompressorWriter;

/// How the WebAssembly is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// By the unmodified compiler.
    Plain,
    /// With Rust's standard library compiled for size as well, and without panic messages. The compiler marks that as
    /// unstable; both builds use the same version.
    Packaged,
}

/// The maximum size of the whole widget: WebAssembly, JavaScript and CSS, in bytes after brotli. It is the size
/// reached plus at most 2 kB. It should go down, towards [`GOAL`], and goes up only for a stated reason.
/// docs/performance.md says what made it larger and smaller.
const BUDGET: u64 = 166_500;

/// The budget of the packaged build: the first aim, which is reached.
const PACKAGED_BUDGET: u64 = 150_000;

/// The budget of the element's shell, `npm/listen-in.js`, the only file that a page loads at once; in bytes after
/// brotli.
const SHELL_BUDGET: u64 = 4_000;

/// The budget of the scripts of frames and desktops, with their texts, in bytes after brotli.
const FRAMES_BUDGET: u64 = 12_000;

/// The size to aim for.
const GOAL: u64 = 100_000;

/// The highest quality, which a static host would use.
const QUALITY: u32 = 11;

/// The size of brotli's window as a power of two; 22 is its default, more than our files need.
const WINDOW: u32 = 22;

/// The size of the built page, by kind of file.
#[derive(Debug, Default)]
pub struct Sizes {
    budget: u64,
    wasm: Size,
    js: Size,
    css: Size,
    /// Files that only frames and desktops load, which are not counted.
    frames: Size,
    /// The element's shell, which is counted as JavaScript.
    shell: Size,
    demo: Size,
}

/// Bytes, uncompressed and after brotli.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Size {
    raw: u64,
    brotli: u64,
}

/// The category of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Wasm,
    Js,
    Css,
    Frames,
    Demo,
}

/// The scripts of frames and desktops, and their texts.
const FRAMES: [&str; 6] = [
    "frame.js",
    "frame-host.js",
    "wwe.js",
    "bridge.js",
    "storage-access.js",
    "words.js",
];

impl Sizes {
    /// Measures the files of a folder and of folders below it.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn measure(folder: &Path, build: Build) -> Result<Self> {
        let mut sizes = Self {
            budget: match build {
                Build::Plain => BUDGET,
                Build::Packaged => PACKAGED_BUDGET,
            },
            ..Self::default()
        };
        sizes
            .add(folder)
            .with_context(|| format!("{} cannot be measured", folder.display()))?;
        let shell = folder.join("listen-in.js");
        let shell = fs::read(&shell).with_context(|| format!("there is no {}", shell.display()))?;
        sizes.shell = Size::of(&shell)?;
        Ok(sizes)
    }

    /// The number of bytes by which the widget, its shell or the files for frames exceed their budget, if one does.
    pub fn excess(&self) -> Option<u64> {
        let widget = self.widget().brotli.saturating_sub(self.budget);
        let shell = self.shell.brotli.saturating_sub(SHELL_BUDGET);
        let frames = self.frames.brotli.saturating_sub(FRAMES_BUDGET);
        Some(widget.max(shell).max(frames)).filter(|&it| it > 0)
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.add(&entry.path())?;
            } else if let Some(kind) = Kind::of(&entry.file_name().to_string_lossy()) {
                *self.of(kind) += Size::of(&fs::read(entry.path())?)?;
            }
        }
        Ok(())
    }

    fn of(&mut self, kind: Kind) -> &mut Size {
        match kind {
            Kind::Wasm => &mut self.wasm,
            Kind::Js => &mut self.js,
            Kind::Css => &mut self.css,
            Kind::Frames => &mut self.frames,
            Kind::Demo => &mut self.demo,
        }
    }

    fn widget(&self) -> Size {
        let mut widget = self.wasm;
        widget += self.js;
        widget += self.css;
        widget
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<16}{:>12}{:>12}", "dist/", "raw", "brotli")?;
        for (name, size) in [
            ("WebAssembly", self.wasm),
            ("JavaScript", self.js),
            ("  of it shell", self.shell),
            ("CSS files", self.css),
            ("the widget", self.widget()),
            ("for frames", self.frames),
        ] {
            writeln!(f, "{name:<16}{size}")?;
        }
        write!(f, "{:<16}{}   not counted", "the demo page", self.demo)?;
        let budget = Kilobytes(self.budget);
        let verdict = match self.excess() {
            None => format!(
                "The widget keeps to its budget of {budget}, brotli, its shell to {}, what is for frames to {}; \
                 the goal is {}.",
                Kilobytes(SHELL_BUDGET),
                Kilobytes(FRAMES_BUDGET),
                Kilobytes(GOAL)
            ),
            Some(excess) => format!(
                "The widget ({budget}), its shell ({}) or what is for frames ({}) is {} over its budget, brotli!",
                Kilobytes(SHELL_BUDGET),
                Kilobytes(FRAMES_BUDGET),
                Kilobytes(excess)
            ),
        };
        write!(f, "\n{verdict}")
    }
}

impl Kind {
    /// The kind of a file, by its name; `None` if it is neither code nor style. The names of the demo page's files
    /// begin with `demo`.
    fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "wasm" => Some(Self::Wasm),
            "js" | "css" | "html" if name.starts_with("demo") => Some(Self::Demo),
            "html" => Some(Self::Demo),
            "js" if FRAMES.contains(&name) => Some(Self::Frames),
            "js" | "mjs" => Some(Self::Js),
            "css" => Some(Self::Css),
            _ => None,
        }
    }
}

impl Size {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut compressor = CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
        compressor.write_all(bytes)?;
        Ok(Self {
            raw: bytes.len() as u64,
            brotli: compressor.into_inner().len() as u64,
        })
    }
}

/// The size of something after brotli, in bytes.
pub(crate) fn brotli(bytes: &[u8]) -> Result<u64> {
    Ok(Size::of(bytes)?.brotli)
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.brotli += other.brotli;
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for bytes in [self.raw, self.brotli] {
            write!(text, "{:>12}", Kilobytes(bytes).to_string())?;
        }
        f.write_str(&text)
    }
}

/// A size as a text.
pub fn kilobytes(bytes: usize) -> impl fmt::Display {
    Kilobytes(bytes as u64)
}

struct Kilobytes(u64);

impl fmt::Display for Kilobytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.div_ceil(100);
        write!(f, "{}.{} kB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: Option<Kind>) {
        assert_eq!(Kind::of(name), expect, "{name}");
    }

    #[test]
    fn files_of_the_demo_page_are_recognised_by_name() {
        check("listen-in-17255452204ab5b2_bg.wasm", Some(Kind::Wasm));
        check("listen-in-17255452204ab5b2.js", Some(Kind::Js));
        check("element.js", Some(Kind::Js));
        check("listen-in.css", Some(Kind::Css));
        check("demo-e501744324316c8b.css", Some(Kind::Demo));
        check("demo.js", Some(Kind::Demo));
        check("frame-host.js", Some(Kind::Frames));
        check("index.html", Some(Kind::Demo));
        check("favicon.svg", None);
        check("LICENSE", None);
    }

    #[test]
    fn files_in_folders_are_counted_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("listen-in.js"), "let a;").unwrap();
        fs::create_dir(folder.path().join("core")).unwrap();
        fs::write(folder.path().join("core/listen-in.js"), "let b = 1;").unwrap();
        let sizes = Sizes::measure(folder.path(), Build::Plain).unwrap();
        assert_eq!(sizes.js.raw, 16);
        assert!(sizes.js.brotli > 0);
        assert_eq!(sizes.shell.raw, 6);
        assert_eq!(sizes.css, Size::default());
    }

    #[test]
    fn the_demo_page_does_not_count_as_the_widget() {
        let weight = |brotli| Size {
            raw: brotli,
            brotli,
        };
        let mut sizes = Sizes {
            budget: BUDGET,
            wasm: weight(BUDGET - 10_000),
            js: weight(9_000),
            shell: weight(SHELL_BUDGET),
            css: weight(1_000),
            frames: weight(8_000),
            demo: weight(50_000),
        };
        assert_eq!(sizes.excess(), None);
        sizes.css = weight(1_001);
        assert_eq!(sizes.excess(), Some(1));
        sizes.shell = weight(SHELL_BUDGET + 2);
        assert_eq!(sizes.excess(), Some(2));
        sizes.frames = weight(FRAMES_BUDGET + 3);
        assert_eq!(sizes.excess(), Some(3));
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(Kilobytes(0).to_string(), "0.0 kB");
        assert_eq!(Kilobytes(100_000).to_string(), "100.0 kB");
        assert_eq!(Kilobytes(100_001).to_string(), "100.1 kB");
    }
}
