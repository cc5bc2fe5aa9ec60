//! The engine: everything the verbs stand on.

use crate::clock::Clock;
use crate::ids::Ids;
use crate::journal::Owner;
use crate::{Error, Places, Result, recovery};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use store::files::{Credentials, Files, FilesError, FilesUrl};
use store::{Db, OpenOptions, StoreError, StoreUrl};

/// What the last start found half-done, in one sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recovered {
    /// e.g. `Undid the training file “spring”, which was not finished.`
    pub sentence: String,
    /// It was finished (true) or undone (false).
    pub finished: bool,
}

/// What the status bar says about the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusLine {
    /// `SQLite` or `Postgres`.
    pub store: String,
    /// Where, without a password.
    pub store_at: String,
    /// `folder` or `S3`.
    pub files: String,
    /// Where.
    pub files_at: String,
}

/// So long the files may take to answer the question whether they are there.
const REACH: Duration = Duration::from_secs(20);

pub(crate) struct Inner {
    pub db: Db,
    pub files: Files,
    /// The network volume, where one is set up.
    pub volume: Option<Files>,
    /// The client of RunPod: `None` without a key; the reason where one cannot be made.
    pub runpod: std::result::Result<Option<remote::runpod::RunPod>, remote::RemoteError>,
    /// Whether RunPod's prices were read; they lie in a file.
    pub prices_read: crate::runpod::Heard<()>,
    /// The GPUs of the endpoint, as they were told last.
    pub pools: crate::runpod::Heard<crate::runpod::Pools>,
    /// When orders are looked for that machines have left in the account.
    pub orders: crate::runpod::Orders,
    pub clock: Clock,
    pub ids: Ids,
    pub owner: Owner,
    pub places: Places,
    db_at: String,
    recovered: Vec<Recovered>,
}

/// Everything the verbs stand on; cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

impl Engine {
    /// A store that is not open after this time is worth a word.
    pub const OPENS_WITHIN: Duration = Duration::from_secs(3);
    /// The word.
    pub const STILL_OPENING: &str = "Still opening the store. The server is slow, or many rows of an older version or of another program \
                                     are taken up first: about half a minute for a million.";

    /// Opens both stores and finishes or undoes what a crash left behind. `at` stops the clock (`--at`).
    pub async fn open(places: &Places, at: Option<DateTime<Utc>>) -> Result<Self> {
        Self::open_with(places, Clock::new(at)).await
    }
    /// The same with any clock.
    pub async fn open_with(places: &Places, clock: Clock) -> Result<Self> {
        let files = open_files(places)?;
        let volume = crate::runpod::open_volume(places)?;
        let url = store_url(places)?;
        let db_at = url.to_string();
        let db = open_db(places, &url, OpenOptions::default()).await?;
        let ids = Ids::random();
        let owner = Owner::new(&places.data_dir, ids.next())?;
        let mut inner = Inner {
            db,
            files,
            volume,
            runpod: crate::runpod::open(places, &clock),
            prices_read: crate::runpod::Heard::default(),
            pools: crate::runpod::Heard::default(),
            orders: crate::runpod::Orders::default(),
            clock,
            ids,
            owner,
            places: places.clone(),
            db_at,
            recovered: Vec::new(),
        };
        inner.recovered = recovery::run(&inner).await;
        Ok(Self(Arc::new(inner)))
    }
    /// What [`Engine::open`] finished or undid.
    pub fn recovered(&self) -> &[Recovered] {
        &self.0.recovered
    }
    /// Where the stores are, for the status bar.
    pub fn status(&self) -> StatusLine {
        StatusLine {
            store: self.0.db.kind().to_string(),
            store_at: self.0.db_at.clone(),
            files: self.0.files.kind().to_owned(),
            files_at: self.0.files.at().to_owned(),
        }
    }
    /// Whether the files can be reached: one small question that writes nothing, for a status line. `Ok` says nothing
    /// about the right to write; `brightrun doctor` tries that.
    pub async fn reach_files(&self) -> Result<()> {
        const WHAT: &str = "Cannot reach the files";
        let key = format!("{}/reach", store::files::CONVERSATIONS);
        if let Some(folder) =
            self.files().local_path(&key).as_deref().and_then(|path| path.ancestors().nth(2))
            && !folder.is_dir()
        {
            let why = format!("{} is not there", folder.display());
            return Err(Error::failed(WHAT, why).next("Look at files.url, or mount the folder"));
        }
        let asked = tokio::time::timeout(REACH, self.files().head(&key)).await;
        let asked = asked.map_err(|_| {
            let why = format!("{} does not answer within {} s", self.0.files.at(), REACH.as_secs());
            Error::failed(WHAT, why).next("Look at the address, the network and the server")
        })?;
        asked.map(|_| ()).map_err(from_files(WHAT))
    }
    /// The dashboard starts and follows runs, by the configuration.
    pub fn has_runner(&self) -> bool {
        self.0.places.training.runner
    }
    /// The time that is written.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }
    /// Lets go of the database; waits for its last statement.
    pub async fn close(&self) {
        self.0.db.close().await;
    }
    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({:?})", self.status())
    }
}

/// The database's address.
pub(crate) fn store_url(places: &Places) -> Result<StoreUrl> {
    places.db.expose_secret().parse().map_err(|e: StoreError| {
        Error::usage("Cannot open the database", e.to_string()).next("Set it with --db or DATABASE_URL")
    })
}

/// Opens the database.
pub(crate) async fn open_db(places: &Places, url: &StoreUrl, options: OpenOptions) -> Result<Db> {
    let options = OpenOptions { user: places.user.clone(), ..options };
    Db::open(url, options).await.map_err(from_db("Cannot open the database"))
}

/// What an S3 server is to be told.
pub(crate) fn credentials(places: &Places) -> Credentials {
    Credentials {
        endpoint: places.endpoint.clone(),
        region: places.region.clone(),
        access_key: places.access_key.clone(),
        secret_key: places.secret_key.clone(),
        session_token: places.session_token.clone(),
    }
}

/// Opens the file store.
pub(crate) fn open_files(places: &Places) -> Result<Files> {
    let credentials = credentials(places);
    let open = |text: &str| Files::open(&FilesUrl::parse(text)?, &credentials);
    open(&places.files).map_err(from_files("Cannot open the file store"))
}

/// The store's reasons are whole sentences with what to do next.
pub(crate) fn from_db(what: &'static str) -> impl Fn(StoreError) -> Error {
    move |e| match e {
        StoreError::NotFound { .. } => Error::not_found(what, e.to_string()),
        StoreError::Conflict { .. } | StoreError::NotAttached => Error::refused(what, e.to_string()),
        e => Error::failed(what, e.to_string()),
    }
}

/// The same for objects.
pub(crate) fn from_files(what: &'static str) -> impl Fn(FilesError) -> Error {
    move |e| Error::failed(what, e.sentence.clone()).next(e.hint)
}
