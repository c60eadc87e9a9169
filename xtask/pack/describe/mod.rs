//! The descriptions of the element for editors, frameworks and readers, generated from the table in
//! `interface`.
//!
//! | file | holds |
//! |---|---|
//! | `manifest` | `custom-elements.json`, the Custom Elements Manifest |
//! | `editors` | custom data of VS Code, and web-types for JetBrains' editors |
//! | `frameworks` | types for templates of React, Preact, Vue and Svelte |
//! | `documents` | tables in Markdown: in the project's documents, and in `llms.txt` |

pub mod documents;
mod editors;
mod frameworks;
mod manifest;

use serde_json::Value;

/// The base of links in the descriptions; in the project's own documents they are relative.
const REPOSITORY: &str = "https://github.com/listen-in/listen-in/blob/main/";

/// The files for the package, by name.
pub(crate) fn files(version: &str) -> Vec<(&'static str, String)> {
    let files = [
        ("custom-elements.json", pretty(&manifest::manifest())),
        ("vscode.html-custom-data.json", pretty(&editors::vscode())),
        ("web-types.json", pretty(&editors::web_types(version))),
        ("jsx.d.ts", frameworks::props()),
        ("react.d.ts", frameworks::react()),
        ("preact.d.ts", frameworks::preact()),
        ("vue.d.ts", frameworks::vue()),
        ("svelte.d.ts", frameworks::svelte()),
        ("llms.txt", documents::llms()),
    ];
    let absolute = |text: String| text.replace("](docs/", &format!("]({REPOSITORY}docs/"));
    files.map(|(name, text)| (name, absolute(text))).into()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
