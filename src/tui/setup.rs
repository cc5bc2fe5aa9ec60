//! What the composition root hands over.

use crate::keys::Keymap;
use crate::model::{Model, Session};
use crate::theme::{Choice, DEFAULT, Depth, Theme, Themes};
use engine::Engine;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

/// The engine, and how the dashboard looks by the same configuration: when that was mended meanwhile, the badge, the
/// keys and the colours must be the mended ones too.
#[derive(Debug)]
pub struct Opened {
    /// The verbs.
    pub engine: Engine,
    /// How the dashboard looks from now on.
    pub options: Options,
}

/// What was opened, or why nothing could be.
pub type OpenResult = Result<Opened, engine::Error>;
/// Reads the configuration and opens the engine. Called again for each retry, so that a mended config file counts.
pub type Open = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = OpenResult> + Send>> + Send + Sync>;

/// How the dashboard gets its engine, and how it looks.
#[derive(Clone)]
pub struct Setup {
    /// Opens the engine; runs after the first frame.
    pub open: Open,
    /// All settings, for the settings screen. Called each time the screen is opened. No secrets.
    pub settings: crate::perform::Settings,
    /// How it looks.
    pub options: Options,
    /// The monitor alone, over these runs and this axis: nothing is opened.
    pub watch: Option<(engine::watch::Watch, domain::series::Axis)>,
}

impl Setup {
    /// The monitor alone.
    pub fn watching(watch: engine::watch::Watch, axis: domain::series::Axis, options: Options) -> Self {
        let none =
            || async { Err(engine::Error::refused("Cannot open the store", "only files are watched")) };
        Self { options, watch: Some((watch, axis)), ..Self::new(none) }
    }

    /// With this way to open the engine, and everything else as it is by default.
    pub fn new<F>(open: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = OpenResult> + Send + 'static,
    {
        Self {
            open: Arc::new(move || Box::pin(open())),
            settings: Arc::new(Vec::new),
            options: Options::default(),
            watch: None,
        }
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Whether the terminal most likely lacks Braille: the console of Linux, and locales that are not UTF-8.
pub(crate) fn is_plain(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let poor = set("TERM").is_some_and(|term| matches!(term.as_str(), "linux" | "dumb" | "vt100" | "vt220"));
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    let utf = locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    poor || !utf
}

/// What the status bar says about an engine.
pub(crate) fn session_of(engine: &Engine) -> Session {
    let status = engine.status();
    Session {
        store: status.store,
        files: status.files,
        place: status.store_at,
        runner: engine.has_runner(),
        runpod: engine::runpod::at_first(engine),
        recovered: engine.recovered().iter().map(|recovered| recovered.sentence.clone()).collect(),
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
    /// The colour of the badge; `None` leaves it to the theme.
    pub badge: Option<engine::config::Badge>,
    /// No bar moves.
    pub still: bool,
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
            badge: None,
            still: false,
            mouse: true,
            title: false,
        }
    }
}

impl Options {
    /// Gives the model keys, badge and the rest of it; answers the themes, the one in use, and what is wrong with the
    /// user's files.
    pub(crate) fn put_on(&self, model: &mut Model) -> (Themes, Theme, Vec<String>) {
        let mut warnings = Vec::new();
        let themes = self.themes(&mut warnings);
        let (theme, more) = themes.resolve(&self.theme, self.depth());
        warnings.extend(more);
        model.keymap = self.keymap();
        warnings.extend(model.keymap.problems.iter().cloned());
        let shell = &mut model.shell;
        shell.mouse = self.mouse;
        shell.environment.clone_from(&self.environment);
        shell.badge = self.badge;
        shell.still = self.still;
        shell.theme.clone_from(&theme.name);
        shell.themes = themes.names().into_iter().map(str::to_owned).collect();
        (themes, theme, warnings)
    }

    /// The themes there are. What is wrong with the user's theme files becomes warnings.
    pub fn themes(&self, warnings: &mut Vec<String>) -> Themes {
        let mut themes = Themes::default();
        let folder =
            self.themes.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
        for path in folder.map(|entry| entry.path()) {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if let (Some("toml"), Some(stem)) = (path.extension().and_then(|end| end.to_str()), stem) {
                match std::fs::read_to_string(&path) {
                    Ok(text) => themes.add(stem, &text),
                    Err(error) => warnings.push(format!("{}: {error}", path.display())),
                }
            }
        }
        warnings.append(&mut themes.warnings);
        themes
    }

    /// The colours of this terminal: the flag, the config, then the environment decide.
    pub fn depth(&self) -> Depth {
        Depth::choose(self.color, |name| std::env::var(name).ok())
    }

    /// The key map, with the user's key file over it when there is one.
    pub fn keymap(&self) -> Keymap {
        let Some(path) = &self.keys else { return Keymap::defaults() };
        match std::fs::read_to_string(path) {
            Ok(text) => Keymap::with_user(&path.display().to_string(), &text),
            Err(error) if error.kind() == ErrorKind::NotFound => Keymap::defaults(),
            Err(error) => {
                let mut keymap = Keymap::defaults();
                keymap.problems.push(format!("{}: {error}", path.display()));
                keymap
            }
        }
    }
}
