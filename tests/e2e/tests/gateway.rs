//! A gateway in front of the server refuses requests without its own sign-in: with a login page, a
//! redirect or a password challenge. The widget shows *sign-in needed* and recovers afterwards.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use e2e::gateway::Answers;
use e2e::{Desktop, Fixture, Gateway, scenarios, until};
use gws_emulator::Instruction;
use http::Method;

scenarios!(
    a_401_with_a_page_before_the_page_opens,
    a_401_with_a_page_while_live,
    a_cross_origin_redirect_at_start_needs_a_sign_in,
    a_cross_origin_redirect_while_live_needs_a_sign_in,
    a_basic_challenge_at_start_needs_a_sign_in,
    a_basic_challenge_while_live_needs_a_sign_in,
    a_login_page_at_start_needs_a_sign_in,
    a_login_page_while_live_needs_a_sign_in,
    a_csrf_refusal_in_unknown_json_resends_once,
    a_csrf_refusal_in_html_resends_once,
    a_408_that_the_browser_repeats_is_confirmed_once,
);

/// Longer than any timer that checks again for a sign-in.
const QUIET: Duration = Duration::from_secs(35);

/// Records the phases of `listen-in-connection`.
const NOTE_PHASES: &str = "
    window.phases = [];
    window.addEventListener('listen-in-connection', (event) => phases.push(event.detail.phase));";

/// A desktop behind a gateway. The page is not open yet.
async fn behind_a_gateway(fixture: &Fixture) -> Result<(Desktop, Rc<Gateway>)> {
    let (desktop, gateway) = fixture
        // Short polls, so that the page polls again soon.
        .set_up_behind_gateway(|config| {
            config.notifications.timeout = Duration::from_secs(2).into()
        })
        .await?;
    Ok((desktop, gateway))
}

/// The gateway refuses every request before the page opens.
async fn refused_at_first(fixture: &Fixture, answers: Answers) -> Result<(Desktop, Rc<Gateway>)> {
    let (desktop, gateway) = behind_a_gateway(fixture).await?;
    desktop.browser.run_before_pages(NOTE_PHASES).await?;
    gateway.answers(answers);
    desktop.open_page().await?;
    needs_a_sign_in(&desktop).await?;
    Ok((desktop, gateway))
}

/// The gateway starts to refuse requests while the page is live.
async fn refused_while_live(fixture: &Fixture, answers: Answers) -> Result<(Desktop, Rc<Gateway>)> {
    let (desktop, gateway) = behind_a_gateway(fixture).await?;
    desktop.browser.run_before_pages(NOTE_PHASES).await?;
    desktop.open_page().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    gateway.answers(answers);
    needs_a_sign_in(&desktop).await?;
    Ok((desktop, gateway))
}

async fn needs_a_sign_in(desktop: &Desktop) -> Result<()> {
    desktop
        .widget
        .see_in("Connection", "Sign-in needed")
        .await?;
    until("the phase sign-in-needed", async || {
        let phase = desktop.browser.run("return phases.at(-1)", vec![]).await?;
        ensure!(phase == "sign-in-needed", "the page got {phase}");
        Ok(())
    })
    .await
}

/// Ends the refusals and presses *Try now*.
async fn goes_on(desktop: &Desktop, gateway: &Gateway) -> Result<()> {
    // First, because the page may recover by itself at once.
    desktop.widget.see_settled("Try now").await?;
    gateway.answers(Answers::PassedOn);
    desktop.widget.press_settled("Try now").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    desktop.widget.pick(&desktop.agent(0).name).await?;
    desktop.widget.listen_in().await?;
    desktop.monitors(&desktop.agent(0).number).await
}

async fn a_401_with_a_page_before_the_page_opens(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_at_first(&fixture, Answers::Unauthorized).await?;
    goes_on(&desktop, &gateway).await
}

async fn a_401_with_a_page_while_live(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_while_live(&fixture, Answers::Unauthorized).await?;
    goes_on(&desktop, &gateway).await
}

async fn a_cross_origin_redirect_at_start_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_at_first(&fixture, Answers::Redirect).await?;
    goes_on(&desktop, &gateway).await?;
    nobody_visited_the_login_host(&gateway)
}

async fn a_cross_origin_redirect_while_live_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_while_live(&fixture, Answers::Redirect).await?;
    goes_on(&desktop, &gateway).await?;
    nobody_visited_the_login_host(&gateway)
}

