//! The language of the page, its direction, and files that can't be loaded.

use std::fs;

use anyhow::{Result, ensure};
use e2e::desktop::CUSTOMER;
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::json;
use tempfile::TempDir;

use crate::embedder::copy;

scenarios!(
    the_widget_follows_the_language_of_the_page,
    a_number_in_an_arabic_sentence_reads_from_the_left,
    without_its_languages_the_widget_works_in_english,
    the_first_announcement_waits_for_its_language,
);

async fn the_widget_follows_the_language_of_the_page(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    for (language, nobody, direction) in [
        ("ar", "لا أحد تحت المراقبة", "rtl"),
        ("de-AT", "Niemand wird überwacht", "ltr"),
        ("es", "No se supervisa a nadie", "ltr"),
        ("fr-CA", "Personne n’est supervisé", "ltr"),
        ("ja", "モニタリング中の相手はいません", "ltr"),
        ("pt-BR", "Ninguém é monitorado", "ltr"),
        ("en", "Nobody is monitored", "ltr"),
    ] {
        set_language(&desktop, language).await?;
        desktop.widget.see(nobody).await?;
        let panel =
            "return document.querySelector('listen-in').shadowRoot.querySelector('.panel').dir";
        let found = desktop.browser.run(panel, vec![]).await?;
        ensure!(found == json!(direction), "{language} is {found}");
    }
    // Nothing was restarted: the same connection, the same page.
    desktop.listen_in(&desktop.agent(0)).await
}

async fn a_number_in_an_arabic_sentence_reads_from_the_left(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.join_call(&agent).await?;
    set_language(&desktop, "ar").await?;
    desktop.widget.see("في مكالمة مع").await?;
    // The positions of the two ends of the number and of the word before it.
    let script = "
        const root = document.querySelector('listen-in').shadowRoot;
        const line = [...root.querySelectorAll('.monitoring p')].find((it) => it.textContent.includes(arguments[0]));
        const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        const left = (words) => {
            texts.currentNode = line;
            while (!texts.nextNode().data.includes(words));
            const text = texts.currentNode, at = text.data.indexOf(words), range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + words.length);
            return range.getBoundingClientRect().left;
        };
        return [left('555'), left('1234'), left('مكالمة')]";
    let found = desktop.browser.run(script, vec![json!(CUSTOMER)]).await?;
    let places: Vec<f64> = serde_json::from_value(found)?;
    ensure!(places.is_sorted(), "{places:?}");
    Ok(())
}

async fn without_its_languages_the_widget_works_in_english(fixture: Fixture) -> Result<()> {
    let folder = TempDir::new()?;
    let page = folder.path().to_owned();
    let mut copied = Ok(());
    let desktop = fixture
        .set_up(|config| {
            if let Some(built) = config.page.replace(page.clone()) {
                copied = copy(&built, &page);
            }
        })
        .await?;
    copied?;
    fs::remove_dir_all(folder.path().join("core/locales"))?;
    desktop.open_page().await?;
    set_language(&desktop, "fr").await?;
    desktop.listen_in(&desktop.agent(0)).await?;
    until("a line in the console", async || {
        let console = desktop.browser.console().await?;
        let report = "locales/fr.txt could not be loaded, so the widget is in English";
        let count = console.iter().filter(|line| line.contains(report)).count();
        ensure!(count == 1, "{console:#?}");
        Ok(())
    })
    .await
}

async fn the_first_announcement_waits_for_its_language(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let late = "const real = window.fetch;
        window.fetch = (...given) => String(given[0]).includes('/locales/')
            ? new Promise((done) => { window.serve = () => done(real(...given)); }) : real(...given);
        // The widget waits 2 s for its language, which a slow machine must not use up.
        const timer = window.setTimeout;
        window.setTimeout = (run, delay) => timer(run, delay === 2_000 ? 600_000 : delay);
        addEventListener('DOMContentLoaded', () => { document.documentElement.lang = 'de'; });";
    desktop.browser.run_before_pages(late).await?;
    desktop.open_page().await?;
    desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await?;
    ensure!(desktop.widget.alert().await?.is_empty(), "it did not wait");
    desktop.browser.run("serve()", vec![]).await?;
    until("the alert in German", async || {
        let alert = desktop.widget.alert().await?;
        ensure!(alert.starts_with("Anmeldung nötig. "), "it is “{alert}”");
        Ok(())
    })
    .await
}

/// Sets the language of the page.
async fn set_language(desktop: &Desktop, language: &str) -> Result<()> {
    let script = "document.querySelector('listen-in').removeAttribute('lang');
        document.documentElement.lang = arguments[0]";
    desktop.browser.run(script, vec![json!(language)]).await?;
    Ok(())
}
