//! The package as npm's archive: the same bytes for the same files.

use std::fmt::Write as _;

use anyhow::Result;
use flate2::{Compression, GzBuilder};
use tar::{Builder, Header};

use crate::package::Package;

/// The date of each file, as npm has it: 1985-10-26.
const DATE: u64 = 499_162_500;

impl Package {
    /// The name of its archive.
    pub fn file_name(&self) -> String {
        format!("{}-{}.tgz", self.name, self.version)
    }

    /// Its archive.
    ///
    /// # Errors
    /// A name is too long for it.
    pub fn archive(&self) -> Result<Vec<u8>> {
        let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
        let mut archive = Builder::new(gzip);
        for (name, bytes) in &self.files {
            let mut header = Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(DATE);
            archive.append_data(&mut header, format!("package/{name}"), bytes.as_slice())?;
        }
        Ok(archive.into_inner()?.finish()?)
    }

    /// Its contents, one file a line with its size in bytes.
    pub fn listing(&self) -> String {
        let mut lines = String::new();
        for (name, bytes) in &self.files {
            let _ = writeln!(lines, "{:>10}  {name}", bytes.len());
        }
        lines
    }
}