fn nobody_visited_the_login_host(gateway: &Gateway) -> Result<()> {
    let visits = gateway.login_visits();
    ensure!(visits == 0, "the login host was visited {visits} times");
    Ok(())
}

async fn a_basic_challenge_at_start_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = behind_a_gateway(&fixture).await?;
    gateway.answers(Answers::Challenge);
    desktop.open_page().await?;
    asks_for_a_password(&desktop).await?;
    asks_no_more(&gateway).await?;
    goes_on(&desktop, &gateway).await
}

async fn a_basic_challenge_while_live_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = behind_a_gateway(&fixture).await?;
    desktop.open_page().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    gateway.answers(Answers::Challenge);
    asks_for_a_password(&desktop).await?;
    asks_no_more(&gateway).await?;
    goes_on(&desktop, &gateway).await
}

/// Cancels the browser's password dialog.
async fn asks_for_a_password(desktop: &Desktop) -> Result<()> {
    let widget = &desktop.widget;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "The server asks for a password.")
        .await
}

/// Checks that no further request can open the dialog.
async fn asks_no_more(gateway: &Gateway) -> Result<()> {
    match tokio::time::timeout(QUIET, gateway.next_request()).await {
        Err(_) => Ok(()),
        Ok(asked) => bail!("{} {} was sent without a click", asked.method, asked.path),
    }
}

async fn a_login_page_at_start_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_at_first(&fixture, Answers::LoginPage).await?;
    let widget = &desktop.widget;
    widget
        .see_in("Connection", "The server sent a web page instead of data")
        .await?;
    widget.see_in("Monitoring", "It is not yet known").await?;
    goes_on(&desktop, &gateway).await
}

async fn a_login_page_while_live_needs_a_sign_in(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = refused_while_live(&fixture, Answers::LoginPage).await?;
    desktop.widget.see_in("Connection", "Data as of").await?;
    goes_on(&desktop, &gateway).await
}

async fn a_csrf_refusal_in_unknown_json_resends_once(fixture: Fixture) -> Result<()> {
    sends_once_more(&fixture, Answers::CsrfAsJson).await
}

async fn a_csrf_refusal_in_html_resends_once(fixture: Fixture) -> Result<()> {
    sends_once_more(&fixture, Answers::CsrfAsPage).await
}

async fn sends_once_more(fixture: &Fixture, answers: Answers) -> Result<()> {
    let (desktop, gateway) = fixture.set_up_behind_gateway(|_| {}).await?;
    gateway.answers(answers);
    desktop.open_page().await?;
    let widget = &desktop.widget;
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;

    desktop
        .emulator()
        .carry_out(&[Instruction::ChangeCsrfTokens {}])?;
    widget.listen_in().await?;

    let confirmed = format!("Confirmed: listening in to {}", Desktop::title(&agent));
    widget.see_in("What happened", &confirmed).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await?;
    let asked = gateway.asked();
    let operations = asked
        .iter()
        .filter(|asked| asked.method == Method::POST && asked.path.contains("/me/devices/"))
        .count();
    ensure!(operations == 2, "ListenIn was sent {operations} times");
    Ok(())
}

/// Chromium repeats a request that is answered with 408 on each reused connection: the server gets it
/// several times, and carries it out.
async fn a_408_that_the_browser_repeats_is_confirmed_once(fixture: Fixture) -> Result<()> {
    let (desktop, gateway) = behind_a_gateway(&fixture).await?;
    let widget = &desktop.widget;
    desktop.open_page().await?;
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    gateway.answers(Answers::TimedOut);
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.monitors(&agent.number).await?;

    let asked = || {
        let asked = gateway.asked().into_iter();
        asked
            .filter(|asked| asked.body.contains("\"ListenIn\""))
            .count()
    };
    // The browser keeps repeating for a while after the device has shown the effect.
    until("a poll without a further repetition", async || {
        let came = asked();
        let next = gateway.next_request().await;
        ensure!(next.path.contains("/notifications/connect"));
        ensure!(asked() == came, "it was sent again");
        Ok(())
    })
    .await?;
    ensure!(asked() > 1, "the browser does not repeat it any more");
    gateway.answers(Answers::PassedOn);
    let told = widget.text_of("What happened").await?;
    let confirmed = told.matches("Confirmed: listening in").count();
    ensure!(confirmed == 1, "confirmed {confirmed} times: {told}");
    ensure!(!widget.text().await?.contains("refused"));

    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    desktop.monitors_nobody().await
}
