//! The element in pages that are rendered on a server and hydrated: without a complaint, and with properties and listeners.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use e2e::{Fixture, scenarios};

use crate::installed::{example_as, run, tool};
use crate::pages::{replace, serve, works};

scenarios!(
    react_rendered_on_a_server,
    vue_rendered_on_a_server,
    svelte_rendered_on_a_server,
);

async fn react_rendered_on_a_server(fixture: Fixture) -> Result<()> {
    // As docs/embedding.md says.
    const DESKTOP: &str = "
        /// <reference types=\"listen-in/react\" />
        import 'listen-in';
        import { useState, useSyncExternalStore } from 'react';
        export function Desktop() {
          const [state, setState] = useState('unknown');
          const isBrowser = useSyncExternalStore(() => () => {}, () => true, () => false);
          return <><p>Monitoring: <output>{state}</output></p>{isBrowser && <listen-in baseUrl='/api/v2'
            headers={{ 'X-Page': 'yes' }} lang={undefined} onlisten-in-monitoring={(event) => setState(event.detail.state)} />}</>;
        }";
    const SERVER: &str = "
        import { renderToString } from 'react-dom/server';
        import { Desktop } from './Desktop';
        console.log(renderToString(<Desktop />));";
    const CLIENT: &str = "
        import { hydrateRoot } from 'react-dom/client';
        import { Desktop } from './Desktop';
        hydrateRoot(document.getElementById('root'), <Desktop />);";
    let app = example_as("react", "react-on-a-server")?;
    fs::write(app.join("Desktop.tsx"), DESKTOP)?;
    is_hydrated(&fixture, &app, ("main.tsx", CLIENT), SERVER).await
}

async fn vue_rendered_on_a_server(fixture: Fixture) -> Result<()> {
    const SERVER: &str = "
        import 'listen-in';
        import { createSSRApp } from 'vue';
        import { renderToString } from 'vue/server-renderer';
        import Desktop from './Desktop.vue';
        console.log(await renderToString(createSSRApp(Desktop)));";
    const CLIENT: &str = "
        import 'listen-in';
        import { createSSRApp } from 'vue';
        import Desktop from './Desktop.vue';
        createSSRApp(Desktop).mount('#root');";
    let app = example_as("vue", "vue-on-a-server")?;
    let with_headers = "<listen-in :headers=\"{ 'X-Page': 'yes' }\" :lang=\"undefined\" ";
    replace(&app.join("Desktop.vue"), "<listen-in ", with_headers)?;
    is_hydrated(&fixture, &app, ("main.js", CLIENT), SERVER).await
}

async fn svelte_rendered_on_a_server(fixture: Fixture) -> Result<()> {
    const SERVER: &str = "
        import 'listen-in';
        import { render } from 'svelte/server';
        import Desktop from './Desktop.svelte';
        console.log(render(Desktop).body);";
    const CLIENT: &str = "
        import 'listen-in';
        import { hydrate } from 'svelte';
        import Desktop from './Desktop.svelte';
        hydrate(Desktop, { target: document.getElementById('root') });";
    let app = example_as("svelte", "svelte-on-a-server")?;
    let with_headers = "<listen-in headers={{ 'X-Page': 'yes' }} lang={undefined} ";
    replace(&app.join("Desktop.svelte"), "<listen-in ", with_headers)?;
    is_hydrated(&fixture, &app, ("main.js", CLIENT), SERVER).await
}

/// Renders an example by `server`, and opens it with what that has written and the script that hydrates it.
async fn is_hydrated(
    fixture: &Fixture,
    app: &Path,
    (main, client): (&str, &str),
    server: &str,
) -> Result<()> {
    const PROPERTIES: &str = "
        const { headers, lang } = document.querySelector('listen-in');
        return [headers['X-Page'], lang].join()";
    fs::write(app.join(main), client)?;
    let server_script = main.replace("main", "server");
    fs::write(app.join(&server_script), server)?;
    let build = |options: &[&str]| {
        // Frameworks tell of what does not fit only while one develops.
        let mut vite = tool("vite", app);
        vite.env("NODE_ENV", "development");
        run(vite.args(["build", "--mode", "development"]).args(options))
    };
    build(&["--ssr", &server_script, "--outDir", "server"])?;
    let markup = run(Command::new("node").arg(app.join("server/server.js")))?;
    build(&[])?;
    let built = app.join("dist");
    let root = format!("<div id=\"root\">{}</div>", markup.trim_end());
    replace(&built.join("index.html"), "<div id=\"root\"></div>", &root)?;
    let desktop = serve(fixture, &built).await?;
    works(&desktop).await?;
    let properties = desktop.browser.run(PROPERTIES, vec![]).await?;
    ensure!(
        properties == "yes,",
        "headers and language are {properties}"
    );
    Ok(())
}
