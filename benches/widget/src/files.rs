//! The files of the pages, as a static host serves them: compressed by brotli at its highest quality.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Page {
    /// The element on a page with nothing else.
    Widget,
    /// cometd.js 9 and bare DOM.
    Dom,
    /// cometd.js 9 and React 19.
    React,
}

impl Page {
    /// All, in the order of the columns.
    pub(crate) const ALL: [Self; 3] = [Self::Widget, Self::Dom, Self::React];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Widget => "listen-in",
            Self::Dom => "cometd.js + DOM",
            Self::React => "cometd.js + React",
        }
    }

    /// Where it is.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Widget => "/widget",
            Self::Dom => "/dom",
            Self::React => "/react",
        }
    }

    /// The scripts and the WebAssembly that it loads.
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Widget => &[
                "/listen-in.js",
                "/core/widget.js",
                "/core/listen-in.js",
                "/core/listen-in_bg.wasm",
            ],
            Self::Dom => &["/dom.js"],
            Self::React => &["/react.js"],
        }
    }

    /// Its size in bytes, as it is transferred.
    pub(crate) fn size(self, files: &HashMap<String, File>) -> usize {
        let files = self.files().iter().filter_map(|name| files.get(*name));
        files.map(|file| file.body.len()).sum()
    }

    fn html(self, base: &str) -> String {
        let script = self.files()[0];
        let body = match self {
            Self::Widget => format!(r#"<listen-in base-url="{base}"></listen-in>"#),
            Self::Dom => String::new(),
            Self::React => r#"<div id="root"></div>"#.to_owned(),
        };
        include_str!("../pages/page.html")
            .replace("{title}", self.name())
            .replace(
                "{script}",
                &format!(r#"<script type="module" src="{script}"></script>"#),
            )
            .replace("{body}", &body)
    }
}

/// A file, ready to be sent.
#[derive(Clone)]
pub(crate) struct File {
    content_type: &'static str,
    is_compressed: bool,
    body: Bytes,
}

impl File {
    /// A file that is sent as it is.
    pub(crate) fn plain(content_type: &'static str, body: Bytes) -> Self {
        Self {
            content_type,
            is_compressed: false,
            body,
        }
    }

    fn compressed(name: &str, content: &[u8]) -> Result<Self> {
        let content_type = match name.rsplit_once('.') {
            Some((_, "js")) => "text/javascript",
            Some((_, "wasm")) => "application/wasm",
            _ => "text/html;charset=UTF-8",
        };
        let mut compressor = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
        compressor.write_all(content)?;
        Ok(Self {
            content_type,
            is_compressed: true,
            body: compressor.into_inner().into(),
        })
    }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.content_type),
            (header::CACHE_CONTROL, "no-store"),
        ];
        // Only so are times in the page exact to 5 µs.
        let isolated = [
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
        ];
        let encoding = self
            .is_compressed
            .then_some([(header::CONTENT_ENCODING, "br")]);
        match encoding {
            Some(encoding) => (headers, isolated, encoding, self.body).into_response(),
            None => (headers, isolated, self.body).into_response(),
        }
    }
}

/// All files, by their paths. `dist` is the built widget, `bundles` are the other pages' scripts.
///
/// # Errors
/// A file is missing.
pub(crate) fn all(dist: &Path, bundles: &Path) -> Result<HashMap<String, File>> {
    let mut files = HashMap::new();
    for page in Page::ALL {
        let folder = if page == Page::Widget { dist } else { bundles };
        for name in page.files() {
            let path = folder.join(&name[1..]);
            let content =
                fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
            files.insert((*name).to_owned(), File::compressed(name, &content)?);
        }
        let html = page.html("/api/v2");
        files.insert(
            page.path().to_owned(),
            File::compressed("", html.as_bytes())?,
        );
    }
    let large = Page::Widget.html("/large/v2");
    files.insert("/large".to_owned(), File::compressed("", large.as_bytes())?);
    let measure = include_bytes!("../pages/measure.js");
    files.insert("/measure.js".to_owned(), File::compressed(".js", measure)?);
    Ok(files)
}
