//! What every verb is given.

use crate::args::Globals;
use crate::meter::Meter;
use crate::out::{Out, Stop};
use chrono::{DateTime, Utc};
use clap::Args;
use engine::config::{Config, ConfigError, Loaded, Sources};
use engine::doctor::Line;
use engine::{CancellationToken, Engine, Error, Places, Progress};

/// Tries out what only the dashboard uses, its theme and its keys. The command line cannot name the dashboard, so the binary hands this over.
pub type Looks = fn(&Config) -> Vec<Line>;

/// What every verb is given.
pub(crate) struct Context {
    pub globals: Globals,
    pub sources: Sources,
    pub settings: Result<Loaded, ConfigError>,
    pub out: Out,
    pub meter: Meter,
    pub cancel: CancellationToken,
    pub looks: Looks,
}

/// The time that is written.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct At {
    /// Write this time instead of now (RFC 3339), for reproducible output
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    pub at: Option<DateTime<Utc>>,
}

pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|error| format!("{error}; write e.g. 2025-12-02T23:36:17.571Z"))
}

impl At {
    /// This time, or now.
    pub fn or_now(self) -> DateTime<Utc> {
        engine::clock::Clock::new(self.at).now()
    }
}

impl Context {
    /// Results are printed as JSON.
    pub fn json(&self) -> bool {
        self.globals.json
    }

    /// The settings, or what is wrong with them.
    pub fn loaded(&self) -> Result<&Loaded, Stop> {
        self.settings.as_ref().map_err(|error| Stop::from(error.clone()))
    }

    /// Where things lie.
    pub fn places(&self) -> Result<Places, Stop> {
        Ok(self.loaded()?.config.places()?)
    }

    /// The engine on the configured store. What it had to clean up is said on stderr, and that it takes long, when it does.
    pub async fn engine(&self, at: Option<DateTime<Utc>>) -> Result<Engine, Stop> {
        let places = self.places()?;
        let mut opening = std::pin::pin!(Engine::open(&places, at));
        let engine = match tokio::time::timeout(Engine::OPENS_WITHIN, &mut opening).await {
            Ok(opened) => opened?,
            Err(_) => {
                crate::note(Engine::STILL_OPENING);
                opening.await?
            }
        };
        for recovered in engine.recovered() {
            crate::note(&recovered.sentence);
        }
        Ok(engine)
    }

    /// Where a long verb tells its steps.
    pub fn progress(&self) -> Progress {
        self.meter.progress()
    }

    /// Runs something that blocks, where it may; ctrl-c is heard meanwhile.
    pub async fn blocking<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(Progress, CancellationToken) -> engine::Result<T> + Send + 'static,
    ) -> Result<T, Stop> {
        let (progress, cancel) = (self.progress(), self.cancel.clone());
        let done = tokio::task::spawn_blocking(move || work(progress, cancel)).await;
        self.meter.wipe();
        match done {
            Ok(done) => Ok(done?),
            // A panic has been reported by the hook already.
            Err(_) => Err(Error::failed(what, "it broke down inside")
                .next("This is a mistake in brightrun: please report it with the text above")
                .into()),
        }
    }
}
