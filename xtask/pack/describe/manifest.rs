//! The [Custom Elements Manifest](https://github.com/webcomponents/custom-elements-manifest), version 2.1.0.

use serde_json::{Value, json};

use crate::interface::{
    ABOUT, ATTRIBUTES, CLASS, CUSTOM_PROPERTIES, EVENTS, METHODS, Named, PARTS, PROPERTIES, SLOTS,
    STATES, TAG, summary,
};

/// The file that defines the element.
const MODULE: &str = "listen-in.js";

pub(super) fn manifest() -> Value {
    let reference = json!({ "name": CLASS, "module": MODULE });
    json!({
        "schemaVersion": "2.1.0",
        "readme": "README.md",
        "modules": [{
            "kind": "javascript-module",
            "path": MODULE,
            "declarations": [element()],
            "exports": [
                { "kind": "js", "name": CLASS, "declaration": reference },
                { "kind": "custom-element-definition", "name": TAG, "declaration": reference },
            ],
        }],
    })
}

fn element() -> Value {
    json!({
        "kind": "class",
        "customElement": true,
        "tagName": TAG,
        "name": CLASS,
        "description": ABOUT,
        "superclass": { "name": "HTMLElement" },
        "attributes": ATTRIBUTES.iter().map(|it| {
            let text = match it.values {
                [] => "string".to_owned(),
                values => union(values),
            };
            let mut attribute = described(it.name, it.about);
            attribute["type"] = json!({ "text": text });
            attribute["fieldName"] = it.property.into();
            if let Some(default) = it.default {
                attribute["default"] = default.into();
            }
            attribute
        }).collect::<Vec<_>>(),
        "members": members(),
        "events": EVENTS.iter().map(|it| {
            let mut event = described(it.name, it.about);
            event["type"] = json!({ "text": format!("CustomEvent<{}>", it.detail) });
            event
        }).collect::<Vec<_>>(),
        "slots": named(SLOTS),
        "cssParts": named(PARTS),
        "cssStates": named(STATES),
        "cssProperties": CUSTOM_PROPERTIES.iter().map(|it| {
            let mut property = described(it.name, it.about);
            property["syntax"] = it.syntax.into();
            property["default"] = it.default().into();
            property
        }).collect::<Vec<_>>(),
    })
}

fn members() -> Vec<Value> {
    let reflected = ATTRIBUTES.iter().map(|it| {
        let mut field = described(it.property, it.about);
        field["kind"] = "field".into();
        field["type"] = json!({ "text": format!("{} | null | undefined", it.accepts) });
        field["attribute"] = it.name.into();
        field["reflects"] = true.into();
        field
    });
    let others = PROPERTIES.iter().map(|it| {
        let mut field = described(it.name, it.about);
        field["kind"] = "field".into();
        field["type"] = json!({ "text": it.of });
        if it.is_readonly {
            field["readonly"] = true.into();
        }
        field
    });
    let methods = METHODS.iter().map(|it| {
        let parameters = it.parameters.iter().map(|(name, of, is_optional)| {
            let mut parameter = json!({ "name": name, "type": { "text": of } });
            if *is_optional {
                parameter["optional"] = true.into();
            }
            parameter
        });
        let mut method = described(it.name, it.about);
        method["kind"] = "method".into();
        method["parameters"] = parameters.collect();
        method["return"] = json!({ "type": { "text": it.gives } });
        method
    });
    reflected.chain(others).chain(methods).collect()
}

fn named(all: &[Named]) -> Value {
    all.iter()
        .map(|(name, about)| described(name, about))
        .collect()
}

fn described(name: &str, about: &str) -> Value {
    json!({ "name": name, "summary": summary(about), "description": about })
}

fn union(values: &[&str]) -> String {
    let quoted: Vec<_> = values.iter().map(|it| format!("\"{it}\"")).collect();
    quoted.join(" | ")
}
