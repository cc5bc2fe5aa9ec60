//! Handing the settings over to the dashboard.

use cli::Invocation;
use domain::series::Axis;
use engine::config::{self, Color, Config, ConfigError, Loaded};
use engine::{Engine, Error};
use std::process::ExitCode;
use tui::model::settings::Setting;
use tui::theme::{Choice, Depth};
use tui::{Opened, Options, Setup};

/// Opens the dashboard; wrong settings are a screen there, which can be tried again once they are mended.
pub async fn run(invocation: &Invocation, settings: Result<Loaded, ConfigError>) -> ExitCode {
    let sources = invocation.sources();
    let reread = sources.clone();
    let mut setup = Setup::new(move || {
        let settings = config::load(&sources);
        async move { open(settings).await }
    });
    setup.settings = std::sync::Arc::new(move || lines(&config::load(&reread)));
    setup.options = settings.map_or_else(|_| Options::default(), |loaded| options(&loaded.config));
    match tui::run(setup).await {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            cli::note(format!(
                "The dashboard cannot use this terminal: {error}. `brightrun doctor` looks at it."
            ));
            ExitCode::FAILURE
        }
    }
}

/// Opens the monitor over these runs. No store is opened, and settings that are wrong do not matter.
pub async fn watch(
    request: &engine::watch::Request,
    axis: Axis,
    settings: Result<Loaded, ConfigError>,
) -> ExitCode {
    let watch = match engine::watch::Watch::open(request) {
        Ok(watch) => watch,
        Err(error) => {
            cli::report(&error, false);
            return ExitCode::from(error.exit_code());
        }
    };
    let options = settings.map_or_else(|_| Options::default(), |loaded| options(&loaded.config));
    match tui::run(Setup::watching(watch, axis, options)).await {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            cli::note(format!(
                "The monitor cannot use this terminal: {error}. Add --json to read on without it."
            ));
            ExitCode::FAILURE
        }
    }
}

async fn open(settings: Result<Loaded, ConfigError>) -> Result<Opened, Error> {
    let config = settings?.config;
    let engine = Engine::open(&config.places()?, None).await?;
    Ok(Opened { engine, options: options(&config) })
}

/// How the dashboard looks with these settings.
pub fn options(config: &Config) -> Options {
    Options {
        color: match config.ui.color {
            Color::Auto => Choice::Auto,
            Color::Never => Choice::Always(Depth::None),
            Color::Sixteen => Choice::Always(Depth::Ansi16),
            Color::Palette => Choice::Always(Depth::Ansi256),
            Color::True => Choice::Always(Depth::True),
        },
        theme: config.ui.theme.clone(),
        themes: Some(config.folders.themes()),
        keys: Some(config.keys_file()).filter(|file| file.exists() || !config.ui.keys.is_empty()),
        environment: config.profile.environment.clone(),
        badge: Some(config.profile.color),
        still: config.ui.reduced_motion,
        mouse: config.ui.mouse,
        ..Options::default()
    }
}

/// Every setting with its origin, for the settings screen; without its secrets.
fn lines(settings: &Result<Loaded, ConfigError>) -> Vec<Setting> {
    let Ok(loaded) = settings else { return Vec::new() };
    let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let shown = config::show(loaded).values.into_iter();
    shown.map(|shown| Setting { key: shown.key, value: text(shown.value), source: shown.from }).collect()
}
