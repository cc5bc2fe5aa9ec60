//! Where things lie, as the configuration resolved it.

use domain::budget::Budget;
use domain::money::PerHour;
use secrecy::SecretString;
use std::path::PathBuf;

/// Everything that is needed to open an engine: the configuration with defaults, environment and arguments laid over it.
#[derive(Debug, Clone)]
pub struct Places {
    /// `sqlite:PATH` or `postgres://…`; may hold a password.
    pub db: SecretString,
    /// A folder, `file:///…`, `s3://bucket/prefix` (everything in one bucket) or `s3://` (the platform's bucket names).
    pub files: String,
    /// For S3: where, when it is not Amazon.
    pub endpoint: Option<String>,
    /// For S3.
    pub region: Option<String>,
    /// For S3: access key.
    pub access_key: Option<SecretString>,
    /// For S3: secret key.
    pub secret_key: Option<SecretString>,
    /// For S3: session token, e.g. a Supabase user's JWT (apis C3).
    pub session_token: Option<SecretString>,
    /// Whose rows these are, as key or e-mail address; `None`: the one local user.
    pub user: Option<String>,
    /// `target_model` of new training files (formats 1.2).
    pub target_model: String,
    /// `consultant_profile` of new training files, as JSON text; its key order is kept.
    pub profile: String,
    /// Where unfinished work may lie for a moment.
    pub data_dir: PathBuf,
    /// How training goes on here.
    pub training: TrainingPlaces,
}

/// How training goes on here.
#[derive(Debug, Clone, Default)]
pub struct TrainingPlaces {
    /// Python with the worker's libraries; `None`: the one in the worker's folder.
    pub python: Option<PathBuf>,
    /// Folder that holds `brightrun_worker`; `None`: looked for.
    pub worker: Option<PathBuf>,
    /// Threads of the processor; `None`: as many as the library likes.
    pub threads: Option<u32>,
    /// What an hour of this machine costs; `None`: nothing.
    pub usd_per_hour: Option<PerHour>,
    /// Runs at once; 0 counts as 1.
    pub queue_limit: u32,
    /// The dashboard starts and follows runs.
    pub runner: bool,
    /// The budget of a month.
    pub budget: Budget,
    /// Folder in which the user's base models, presets and prices lie.
    pub catalog: PathBuf,
}
