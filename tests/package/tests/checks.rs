//! Checks that need no browser: the archive, its manifest, its descriptions and types, and importing it on a
//! server.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use e2e::{Fixture, scenarios};
use pack::package::Package;
use serde_json::Value;

use crate::installed::{self, run, tool};

scenarios!(
    the_same_page_gives_the_same_bytes,
    every_entry_is_there,
    publint_finds_nothing,
    the_types_are_right_for_every_resolution,
    the_types_accept_what_the_documents_say_and_nothing_else,
    the_manifest_is_valid,
    importing_on_a_server_does_nothing,
    the_hashes_are_those_of_the_files,
    every_example_is_short,
);

async fn the_same_page_gives_the_same_bytes(_: Fixture) -> Result<()> {
    let package = Package::of(&installed::page())?;
    let archive = installed::folder()?.join(package.file_name());
    ensure!(fs::read(archive)? == package.archive()?, "the bytes differ");
    Ok(())
}

async fn every_entry_is_there(_: Fixture) -> Result<()> {
    let package = installed::package()?;
    let manifest = read_json(&package.join("package.json"))?;
    let mut targets = Vec::new();
    strings(&manifest["exports"], &mut targets);
    for key in ["types", "customElements", "web-types"] {
        targets.push(manifest[key].as_str().context(key)?);
    }
    strings(&manifest["sideEffects"], &mut targets);
    ensure!(targets.len() > 15, "only {targets:?}");
    for target in targets {
        let path = package.join(target.trim_end_matches('*'));
        ensure!(path.exists(), "{target} is missing");
    }
    ensure!(manifest["dependencies"].is_null(), "it has dependencies");
    ensure!(manifest["private"].is_null(), "it is private");
    Ok(())
}

async fn publint_finds_nothing(_: Fixture) -> Result<()> {
    let package = installed::package()?;
    let found = run(tool("publint", &package).args(["--strict", "--pack", "false"]))?;
    ensure!(found.contains("All good!"), "{found}");
    Ok(())
}

async fn the_types_are_right_for_every_resolution(_: Fixture) -> Result<()> {
    let folder = installed::folder()?;
    let archive = Package::of(&installed::page())?.file_name();
    let mut attw = tool("attw", folder);
    // There is no CommonJS, and nothing for Node.js before 16.
    attw.args(["--profile", "esm-only", "--no-emoji"])
        .arg(archive);
    // The bundler determines the result of importing these.
    attw.args(["--exclude-entrypoints", "core.wasm", "frame.html"]);
    run(&mut attw)?;
    Ok(())
}

async fn the_types_accept_what_the_documents_say_and_nothing_else(_: Fixture) -> Result<()> {
    let folder = installed::folder()?.join("types");
    fs::create_dir(&folder)?;
    for file in fs::read_dir(installed::tools().join("types"))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    let example = pack::root().join("examples/react/main.tsx");
    fs::copy(example, folder.join("example.tsx"))?;
    run(tool("tsc", &folder).args(["--project", "tsconfig.json"]))?;
    // Preact has a different JSX type.
    run(tool("tsc", &folder).args(["--project", "tsconfig.preact.json"]))?;
    Ok(())
}

async fn the_manifest_is_valid(_: Fixture) -> Result<()> {
    const CHECK: &str = "
        const Ajv = require('ajv');
        const schema = require('custom-elements-manifest/schema.json');
        const manifest = require('listen-in/custom-elements.json');
        const ajv = new Ajv({ allErrors: true, strict: false });
        if (!ajv.validate(schema, manifest)) throw new Error(ajv.errorsText());";
    let folder = installed::folder()?;
    run(Command::new("node").current_dir(folder).args(["-e", CHECK]))?;
    Ok(())
}

async fn importing_on_a_server_does_nothing(_: Fixture) -> Result<()> {
    const IMPORT: &str = "
        globalThis.fetch = () => { throw new Error('it fetches'); };
        const before = Object.keys(globalThis).join();
        await import('listen-in/connection');
        for (const entry of ['listen-in', 'listen-in/manual', 'listen-in/bundle']) {
            const { ListenInElement, ListenInError } = await import(entry);
            if (typeof ListenInElement !== 'function' || typeof ListenInError !== 'function') throw new Error(entry);
        }
        const { define } = await import('listen-in/manual');
        define();
        if (Object.keys(globalThis).join() !== before) throw new Error('it leaves something behind');";
    let folder = installed::folder()?;
    let node = &mut Command::new("node");
    run(node
        .current_dir(folder)
        .args(["--input-type=module", "-e", IMPORT]))?;
    Ok(())
}

async fn the_hashes_are_those_of_the_files(_: Fixture) -> Result<()> {
    const CHECK: &str = "
        const { createHash } = require('node:crypto');
        const { readFileSync } = require('node:fs');
        const hash = (kind, file) => `${kind}-${createHash(kind).update(readFileSync(file)).digest('base64')}`;
        const hashes = Object.entries(require('./integrity.json'));
        if (hashes.length < 10) throw new Error(`only ${hashes.length}`);
        for (const [file, expected] of hashes) if (hash('sha384', file) !== expected) throw new Error(file);
        for (const script of ['listen-in.js', 'bundle.js', 'core/element.js'])
            if (!readFileSync(script, 'utf8').includes(hash('sha256', 'core/listen-in_bg.wasm'))) throw new Error(script);";
    let package = installed::package()?;
    run(Command::new("node")
        .current_dir(package)
        .args(["-e", CHECK]))?;
    Ok(())
}

async fn every_example_is_short(_: Fixture) -> Result<()> {
    const MOST: usize = 40;
    for name in [
        "plain", "iframe", "react", "vue", "svelte", "webpack", "esbuild",
    ] {
        let mut lines = 0;
        for file in fs::read_dir(pack::root().join("examples").join(name))? {
            lines += fs::read_to_string(file?.path())?.lines().count();
        }
        ensure!(lines <= MOST, "{name} has {lines} lines");
    }
    Ok(())
}

fn read_json(path: &Path) -> Result<Value> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// All texts in a value.
fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(all) => all.iter().for_each(|it| strings(it, found)),
        Value::Object(all) => all.values().for_each(|it| strings(it, found)),
        _ => {}
    }
}
