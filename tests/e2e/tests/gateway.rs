//! A gateway stands before the server, as in most companies, and answers in its place when it takes
//! nobody to be signed in: with a page, a redirect or a question for the password. Whatever it is,
//! the widget says that a sign-in is needed, and goes on after it.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use e2e::gateway::Answers;
use e2e::{Desk, Gateway, Stage, scenarios, until};
use gws_emulator::Instruction;
use http::Method;

scenarios!(
    a_401_with_a_page_before_the_page_opens,
    a_401_with_a_page_while_live,
    a_redirect_to_another_origin_before_the_page_opens,
    a_redirect_to_another_origin_while_live,
    a_question_for_the_password_before_the_page_opens,
    a_question_for_the_password_while_live,
    a_login_page_before_the_page_opens,
    a_login_page_while_live,
    a_csrf_refusal_in_other_json_sends_the_request_once_more,
    a_csrf_refusal_in_a_page_sends_the_request_once_more,
);

/// Longer than any timer that asks again whether somebody has signed in.
const QUIET: Duration = Duration::from_secs(35);

/// Notes the phases that the widget tells the page.
const NOTE_PHASES: &str = "
    window.phases = [];
    window.addEventListener('listen-in-connection', (event) => phases.push(event.detail.phase));";

/// A desk behind a gateway. The page is not open yet.
async fn behind_a_gateway(stage: &Stage) -> Result<(Desk, Rc<Gateway>)> {
    let (desk, gateway) = stage
        // So that the page asks for notifications again soon.
        .set_up_behind_gateway(|config| config.notifications.timeout = Duration::from_secs(2))
        .await?;
    Ok((desk, gateway))
}

/// The gateway takes nobody to be signed in when the page opens.
async fn refused_at_first(stage: &Stage, answers: Answers) -> Result<(Desk, Rc<Gateway>)> {
    let (desk, gateway) = behind_a_gateway(stage).await?;
    desk.browser.run_before_pages(NOTE_PHASES).await?;
    gateway.answers(answers);
    desk.open_page().await?;
    needs_a_sign_in(&desk).await?;
    Ok((desk, gateway))
}

/// The gateway takes nobody to be signed in any more, when the page was live.
async fn refused_while_live(stage: &Stage, answers: Answers) -> Result<(Desk, Rc<Gateway>)> {
    let (desk, gateway) = behind_a_gateway(stage).await?;
    desk.browser.run_before_pages(NOTE_PHASES).await?;
    desk.open_page().await?;
    desk.widget.see_in("Connection", "Live").await?;
    gateway.answers(answers);
    needs_a_sign_in(&desk).await?;
    Ok((desk, gateway))
}

async fn needs_a_sign_in(desk: &Desk) -> Result<()> {
    desk.widget.see_in("Connection", "Sign-in needed").await?;
    until("the phase sign-in-needed", async || {
        let phase = desk.browser.run("return phases.at(-1)", vec![]).await?;
        ensure!(phase == "sign-in-needed", "the page was told {phase}");
        Ok(())
    })
    .await
}

/// Somebody has signed in at the gateway, and says so.
async fn goes_on(desk: &Desk, gateway: &Gateway) -> Result<()> {
    // Before, because the page may find out by itself soon.
    desk.widget.see_settled("Try now").await?;
    gateway.answers(Answers::PassedOn);
    desk.widget.press_settled("Try now").await?;
    desk.widget.see_in("Connection", "Live").await?;
    desk.widget.pick(&desk.agent(0).name).await?;
    desk.widget.listen_in().await?;
    desk.monitors(&desk.agent(0).number).await
}

async fn a_401_with_a_page_before_the_page_opens(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_at_first(&stage, Answers::Unauthorized).await?;
    goes_on(&desk, &gateway).await
}

async fn a_401_with_a_page_while_live(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_while_live(&stage, Answers::Unauthorized).await?;
    goes_on(&desk, &gateway).await
}

