//! Which store and which path a key means.

use super::{CONVERSATIONS, DATASETS, FilesError};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Where objects lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesUrl {
    /// Folders below this one, one per bucket.
    Folder(PathBuf),
    /// One S3 bucket for everything, below a prefix (may be empty).
    Bucket {
        /// Its name.
        bucket: String,
        /// Without slashes at its ends.
        prefix: String,
    },
    /// The platform's own buckets, each under its name (formats 6).
    Buckets,
}

impl FilesUrl {
    /// Understands a folder, `file:///…`, `s3://BUCKET/PREFIX` and `s3://`.
    pub fn parse(text: &str) -> Result<Self, FilesError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("s3:") {
            let rest = rest.trim_matches('/');
            return Ok(match rest.split_once('/') {
                _ if rest.is_empty() => Self::Buckets,
                None => Self::Bucket { bucket: rest.to_owned(), prefix: String::new() },
                Some((bucket, prefix)) => {
                    Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() }
                }
            });
        }
        let path = text.strip_prefix("file:").map_or(text, |p| p.strip_prefix("//").unwrap_or(p));
        let scheme = path.split_once("://").map(|(scheme, _)| scheme);
        if path.is_empty() || scheme.is_some() {
            return Err(FilesError::wrong(
                &format!("`{}`", scheme.unwrap_or(path)),
                "is no place for files",
                "Use a folder or s3://BUCKET/PREFIX",
            ));
        }
        Ok(Self::Folder(PathBuf::from(path)))
    }
}

/// How to get into S3. Unused for a folder.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// `https://…` when it is not Amazon; `http://` only makes sense on this machine.
    pub endpoint: Option<String>,
    /// Default `us-east-1`.
    pub region: Option<String>,
    /// Access key; without one, requests are not signed.
    pub access_key: Option<SecretString>,
    /// Secret key.
    pub secret_key: Option<SecretString>,
    /// Session token, e.g. a Supabase user's JWT.
    pub session_token: Option<SecretString>,
}

/// Stands behind the address of a place that is asked without a signature, which only a public bucket answers.
pub(super) const NO_KEYS: &str = " (no keys)";

impl Credentials {
    /// The key pair is there (true) or nothing of it is (false). Half of it is a slip, and the missing half is named.
    fn complete(&self) -> Result<bool, FilesError> {
        let (access, secret) = (self.access_key.is_some(), self.secret_key.is_some());
        let missing = match (access, secret) {
            (true, true) => return Ok(true),
            (false, false) if self.session_token.is_none() => return Ok(false),
            (true, false) => "AWS_SECRET_ACCESS_KEY",
            (false, true) => "AWS_ACCESS_KEY_ID",
            (false, false) => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        };
        Err(FilesError::wrong(
            "the key pair for S3",
            &format!("is not complete: {missing} is missing"),
            &format!("Set {missing}, or the same in [files.s3] of the config"),
        ))
    }
}

pub(super) struct Place {
    at: String,
    kind: Kind,
}

enum Kind {
    Folder { root: PathBuf, durable: Arc<LocalFileSystem>, relaxed: Arc<LocalFileSystem> },
    Bucket { store: Arc<AmazonS3>, prefix: String },
    Buckets { credentials: Credentials, open: Mutex<HashMap<String, Arc<AmazonS3>>> },
}

/// The first part of a key.
pub(super) fn bucket(key: &str) -> &str {
    key.split('/').next().unwrap_or(key)
}

impl Place {
    pub fn open(url: &FilesUrl, credentials: &Credentials) -> Result<Self, FilesError> {
        let host = credentials.endpoint.as_deref().map(without_login).unwrap_or_default();
        let mut host = if host.is_empty() { "Amazon S3".to_owned() } else { host };
        if !matches!(url, FilesUrl::Folder(_)) && !credentials.complete()? {
            host.push_str(NO_KEYS);
        }
        Ok(match url {
            FilesUrl::Folder(root) => Self::open_folder(root)?,
            FilesUrl::Bucket { bucket, prefix } => Self {
                at: format!("s3://{bucket}/{prefix}").trim_end_matches('/').to_owned() + " on " + &host,
                kind: Kind::Bucket { store: Arc::new(s3(bucket, credentials)?), prefix: prefix.clone() },
            },
            FilesUrl::Buckets => Self {
                at: format!("S3 on {host}"),
                kind: Kind::Buckets {
                    credentials: credentials.clone(),
                    open: Mutex::new(HashMap::from([(
                        CONVERSATIONS.to_owned(),
                        Arc::new(s3(CONVERSATIONS, credentials)?),
                    )])),
                },
            },
        })
    }

    fn open_folder(root: &Path) -> Result<Self, FilesError> {
        let at = root.display().to_string();
        std::fs::create_dir_all(root).map_err(|e| FilesError::folder(&at, &e))?;
        let fail = |e: object_store::Error| FilesError::new("use the folder", &at, &at, &e);
        let durable = LocalFileSystem::new_with_prefix(root).map_err(fail)?.with_fsync(true);
        let relaxed = LocalFileSystem::new_with_prefix(root).map_err(fail)?;
        let root = root.canonicalize().map_err(|e| FilesError::folder(&at, &e))?;
        let kind = Kind::Folder {
            root,
            durable: Arc::new(durable.with_automatic_cleanup(true)),
            // Where a whole file system cannot be forced to disk at once, every file is.
            relaxed: Arc::new(relaxed.with_fsync(!cfg!(target_os = "linux"))),
        };
        Ok(Self { at, kind })
    }

