//! Completions and descriptions for editors: [custom
//! data](https://code.visualstudio.com/blogs/2020/02/24/custom-data-format) for VS Code, and
//! [web-types](https://github.com/JetBrains/web-types) for JetBrains' editors.

use serde_json::{Value, json};

use crate::interface::{
    ABOUT, ATTRIBUTES, CUSTOM_PROPERTIES, EVENTS, Named, PARTS, PROPERTIES, SLOTS, STATES, TAG,
};

pub(super) fn vscode() -> Value {
    let attributes = ATTRIBUTES.iter().map(|it| {
        let values = it.values.iter().map(|value| json!({ "name": value }));
        json!({ "name": it.name, "description": markdown(it.about), "values": values.collect::<Vec<_>>() })
    });
    json!({
        "version": 1.1,
        "tags": [{
            "name": TAG,
            "description": markdown(ABOUT),
            "attributes": attributes.collect::<Vec<_>>(),
        }],
    })
}

fn markdown(text: &str) -> Value {
    json!({ "kind": "markdown", "value": text })
}

pub(super) fn web_types(version: &str) -> Value {
    let attributes = ATTRIBUTES.iter().map(|it| {
        let mut attribute = described(it.name, it.about);
        attribute["value"] = match it.values {
            [] => json!({ "kind": "plain", "type": "string" }),
            values => {
                let values: Vec<_> = values.iter().map(|it| format!("\"{it}\"")).collect();
                json!({ "kind": "plain", "type": values })
            }
        };
        if let Some(default) = it.default {
            attribute["default"] = default.into();
        }
        attribute
    });
    let reflected = ATTRIBUTES
        .iter()
        .map(|it| (it.property, it.about, it.accepts, false));
    let others = PROPERTIES
        .iter()
        .map(|it| (it.name, it.about, it.of, it.is_readonly));
    let properties = reflected
        .chain(others)
        .map(|(name, about, of, is_readonly)| {
            let mut property = described(name, about);
            property["type"] = of.into();
            property["read-only"] = is_readonly.into();
            property
        });
    let custom = CUSTOM_PROPERTIES.iter().map(|it| {
        let mut property = described(it.name, it.about);
        property["default"] = it.default().into();
        property
    });
    let states = STATES
        .iter()
        .map(|(name, about)| described(&format!("state({name})"), about));
    json!({
        "$schema": "https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json",
        "name": TAG,
        "version": version,
        "description-markup": "markdown",
        "contributions": {
            "html": {
                "elements": [{
                    "name": TAG,
                    "description": ABOUT,
                    "attributes": attributes.collect::<Vec<_>>(),
                    "slots": named(SLOTS),
                    "js": {
                        "properties": properties.collect::<Vec<_>>(),
                        "events": EVENTS.iter().map(|it| described(it.name, it.about)).collect::<Vec<_>>(),
                    },
                    "css": {
                        "parts": named(PARTS),
                        "properties": custom.collect::<Vec<_>>(),
                        "pseudo-classes": states.collect::<Vec<_>>(),
                    },
                }],
            },
        },
    })
}

fn named(all: &[Named]) -> Value {
    all.iter()
        .map(|(name, about)| described(name, about))
        .collect()
}

fn described(name: &str, about: &str) -> Value {
    json!({ "name": name, "description": about })
}
