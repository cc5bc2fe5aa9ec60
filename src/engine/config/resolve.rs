//! What a setting means once the empty ones are filled in, and which values cannot be right.

use super::load::Origin;
use super::problem::{ConfigError, Problem};
use super::types::Config;
use crate::places::TrainingPlaces;
use crate::{Error, Places, Result};
use domain::budget::Budget;
use domain::money::{PerHour, Usd};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Our own consultant profile, used when none is configured.
use crate::examples::CONSULTANT_PROFILE as DEFAULT_PROFILE;

impl Config {
    /// What an engine is opened with: empty values filled in, the consultant profile read.
    pub fn places(&self) -> Result<Places> {
        let set = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let secret = |text: Option<&str>| text.map(SecretString::from);
        let s3 = &self.files.s3;
        Ok(Places {
            db: SecretString::from(self.database_url()),
            files: self.files_url(),
            endpoint: set(s3.endpoint.expose()),
            region: set(&s3.region),
            access_key: secret(set(&s3.access_key_id).as_deref()),
            secret_key: secret(s3.secret_access_key.expose()),
            session_token: secret(s3.session_token.expose()),
            user: self.user().map(str::to_owned),
            target_model: self.training_file.target_model.clone(),
            profile: self.profile()?,
            data_dir: self.folders.data_dir.clone(),
            training: self.training_places(),
            runpod: self.runpod_places(),
        })
    }

    fn training_places(&self) -> TrainingPlaces {
        let path = |text: &str| (!text.is_empty()).then(|| PathBuf::from(text));
        TrainingPlaces {
            python: path(&self.worker.python),
            worker: path(&self.worker.folder),
            threads: (self.worker.threads > 0).then_some(self.worker.threads),
            // `verify` has refused what is no amount.
            usd_per_hour: self.training.usd_per_hour.parse().ok().map(PerHour),
            queue_limit: self.training.queue_limit,
            budget: Budget {
                limit: Usd::dollars(i64::from(self.training.monthly_budget)),
                period: self.training.budget_period.into(),
                block: self.training.block_over_budget,
                grace_percent: self.training.budget_grace_percent,
                // `verify` has refused what is no list of numbers.
                levels: levels(&self.training.budget_levels).unwrap_or_default(),
            },
            runner: self.training.runner,
            largest_dataset: Some(u64::from(self.training.largest_dataset) << 20),
            catalog: self.folders.beside_config(""),
        }
    }

    /// The database's address with its password: what was set, else the SQLite file in the data folder.
    pub fn database_url(&self) -> String {
        match self.database.url.expose() {
            "" => format!("sqlite:{}", self.folders.database().display()),
            url => url.to_owned(),
        }
    }

    /// The files' address: what was set, else the folder in the data folder. May carry a secret.
    pub fn files_url(&self) -> String {
        match self.files.url.expose() {
            "" => self.folders.files().display().to_string(),
            url => url.to_owned(),
        }
    }

    /// Whose rows, as key or e-mail address; `None` when nothing is set.
    pub fn user(&self) -> Option<&str> {
        let user = self.database.user.trim();
        (!user.is_empty()).then_some(user)
    }

    /// The consultant profile of new training files, as JSON text.
    pub fn profile(&self) -> Result<String> {
        let path = Path::new(&self.profile.consultant_profile);
        if path.as_os_str().is_empty() {
            return Ok(DEFAULT_PROFILE.trim_end().to_owned());
        }
        let wrong = |why: String| {
            Error::failed("Cannot read the consultant profile", why).on(path.display()).next(
                "Correct profile.consultant_profile in the config; it names a file with one JSON object",
            )
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) if value.is_object() => Ok(text.trim().to_owned()),
            Ok(_) => Err(wrong("it is no JSON object".to_owned())),
            Err(error) => Err(wrong(format!("it is no JSON: {error}"))),
        }
    }

    /// The file with the user's keys, whether it exists or not.
    pub fn keys_file(&self) -> PathBuf {
        match self.ui.keys.as_str() {
            "" => self.folders.keys(),
            path => PathBuf::from(path),
        }
    }

    /// Refuses what no store could be opened with.
    pub(super) fn verify(&self, origins: &BTreeMap<String, Origin>) -> std::result::Result<(), ConfigError> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, why: String, next: &str| {
            let place = match origins.get(key) {
                Some(Origin::File) | None => self.folders.config_file.display().to_string(),
                Some(Origin::Environment(name)) => format!("the variable {name}"),
                Some(Origin::Flag(name)) => name.clone(),
                Some(Origin::Default) => "the default".to_owned(),
            };
            problems.push(Problem { place, why: format!("`{key}` {why}"), next: next.to_owned() });
        };
        let known = ["sqlite:", "postgres://", "postgresql://"];
        let url = self.database.url.expose();
        if !url.is_empty() && !known.iter().any(|scheme| url.starts_with(scheme)) {
            let why = "names no database that brightrun knows".to_owned();
            wrong("database.url", why, "Write sqlite:PATH or postgres://USER@HOST/NAME");
        }
        if let Some((scheme, _)) = self.files.url.expose().split_once("://")
            && !["s3", "file"].contains(&scheme)
        {
            let why = "names no place that brightrun knows".to_owned();
            wrong(
                "files.url",
                why,
                "Write a folder, s3://BUCKET/PREFIX, or s3:// for the platform's own buckets",
            );
        }
        let runpod = &self.runpod;
        for (key, address) in [
            ("files.url", &self.files.url),
            ("files.s3.endpoint", &self.files.s3.endpoint),
            ("runpod.jobs_url", &runpod.jobs_url),
            ("runpod.rest_url", &runpod.rest_url),
            ("runpod.graphql_url", &runpod.graphql_url),
            ("runpod.volume_url", &runpod.volume_url),
        ] {
            if address.has_secret() {
                let next = if key.starts_with("runpod") {
                    "Take the key out, and set RUNPOD_API_KEY"
                } else {
                    "Take the key out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                };
                wrong(key, "carries a key, and addresses are shown".to_owned(), next);
            }
        }
        if let Some(user) = self.user().filter(|user| !is_user(user)) {
            let why = format!("cannot be \"{user}\"");
            wrong(
                "database.user",
                why,
                "Write an e-mail address, or the UUID as in the column user_id of the database",
            );
        }
        let rate = self.training.usd_per_hour.as_str();
        if !rate.is_empty() && !rate.parse::<Usd>().is_ok_and(|rate| rate >= Usd::ZERO) {
            let why = format!("cannot be \"{rate}\"");
            wrong("training.usd_per_hour", why, "Write an amount of dollars such as \"0.35\", or nothing");
        }
        let list = self.training.budget_levels.as_str();
        let fault = match levels(list) {
            Some(levels) => Budget { levels, ..Budget::default() }.faults().into_iter().next(),
            None => Some(format!("\"{list}\" is no list of whole numbers")),
        };
        if let Some(fault) = fault {
            let next = "Write percents that rise, such as \"80,95,100\", or nothing";
            wrong("training.budget_levels", format!("cannot be so: {fault}"), next);
        }
        if problems.is_empty() { Ok(()) } else { Err(ConfigError { problems }) }
    }
}

/// Percents with commas between them; `None`: it is no such list.
fn levels(list: &str) -> Option<Vec<u16>> {
    let parts = list.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

/// A UUID or an e-mail address.
fn is_user(text: &str) -> bool {
    let address = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    Uuid::parse_str(text).is_ok() || (address && !text.contains(char::is_whitespace))
}
