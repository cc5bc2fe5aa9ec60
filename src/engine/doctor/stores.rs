//! The database and the files.

use super::{Line, folders};
use crate::config::{Config, redacted};
use crate::engine::{credentials, store_url};
use crate::ids::Ids;
use crate::{Places, db};
use domain::ids::UserId;
use std::path::Path;
use std::time::Duration;
use store::StoreUrl;
use store::files::{Files, FilesUrl};

/// Longer than this nobody wants to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// What to do when something far away does not answer.
const REACH: &str = "Look at the address, the network and the server";

pub(super) async fn check(config: &Config, lines: &mut Vec<Line>) {
    // The profile has a line of its own; without it the places are known all the same.
    let mut without_profile = config.clone();
    without_profile.profile.consultant_profile.clear();
    let Ok(places) = without_profile.places() else { return };
    let known = database(config, &places, lines).await;
    user(config, known.as_deref(), lines);
    lines.push(files(&places, &known.unwrap_or_else(|| UserId::LOCAL.to_string())).await);
}

/// Answers whose rows the database shows.
async fn database(config: &Config, places: &Places, lines: &mut Vec<Line>) -> Option<String> {
    let url = config.database_url();
    if let Ok(StoreUrl::Sqlite(file)) = store_url(places)
        && !file.exists()
    {
        let folder = file.parent().unwrap_or(Path::new("."));
        let line = folders::writable("database", folder);
        lines.push(match line.state {
            super::State::Ok => {
                Line::ok("database", format!("{} is made at the first start", file.display()))
            }
            _ => line,
        });
        return None;
    }
    let shown = redacted(&url);
    let Ok(answer) = tokio::time::timeout(PATIENCE, db::status(places)).await else {
        let what = format!("{shown} does not answer within {} s", PATIENCE.as_secs());
        lines.push(Line::fail("database", what, REACH));
        return None;
    };
    match answer {
        Ok(status) => {
            lines.push(Line::ok("database", format!("{} {} at {}", status.kind, status.version, status.at)));
            lines.push(schema(&status));
            if !status.needs_attach {
                lines.extend(
                    status.hints.iter().map(|hint| Line::warn("database", hint.trim_end_matches('.'), "")),
                );
            }
            Some(status.user)
        }
        Err(error) => {
            let next = if error.next.is_empty() { REACH } else { &error.next };
            lines.push(Line::fail("database", format!("{shown}: {}", error.why), next));
            None
        }
    }
}

fn schema(status: &db::Status) -> Line {
    let still_empty = status.applied.is_empty() && !status.needs_attach;
    if !status.missing.is_empty() && !still_empty {
        let what = format!(
            "it lacks {}, so this is not the platform's schema as brightrun knows it",
            status.missing.join(", ")
        );
        Line::fail("schema", what, "Name another database, or ask who looks after this one")
    } else if status.needs_attach {
        let what = "the platform's tables are there, and brightrun's are missing beside them";
        Line::fail("schema", what, "Run `brightrun db attach`; it shows first what it would add")
    } else if status.pending.is_empty() {
        Line::ok("schema", "it is up to date")
    } else {
        let what = format!("it is old: {} missing", status.pending.join(", "));
        Line::fail("schema", what, "Run `brightrun db migrate`")
    }
}

fn user(config: &Config, known: Option<&str>, lines: &mut Vec<Line>) {
    let shared = !config.database_url().starts_with("sqlite:");
    match config.user() {
        Some(user) => lines.push(match known {
            Some(known) if known != user => Line::ok("user", format!("{user} is {known}")),
            _ => Line::ok("user", user),
        }),
        None if shared => lines.push(Line::warn(
            "user",
            "no user is set, so you see the rows of the local user only",
            "Set database.user to your e-mail address or UUID of the platform",
        )),
        None => {}
    }
}

async fn files(places: &Places, user: &str) -> Line {
    const AREA: &str = "files";
    let url = match FilesUrl::parse(&places.files) {
        Ok(url) => url,
        Err(error) => return Line::fail(AREA, error.sentence, error.hint),
    };
    if let FilesUrl::Folder(folder) = &url
        && !folder.exists()
    {
        return folders::writable(AREA, folder);
    }
    let files = match Files::open(&url, &credentials(places)) {
        Ok(files) => files,
        Err(error) => return Line::fail(AREA, error.sentence, error.hint),
    };
    let token = Ids::random().next().simple().to_string();
    match tokio::time::timeout(PATIENCE, files.check(user, &token)).await {
        Ok(Ok(())) => Line::ok(AREA, format!("{} at {}: written, read, deleted", files.kind(), files.at())),
        Ok(Err(error)) => Line::fail(AREA, error.sentence, error.hint),
        Err(_) => {
            let what = format!("{} does not answer within {} s", files.at(), PATIENCE.as_secs());
            Line::fail(AREA, what, REACH)
        }
    }
}
