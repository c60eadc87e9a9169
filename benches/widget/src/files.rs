//! The pages' files, as a static host serves them: compressed with brotli at its highest quality.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The pages that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Page {
    /// The element on an otherwise empty page.
    Widget,
    /// cometd.js 9 and bare DOM.
    Dom,
    /// cometd.js 9 and React 19.
    React,
    /// Another build of the widget.
    Former,
}

impl Page {
    pub(crate) fn is_widget(self) -> bool {
        matches!(self, Self::Widget | Self::Former)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Widget => "listen-in",
            Self::Dom => "cometd.js + DOM",
            Self::React => "cometd.js + React",
            Self::Former => "the other build",
        }
    }

    /// The path of the page.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Widget => "/widget",
            Self::Dom => "/dom",
            Self::React => "/react",
            Self::Former => "/former/",
        }
    }

    /// The path of the page that uses the large contact centre.
    pub(crate) fn large_path(self) -> &'static str {
        match self {
            Self::Former => "/former/large",
            _ => "/large",
        }
    }

    /// The scripts and the WebAssembly that the page loads.
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Widget => &[
                "/listen-in.js",
                "/core/widget.js",
                "/core/polls.js",
                "/core/listen-in.js",
                "/core/listen-in_bg.wasm",
            ],
            Self::Dom => &["/dom.js"],
            Self::React => &["/react.js"],
            Self::Former => &[
                "/former/listen-in.js",
                "/former/core/widget.js",
                "/former/core/polls.js",
                "/former/core/listen-in.js",
                "/former/core/listen-in_bg.wasm",
            ],
        }
    }

    /// Its transfer size in bytes.
    pub(crate) fn size(self, files: &HashMap<String, File>) -> usize {
        let files = self.files().iter().filter_map(|name| files.get(*name));
        files.map(|file| file.body.len()).sum()
    }

    fn html(self, base: &str) -> String {
        let script = self.files()[0];
        let body = match self {
            Self::Widget | Self::Former => format!(r#"<listen-in base-url="{base}"></listen-in>"#),
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
    /// A file that is sent uncompressed.
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
        // Only an isolated page gets times exact to 5 µs.
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

/// All pages' files by path. Each page comes with the folder of its build.
///
/// # Errors
/// A file is missing.
pub(crate) fn all(pages: &[(Page, &Path)]) -> Result<HashMap<String, File>> {
    let mut files = HashMap::new();
    for &(page, folder) in pages {
        for name in page.files() {
            let path = name.strip_prefix("/former").unwrap_or(name);
            let path = folder.join(&path[1..]);
            let content =
                fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
            files.insert((*name).to_owned(), File::compressed(name, &content)?);
        }
        let html = page.html("/api/v2");
        files.insert(
            page.path().to_owned(),
            File::compressed("", html.as_bytes())?,
        );
        if page.is_widget() {
            let large = File::compressed("", page.html("/large/v2").as_bytes())?;
            files.insert(page.large_path().to_owned(), large);
        }
    }
    let measure = include_bytes!("../pages/measure.js");
    files.insert("/measure.js".to_owned(), File::compressed(".js", measure)?);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_its_own_script_and_the_widget_its_contact_centre() {
        let html = Page::Widget.html("/large/v2");
        assert!(html.contains(r#"src="/listen-in.js""#), "{html}");
        assert!(html.contains(r#"base-url="/large/v2""#), "{html}");
        let html = Page::React.html("/api/v2");
        assert!(html.contains(r#"src="/react.js""#), "{html}");
        assert!(html.contains(r#"<div id="root">"#), "{html}");
        assert!(
            !html.contains('{'),
            "nothing is left to be filled in: {html}"
        );
    }

    #[test]
    fn the_size_of_a_page_is_the_size_of_its_files_alone() {
        let folder = std::env::temp_dir().join(format!("bench-widget-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("dom.js"), "let a = 1;".repeat(1_000)).unwrap();
        fs::write(folder.join("react.js"), "let b = 2;").unwrap();
        let files = all(&[(Page::Dom, &folder), (Page::React, &folder)]).unwrap();
        assert_eq!(Page::Dom.size(&files), files["/dom.js"].body.len());
        assert!(Page::Dom.size(&files) < 200, "it is compressed");
        assert!(files.contains_key("/react") && files.contains_key("/measure.js"));
        let missing = all(&[(Page::Widget, &folder)]).err().unwrap();
        assert!(
            format!("{missing:#}").contains("listen-in.js"),
            "{missing:#}"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
