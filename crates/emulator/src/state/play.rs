//! Plays scripts.

use super::Core;
use crate::log::{Entry, Kind};
use crate::span::Span;
use crate::steer::script::{
    Condition, Facts, Is, Player, Progress, Script, ScriptError, ScriptStatus,
};
use crate::world::{LegState, World};

impl Core {
    /// Begins to play a script. If it has its own contact centre, the server restarts with that.
    pub(crate) fn play(&mut self, script: Script) -> Result<(), ScriptError> {
        match &script.centre {
            Some(options) => {
                let mut config = self.config.clone();
                options.apply_to(&mut config);
                script.check_people(&World::new(config.world()))?;
                self.restart(Some(config), Span::ZERO);
            }
            None => script.check_people(&self.world)?,
        }
        self.script = Some(Player::new(script, self.time));
        self.log_progress();
        Ok(())
    }

    /// Stops the script.
    pub(crate) fn stop_script(&mut self) {
        if let Some(script) = &mut self.script {
            script.stop();
            self.log_progress();
        }
    }

    /// The script that is being played, or was played last.
    pub(crate) fn script(&self) -> Option<ScriptStatus> {
        self.script.as_ref().map(Player::status)
    }

    fn log_progress(&self) {
        if let Some(script) = self.script() {
            let ScriptStatus {
                name,
                steps,
                done,
                progress,
            } = &script;
            tracing::info!(script = name, steps, done, ?progress, "playing");
            let progress = match progress {
                Progress::Failed { line, why } => format!("line {line}: {why}"),
                Progress::Playing {} => "playing".to_owned(),
                Progress::Waiting { .. } => "waiting".to_owned(),
                Progress::Finished {} => "finished".to_owned(),
                Progress::Stopped {} => "stopped".to_owned(),
            };
            let text = format!("script {name}, {done} of {steps} steps: {progress}");
            self.log.write(Entry::new(Kind::Script, &text));
        }
    }

    /// Carries out the due steps of the script. Returns whether there was any.
    pub(crate) fn play_due_steps(&mut self) -> bool {
        let Some(mut script) = self.script.take_if(|script| !script.is_over()) else {
            return false;
        };
        let before = script.status();
        let mut has_played = false;
        while let Some(instruction) = script.due(self.time, &*self) {
            has_played = true;
            match self.carry_out(&[instruction]) {
                Ok(()) => script.done(self.time),
                Err(refused) => script.failed(refused.to_string()),
            }
        }
        let has_progressed = script.status() != before;
        self.script = Some(script);
        if has_progressed {
            self.log_progress();
        }
        has_played
    }
}

impl Facts for Core {
    fn holds(&self, condition: &Condition) -> bool {
        let Ok(person) = self.world.person_with_number(&condition.who) else {
            return false;
        };
        let leg = self.world.leg_state(person);
        let monitors = || self.world.monitoring(&condition.who).is_some();
        match condition.is {
            Is::Monitoring => monitors(),
            Is::NotMonitoring => !monitors(),
            Is::Ringing => leg == Some(LegState::Ringing),
            Is::Established => leg == Some(LegState::Established),
            Is::Free => leg.is_none(),
            Is::Connected => {
                let owner = self.world.user_id(person).as_str();
                self.notifications.is_connected(owner)
            }
        }
    }
}
