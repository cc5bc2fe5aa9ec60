//! What can go wrong with the rows, each in one sentence and what to do next. No text here ever holds a password.

/// Short for a result of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Nobody answers, or the answer took too long.
    #[error(
        "the database{} does not answer: {why}. Check that it runs and that this machine may reach it",
        spaced(where_)
    )]
    Unreachable {
        /// Where, without the password.
        where_: String,
        /// What the network or the server said.
        why: String,
    },
    /// The server turned user or password down.
    #[error(
        "the database{} refused the user or the password. Check both in the database URL",
        spaced(where_)
    )]
    Refused {
        /// Where, without the password.
        where_: String,
    },
    /// The database URL cannot be used.
    #[error("the database URL {url} cannot be used: {why}")]
    WrongUrl {
        /// The URL, without the password.
        url: String,
        /// What is wrong with it, and what to write instead.
        why: String,
    },
    /// Another program holds the database.
    #[error("the database is locked by another program. Wait until it is done, or end it, then try again")]
    Locked,
    /// No space left.
    #[error("the disk of the database is full, so nothing was changed. Free some space, then try again")]
    Full,
    /// Writing is not allowed.
    #[error("{what} cannot be written. Allow writing there, or choose another place with --db or --data-dir")]
    ReadOnly {
        /// Which database or folder.
        what: String,
    },
    /// The server does not let this database user do it.
    #[error(
        "the database{} does not allow that ({why}). Ask its owner for the right, or connect as another database user",
        spaced(where_)
    )]
    Denied {
        /// Where, without the password.
        where_: String,
        /// What the server said.
        why: String,
    },
    /// Somebody else was faster, or a name is taken. Nothing was changed.
    #[error("{what}")]
    Conflict {
        /// What is in conflict, and what to do.
        what: String,
    },
    /// There is no such thing (for this user).
    #[error("there is no {what}")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// What is stored makes no sense.
    #[error(
        "the database is damaged: {what}. Restore a backup, or move the file away to start with an empty one"
    )]
    Corrupt {
        /// What is wrong.
        what: String,
    },
    /// These are the platform's tables, and ours are not beside them yet.
    #[error(
        "this is the platform's database and brightrun has not added its tables yet, so it can only be read. \
         Run `brightrun db attach` to see what it would add"
    )]
    NotAttached,
    /// The database is another one than this program expects.
    #[error("{hint}")]
    Schema {
        /// What is missing or too new, and what to do.
        hint: String,
    },
    /// Anything else.
    #[error("the database reported: {0}")]
    Other(String),
}

impl StoreError {
    /// Trying again later may help without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Locked)
    }

    pub(crate) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }

    pub(crate) fn schema(hint: impl Into<String>) -> Self {
        Self::Schema { hint: hint.into() }
    }

    /// Puts the place into an error that was made where the place was not known.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Unreachable { why, .. } => Self::Unreachable { where_: place.to_owned(), why },
            Self::Refused { .. } => Self::Refused { where_: place.to_owned() },
            Self::Denied { why, .. } => Self::Denied { where_: place.to_owned(), why },
            Self::ReadOnly { .. } => Self::ReadOnly { what: place.to_owned() },
            other => other,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match error {
            E::Database(error) => database(error.as_ref()),
            E::Io(error) => unreachable(&error),
            E::Tls(error) => unreachable(&error),
            E::PoolTimedOut => unreachable(&"no connection became free in time"),
            E::PoolClosed | E::WorkerCrashed => unreachable(&"the connection is closed"),
            E::Configuration(error) => Self::WrongUrl { url: String::new(), why: error.to_string() },
            E::RowNotFound => Self::NotFound { what: "such row".to_owned() },
            E::ColumnDecode { index, source } => {
                Self::Corrupt { what: format!("column {index} holds something unexpected ({source})") }
            }
            other => Self::Other(other.to_string()),
        }
    }
}

/// Inside a transaction the place is not known.
fn spaced(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" {place}") }
}

fn unreachable(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unreachable { where_: String::new(), why: why.to_string() }
}

fn database(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    let message = error.message().to_owned();
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        return postgres(error.code(), message);
    }
    let code: i32 = error.code().and_then(|code| code.parse().ok()).unwrap_or(0);
    // The low byte is the primary result code of SQLite.
    match code & 0xff {
        5 | 6 => StoreError::Locked,
        8 | 14 => StoreError::ReadOnly { what: "the database".to_owned() },
        11 => StoreError::Corrupt { what: message },
        13 => StoreError::Full,
        26 => StoreError::schema(
            "the file is no SQLite database. Name another file with --db, or move this one away",
        ),
        _ => StoreError::Other(message),
    }
}

/// SQLSTATE classes as PostgreSQL documents them (appendix A).
fn postgres(code: &str, message: String) -> StoreError {
    match code {
        "28000" | "28P01" => StoreError::Refused { where_: String::new() },
        "3D000" => {
            StoreError::schema(format!("{message}. Create the database, or name another one with --db"))
        }
        "25006" => StoreError::ReadOnly { what: format!("the database ({message})") },
        "42501" => StoreError::Denied { where_: String::new(), why: message },
        "53100" => StoreError::Full,
        // Two writers in each other's way: the server gave up this one, and it can be done again.
        "55P03" | "40001" | "40P01" => StoreError::Locked,
        "53300" | "57P01" | "57P02" | "57P03" => unreachable(&message),
        "XX001" | "XX002" => StoreError::Corrupt { what: message },
        "42P01" | "42703" => {
            StoreError::schema(format!("{message}. Run `brightrun db status` to see what is missing"))
        }
        _ => StoreError::Other(message),
    }
}
