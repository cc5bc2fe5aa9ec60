//! Where the rows are: `sqlite:PATH` or `postgres://…`. Shown without the password, always.

use crate::{Result, StoreError};
use serde::Serialize;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where the rows are.
#[derive(Clone)]
pub enum StoreUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Box<ServerUrl>),
}

/// A server, the password included, which nothing prints.
#[derive(Clone)]
pub struct ServerUrl {
    pub(crate) options: PgConnectOptions,
    pub(crate) pooler: Option<Pooler>,
    place: String,
}

/// What stands between us and the server (apis C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Pooler {
    /// Gives a connection for one transaction only: no prepared statements, and each statement in a transaction.
    Transaction,
}

/// Our own parameters: they never reach the driver, which would log them as unknown.
const OURS: [&str; 2] = ["brightrun_pooler", "pgbouncer"];

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let path = path.split_once('?').map_or(path, |(path, _)| path);
            return match path {
                "" | ":memory:" => Err(wrong(text, "it names no file. Write sqlite:/path/to/brightrun.db")),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return server(text).map(|server| Self::Postgres(Box::new(server)));
        }
        // Nothing is repeated here: whatever it is, it may hold a password.
        Err(wrong(
            "",
            "it begins with neither sqlite: nor postgres://. Write sqlite:/path/to/file.db or postgres://user@host/database",
        ))
    }
}

fn wrong(url: &str, why: &str) -> StoreError {
    StoreError::WrongUrl { url: url.to_owned(), why: why.to_owned() }
}

fn server(text: &str) -> Result<ServerUrl> {
    let unreadable = || {
        wrong(
            "postgres://…",
            "it is no URL. Write postgres://user:password@host:5432/database, with @ : / # ? % in the password as %40 %3A %2F %23 %3F %25",
        )
    };
    let mut url = url::Url::parse(text).map_err(|_| unreadable())?;
    let wish =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let (asked, bouncer, tls) =
        (wish("brightrun_pooler"), wish("pgbouncer"), wish("sslmode").or_else(|| wish("ssl-mode")));
    let rest: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !OURS.contains(&key.as_ref()))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !rest.is_empty() {
        url.query_pairs_mut().extend_pairs(rest);
    }
    let mut options = PgConnectOptions::from_str(url.as_str()).map_err(|_| unreadable())?;
    let host = options.get_host().to_ascii_lowercase();
    let supabase = host.ends_with(".supabase.com") || host.ends_with(".supabase.co");
    if supabase && tls.is_none() {
        options = options.ssl_mode(PgSslMode::Require);
    }
    let place = place(&options);
    let transactional = options.get_port() == 6543 || bouncer.as_deref() == Some("true");
    let pooler = match asked.as_deref() {
        Some("transaction") => Some(Pooler::Transaction),
        Some("none" | "session") => None,
        Some(_) => return Err(wrong(&place, "brightrun_pooler is transaction, session or none")),
        None if transactional => return Err(wrong(&place, &advice(&host))),
        None => None,
    };
    if pooler.is_some() {
        // PgBouncer lets no client name this setting; values come in binary, so it changes nothing.
        options = options.statement_cache_capacity(0).extra_float_digits(None);
    }
    Ok(ServerUrl { options: options.application_name("brightrun"), pooler, place })
}

fn advice(host: &str) -> String {
    let instead = if host.ends_with(".pooler.supabase.com") {
        "Use the session pooler: the same URL with port 5432"
    } else {
        "Use the server's own port, usually 5432"
    };
    format!(
        "it leads through a transaction pooler, which mixes up prepared statements. {instead}, or add brightrun_pooler=transaction \
         to go through it slowly but safely"
    )
}

fn place(options: &PgConnectOptions) -> String {
    let host =
        options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    format!("postgres://{}@{host}:{}/{database}", options.get_username(), options.get_port())
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(server) => f.write_str(&server.place),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({})", self.place)
    }
}

impl ServerUrl {
    /// Where, without the password.
    pub fn place(&self) -> &str {
        &self.place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> ServerUrl {
        match text.parse::<StoreUrl>() {
            Ok(StoreUrl::Postgres(server)) => *server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_wanted_pooler_gets_no_prepared_statements() {
        let url =
            server("postgres://me:pw@aws-0-x.pooler.supabase.com:6543/postgres?brightrun_pooler=transaction");
        assert_eq!(url.pooler, Some(Pooler::Transaction));
    }

    #[test]
    fn supabase_is_spoken_to_in_cipher() {
        let plain = |url: ServerUrl| matches!(url.options.get_ssl_mode(), PgSslMode::Prefer);
        assert!(!plain(server("postgres://me@db.ref.supabase.co/postgres")));
        assert!(plain(server("postgres://me@localhost/postgres")));
    }

    #[test]
    fn the_place_has_no_password() {
        let url = server("postgres://me:s3cr%40t@host:5433/db?sslmode=disable");
        assert_eq!(
            format!("{} {url:?}", url.place()),
            "postgres://me@host:5433/db ServerUrl(postgres://me@host:5433/db)"
        );
    }

    #[test]
    fn files_are_named_in_three_ways() {
        for text in ["sqlite:/a/b.db", "sqlite:///a/b.db", "sqlite:///a/b.db?mode=rwc"] {
            assert_eq!(text.parse::<StoreUrl>().expect("a file").to_string(), "sqlite:/a/b.db");
        }
    }
}
