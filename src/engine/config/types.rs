//! What can be set. Every key has a default; the doc comments below are the words of `config schema`.

use super::folders::Folders;
use super::runpod::Runpod;
use super::secret::{Address, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The settings of brightrun. Flags win over the environment, the environment over the file, the file over the defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the rows are kept.
    pub database: Database,
    /// Where conversations and training files are kept.
    pub files: Files,
    /// Who and where you are.
    pub profile: Profile,
    /// How the dashboard looks and behaves.
    pub ui: Ui,
    /// What is written into the head of a new training file.
    pub training_file: TrainingFile,
    /// The program that trains on this machine.
    pub worker: Worker,
    /// What training may cost, and how many runs go on at once.
    pub training: Training,
    /// Machines that are rented at RunPod.
    pub runpod: Runpod,
    /// The log file.
    pub log: Log,
    /// The folders on this machine.
    #[serde(skip)]
    pub folders: Folders,
}

/// Where the rows are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`. Empty: an SQLite file in the data folder.
    pub url: Address,
    /// E-mail address or UUID of the user whose rows you work with in a shared Postgres. Empty: the local user.
    pub user: String,
}

/// Where conversations and training files are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// A folder, `s3://BUCKET/PREFIX`, or `s3://` for the platform's own buckets. Empty: the folder `files` in the data folder.
    pub url: Address,
    /// How to reach S3; used when the url begins with `s3:`.
    pub s3: S3,
}

/// How to reach S3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct S3 {
    /// Address of the server. Empty: Amazon's own for the region.
    pub endpoint: Address,
    /// Region.
    pub region: String,
    /// Public half of the key pair.
    pub access_key_id: String,
    /// Secret half of the key pair. Better in the environment.
    pub secret_access_key: Secret,
    /// Token of a session (Supabase: the user's JWT). Better in the environment.
    pub session_token: Secret,
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: Address::default(),
            region: "us-east-1".to_owned(),
            access_key_id: String::new(),
            secret_access_key: Secret::default(),
            session_token: Secret::default(),
        }
    }
}

/// Who and where you are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Name on the environment badge, e.g. development, staging, production.
    pub environment: String,
    /// Colour of the badge.
    pub color: Badge,
    /// JSON file with the consultant profile of new training files. Empty: the one that comes with brightrun.
    pub consultant_profile: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self { environment: "development".to_owned(), color: Badge::Green, consultant_profile: String::new() }
    }
}

/// Colour of the environment badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Badge {
    /// Harmless.
    Green,
    /// Careful.
    Yellow,
    /// Live.
    Red,
    /// Neutral.
    Blue,
    /// Neutral.
    Magenta,
    /// Neutral.
    Cyan,
    /// Quiet.
    Gray,
}

/// How the dashboard looks and behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ui {
    /// Name of a theme: terminal, night, day, contrast, deuter, mono, or a file of yours in the folder `themes`.
    pub theme: String,
    /// Colours: auto asks the terminal and honours `NO_COLOR`.
    pub color: Color,
    /// Take part in mouse clicks and the wheel.
    pub mouse: bool,
    /// No spinner and no moving bar.
    pub reduced_motion: bool,
    /// File with your own keys. Empty: `keys.toml` beside the config file, when there is one.
    pub keys: String,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: "terminal".to_owned(),
            color: Color::Auto,
            mouse: true,
            reduced_motion: false,
            keys: String::new(),
        }
    }
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Color {
    /// What the terminal can do, none with `NO_COLOR` or in a pipe.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// None.
    #[serde(rename = "never")]
    Never,
    /// The sixteen of the terminal.
    #[serde(rename = "16")]
    Sixteen,
    /// The palette of 256.
    #[serde(rename = "256")]
    Palette,
    /// 24 bits.
    #[serde(rename = "true")]
    True,
}

/// What is written into the head of a new training file (formats 1.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingFile {
    /// Name of the model that the file is meant for.
    pub target_model: String,
}

impl Default for TrainingFile {
    fn default() -> Self {
        Self { target_model: "claude-sonnet-4-5".to_owned() }
    }
}

/// The program that trains on this machine (`worker/` in the source).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// Python with the worker's libraries. Empty: `.venv/bin/python` in the worker's folder, which `worker/setup.sh` makes.
    pub python: String,
    /// Folder that holds `brightrun_worker`. Empty: `worker` in the data folder, or beside the source that brightrun was built in.
    pub folder: String,
    /// Threads of the processor that a run may use; 0: as many as the library likes.
    #[schemars(range(min = 0, max = 1024))]
    pub threads: u32,
}

/// What training may cost, and how many runs go on at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    /// What an hour of this machine costs you in dollars, e.g. "0.35". Empty: nothing.
    pub usd_per_hour: String,
    /// Runs at once; further ones wait.
    #[schemars(range(min = 1, max = 10))]
    pub queue_limit: u32,
    /// Budget of a month in dollars; `budget_period` says which month.
    #[schemars(range(min = 50, max = 10_000))]
    pub monthly_budget: u32,
    /// Which month: the calendar's (UTC), or always the last thirty days.
    pub budget_period: BudgetPeriod,
    /// By how many percent of the budget runs may go over it where they are refused otherwise.
    #[schemars(range(max = 100))]
    pub budget_grace_percent: u8,
    /// Percents of the budget at which it is told, rising, e.g. "80,95,100". Empty: never.
    pub budget_levels: String,
    /// Refuse runs that may go over the budget; otherwise they have to be confirmed.
    pub block_over_budget: bool,
    /// The dashboard starts and follows the runs of this machine while it is open; `brightrun runner` does the same without it.
    pub runner: bool,
    /// The largest file that a dataset is made of, in MiB.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub largest_dataset: u32,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            usd_per_hour: String::new(),
            queue_limit: domain::job::QUEUE_LIMIT,
            monthly_budget: 500,
            budget_period: BudgetPeriod::CalendarMonth,
            budget_grace_percent: 0,
            budget_levels: "80,95,100".to_owned(),
            block_over_budget: false,
            runner: true,
            largest_dataset: 500,
        }
    }
}

/// Which month a budget is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BudgetPeriod {
    /// From the first of the month, UTC.
    #[default]
    #[serde(rename = "calendar_month")]
    CalendarMonth,
    /// The last thirty days.
    #[serde(rename = "rolling_30d")]
    Rolling30d,
}

impl From<BudgetPeriod> for domain::budget::PeriodKind {
    fn from(period: BudgetPeriod) -> Self {
        match period {
            BudgetPeriod::CalendarMonth => Self::CalendarMonth,
            BudgetPeriod::Rolling30d => Self::Rolling30d,
        }
    }
}

/// The log file: `logs/` in the data folder, one file per day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How much is written.
    pub level: Level,
    /// How many files are kept.
    #[schemars(range(min = 1, max = 365))]
    pub keep: u32,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: Level::Info, keep: 7 }
    }
}

/// How much is written into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    Off,
    /// Failures.
    Error,
    /// And what may become one.
    Warn,
    /// And what was done.
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}