async fn a_redirect_to_another_origin_before_the_page_opens(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_at_first(&stage, Answers::Redirect).await?;
    goes_on(&desk, &gateway).await?;
    nobody_visited_the_login_host(&gateway)
}

async fn a_redirect_to_another_origin_while_live(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_while_live(&stage, Answers::Redirect).await?;
    goes_on(&desk, &gateway).await?;
    nobody_visited_the_login_host(&gateway)
}

fn nobody_visited_the_login_host(gateway: &Gateway) -> Result<()> {
    let visits = gateway.login_visits();
    ensure!(visits == 0, "the login host was visited {visits} times");
    Ok(())
}

async fn a_question_for_the_password_before_the_page_opens(stage: Stage) -> Result<()> {
    let (desk, gateway) = behind_a_gateway(&stage).await?;
    gateway.answers(Answers::Challenge);
    desk.open_page().await?;
    asks_for_a_password(&desk).await?;
    asks_no_more(&gateway).await?;
    goes_on(&desk, &gateway).await
}

async fn a_question_for_the_password_while_live(stage: Stage) -> Result<()> {
    let (desk, gateway) = behind_a_gateway(&stage).await?;
    desk.open_page().await?;
    desk.widget.see_in("Connection", "Live").await?;
    gateway.answers(Answers::Challenge);
    asks_for_a_password(&desk).await?;
    asks_no_more(&gateway).await?;
    goes_on(&desk, &gateway).await
}

/// The browser's own dialog was shown, and cancelled.
async fn asks_for_a_password(desk: &Desk) -> Result<()> {
    let widget = &desk.widget;
    widget.see_in("Connection", "Sign-in needed").await?;
    widget
        .see_in("Connection", "The server asks for a password.")
        .await
}

/// Each request would bring up the browser's own dialog.
async fn asks_no_more(gateway: &Gateway) -> Result<()> {
    match tokio::time::timeout(QUIET, gateway.next_request()).await {
        Err(_) => Ok(()),
        Ok(asked) => bail!(
            "nobody touched anything, and {} {} was asked",
            asked.method,
            asked.path
        ),
    }
}

async fn a_login_page_before_the_page_opens(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_at_first(&stage, Answers::LoginPage).await?;
    goes_on(&desk, &gateway).await
}

async fn a_login_page_while_live(stage: Stage) -> Result<()> {
    let (desk, gateway) = refused_while_live(&stage, Answers::LoginPage).await?;
    goes_on(&desk, &gateway).await
}

async fn a_csrf_refusal_in_other_json_sends_the_request_once_more(stage: Stage) -> Result<()> {
    sends_once_more(&stage, Answers::CsrfAsJson).await
}

async fn a_csrf_refusal_in_a_page_sends_the_request_once_more(stage: Stage) -> Result<()> {
    sends_once_more(&stage, Answers::CsrfAsPage).await
}

async fn sends_once_more(stage: &Stage, answers: Answers) -> Result<()> {
    let (desk, gateway) = stage.set_up_behind_gateway(|_| {}).await?;
    gateway.answers(answers);
    desk.open_page().await?;
    let widget = &desk.widget;
    widget.see_in("Connection", "Live").await?;
    let agent = desk.agent(0);
    widget.pick(&agent.name).await?;

    desk.centre()
        .carry_out(&[Instruction::ChangeCsrfTokens {}])?;
    widget.listen_in().await?;

    let confirmed = format!("Confirmed: listening in to {}", Desk::title(&agent));
    widget.see_in("What happened", &confirmed).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desk.monitors(&agent.number).await?;
    let asked = gateway.asked();
    let operations = asked
        .iter()
        .filter(|asked| asked.method == Method::POST && asked.path.contains("/me/devices/"))
        .count();
    ensure!(operations == 2, "ListenIn was sent {operations} times");
    Ok(())
}