    pub fn at(&self) -> &str {
        &self.at
    }
    pub fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Folder { .. } => "folder",
            _ => "S3",
        }
    }

    fn wrong_key(&self, key: &str) -> FilesError {
        let path = object_store::path::Error::EmptySegment { path: key.to_owned() };
        FilesError::new("use", key, &self.at, &object_store::Error::InvalidPath { source: path })
    }

    pub fn find(&self, key: &str) -> Result<(Arc<dyn ObjectStore>, ObjectPath), FilesError> {
        if let Kind::Folder { durable, .. } = &self.kind {
            return Ok((Arc::clone(durable) as _, self.parse(key, key)?));
        }
        match self.signer(key)? {
            Some((store, path)) => Ok((store, path)),
            None => Err(self.wrong_key(key)),
        }
    }

    /// Like [`Place::find`], but a folder writes without forcing to disk until [`Place::sync`].
    pub fn find_relaxed(&self, key: &str) -> Result<(Arc<dyn ObjectStore>, ObjectPath), FilesError> {
        match &self.kind {
            Kind::Folder { relaxed, .. } => Ok((Arc::clone(relaxed) as _, self.parse(key, key)?)),
            _ => self.find(key),
        }
    }

    /// Forces to disk what was written without.
    pub fn sync(&self) -> std::io::Result<()> {
        #[cfg(target_os = "linux")]
        if let Kind::Folder { root, .. } = &self.kind {
            let folder = std::fs::File::open(root)?;
            rustix::fs::syncfs(&folder)?;
        }
        Ok(())
    }

    pub fn signer(&self, key: &str) -> Result<Option<(Arc<AmazonS3>, ObjectPath)>, FilesError> {
        match &self.kind {
            Kind::Folder { .. } => Ok(None),
            Kind::Bucket { store, prefix } => {
                let path = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}/{key}") };
                Ok(Some((Arc::clone(store), self.parse(key, &path)?)))
            }
            Kind::Buckets { credentials, open } => {
                let (bucket, rest) = key.split_once('/').unwrap_or((key, ""));
                let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
                if !open.contains_key(bucket) {
                    open.insert(bucket.to_owned(), Arc::new(s3(bucket, credentials)?));
                }
                let store = Arc::clone(&open[bucket]);
                Ok(Some((store, self.parse(key, rest)?)))
            }
        }
    }

    fn parse(&self, key: &str, path: &str) -> Result<ObjectPath, FilesError> {
        ObjectPath::parse(path).map_err(|_| self.wrong_key(key))
    }

    /// The key of a listed path.
    pub fn key(&self, bucket: &str, path: &ObjectPath) -> String {
        match &self.kind {
            Kind::Folder { .. } => path.to_string(),
            Kind::Bucket { prefix, .. } => path
                .as_ref()
                .strip_prefix(prefix.as_str())
                .unwrap_or(path.as_ref())
                .trim_start_matches('/')
                .to_owned(),
            Kind::Buckets { .. } => format!("{bucket}/{path}"),
        }
    }

    pub fn local_path(&self, key: &str) -> Option<PathBuf> {
        match &self.kind {
            Kind::Folder { durable, .. } => durable.path_to_filesystem(&ObjectPath::parse(key).ok()?).ok(),
            _ => None,
        }
    }
}

fn s3(bucket: &str, credentials: &Credentials) -> Result<AmazonS3, FilesError> {
    let http = credentials.endpoint.as_deref().is_some_and(|e| e.starts_with("http://"));
    let lines = if bucket == DATASETS { "application/x-jsonlines" } else { "application/x-ndjson" };
    let options = ClientOptions::new()
        .with_allow_http(http)
        // The platform's buckets take nothing that does not say one of these (formats 6).
        .with_content_type_for_suffix("json", "application/json")
        .with_content_type_for_suffix("jsonl", lines)
        .with_connect_timeout(Duration::from_secs(10))
        // A whole request may take as long as its bytes take; a silent one may not.
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_mins(1));
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 3,
        retry_timeout: Duration::from_secs(30),
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(credentials.region.as_deref().unwrap_or("us-east-1"))
        .with_virtual_hosted_style_request(false)
        .with_disable_bulk_delete(true)
        .with_client_options(options)
        .with_retry(retry);
    if let Some(endpoint) = &credentials.endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    match (&credentials.access_key, &credentials.secret_key) {
        (Some(access), Some(secret)) => {
            builder = builder
                .with_access_key_id(access.expose_secret())
                .with_secret_access_key(secret.expose_secret());
        }
        _ => builder = builder.with_skip_signature(true),
    }
    if let Some(token) = &credentials.session_token {
        builder = builder.with_token(token.expose_secret());
    }
    builder.build().map_err(|_| {
        FilesError::wrong(
            &format!("the S3 settings for the bucket `{bucket}`"),
            "make no sense",
            "Check endpoint, region and bucket name in the configuration",
        )
    })
}

/// An endpoint for people: whatever stands before an `@` may be a password.
fn without_login(endpoint: &str) -> String {
    match url::Url::parse(endpoint) {
        Ok(url) => {
            let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
            url.host_str().unwrap_or_default().to_owned() + &port
        }
        Err(_) => String::new(),
    }
}

/// Removes what an interrupted upload left: `object_store` writes to `NAME#1` and renames.
pub(super) fn sweep_beside(file: &Path) -> std::io::Result<()> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|n| n.to_str())) else {
        return Ok(());
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    for entry in entries {
        let entry = entry?;
        let other = entry.file_name();
        let suffix = other.to_str().and_then(|o| o.strip_prefix(name)).and_then(|s| s.strip_prefix('#'));
        if suffix.is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())) {
            std::fs::remove_file(entry.path())?;
        }
    }
    // An interrupted upload may leave nothing but its folder.
    if std::fs::read_dir(folder).is_ok_and(|mut rest| rest.next().is_none()) {
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}
