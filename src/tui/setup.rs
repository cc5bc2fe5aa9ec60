//! What the composition root hands over.

use crate::theme::{Choice, DEFAULT};
use engine::Engine;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

/// The engine, or why there is none.
pub type Opened = Result<Engine, engine::Error>;
/// Reads the configuration and opens the engine. Called again for each retry, so that a mended config file counts.
pub type Open = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Opened> + Send>> + Send + Sync>;

/// How the dashboard gets its engine, and how it looks.
#[derive(Clone)]
pub struct Setup {
    /// Opens the engine; runs after the first frame.
    pub open: Open,
    /// All settings, for the settings screen. Called each time the screen is opened. No secrets.
    pub settings: crate::perform::Settings,
    /// How it looks.
    pub options: Options,
}

impl Setup {
    /// With this way to open the engine, and everything else as it is by default.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Opened> + Send + 'static,
    {
        Self { open: Arc::new(move || Box::pin(open())), settings: Arc::new(Vec::new), options: Options::default() }
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("options", &self.options).finish_non_exhaustive()
    }
}

/// How the dashboard looks and behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// `--color`, else the config's `color`.
    pub color: Choice,
    /// The theme's name.
    pub theme: String,
    /// Folder with the user's theme files (`*.toml`).
    pub themes: Option<PathBuf>,
    /// The user's key file.
    pub keys: Option<PathBuf>,
    /// The name of the profile, for the badge.
    pub environment: String,
    /// The mouse is ours at the start.
    pub mouse: bool,
    /// The terminal's title is set.
    pub title: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: Choice::Auto,
            theme: DEFAULT.to_owned(),
            themes: None,
            keys: None,
            environment: "dev".to_owned(),
            mouse: true,
            title: false,
        }
    }
}
