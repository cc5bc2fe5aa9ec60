//! Beginning an attempt: the dataset at hand, the spec written, the worker started.

use super::drive::{Driver, WHAT};
use super::process::Worker;
use crate::engine::{from_db, from_files};
use crate::{Error, Result, local};
use domain::job::{Move, Status};
use domain::spec::{DataSource, Device, Limits, Output, RunSpec};
use futures::TryStreamExt as _;
use std::fs;
use std::path::PathBuf;
use store::Ending;
use tokio::io::AsyncWriteExt as _;

impl Driver<'_> {
    /// Starts the worker: anew, or from its last checkpoint when there is one.
    pub async fn launch(&mut self, worker: &Worker) -> Result<()> {
        self.folder.make()?;
        let spec = self.write_spec().await?;
        // A wish that no worker has heard is none of the next attempt's.
        self.folder.unask("stop")?;
        self.tail.read(&self.folder)?;
        self.seen = true;
        self.before = Some(self.tail.reader.facts().attempt);
        if self.run.job.status.is(Status::Queued) {
            self.go(Move::Claim)?;
        }
        self.save(&Ending::default()).await?;
        self.child = Some(worker.start(&spec, &self.folder)?);
        Ok(())
    }

    /// What the worker is asked to do. It keeps its own copy and takes no other one later, but for limits and places.
    async fn write_spec(&self) -> Result<PathBuf> {
        let configuration = &self.run.configuration;
        let data = DataSource::Path {
            path: self.dataset().await?.display().to_string(),
            sha256: self.run.dataset_sha256.clone(),
        };
        let limits = Limits {
            device: Device::Auto,
            threads: self.engine.0.places.training.threads,
            max_minutes: Some(f64::from(configuration.max_hours) * 60.0),
        };
        let output = Output { merge: configuration.merge };
        let values = &configuration.hyperparameters;
        let spec = RunSpec::new(self.run.job.id, &self.run.model, data, values, output, limits);
        let spec = spec.map_err(|e| Error::refused(WHAT, e.to_string()))?;
        let text = spec.to_file().map_err(|e| Error::failed(WHAT, e.to_string()))?;
        let (path, part) = (self.folder.file("request.json"), self.folder.file(".request.json"));
        let written = fs::write(&part, text).and_then(|()| fs::rename(&part, &path));
        written.map_err(|e| local::error(WHAT, &path, &e))?;
        Ok(path)
    }

    /// The dataset as a file of this machine: where it lies, or fetched beside the run. The worker holds it to its digest.
    async fn dataset(&self) -> Result<PathBuf> {
        let id = self.run.job.dataset.to_string();
        let row = self.engine.db().dataset(&id).await.map_err(from_db(WHAT))?;
        let Some(row) = row else { return Err(Error::not_found(WHAT, "its dataset is gone")) };
        let key = format!("{}/{}", row.bucket, row.path.trim_start_matches('/'));
        if let Some(path) = self.engine.files().local_path(&key).filter(|path| path.is_file()) {
            return std::path::absolute(&path).map_err(|e| local::error(WHAT, &path, &e));
        }
        let (path, part) = (self.folder.file("input.jsonl"), self.folder.file(".input.jsonl"));
        if path.is_file() {
            return Ok(path);
        }
        let (_, mut chunks) = self.engine.files().get_stream(&key).await.map_err(from_files(WHAT))?;
        let fail = |e: &std::io::Error| local::error(WHAT, &part, e);
        let mut file = tokio::fs::File::create(&part).await.map_err(|e| fail(&e))?;
        while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
            file.write_all(&chunk).await.map_err(|e| fail(&e))?;
        }
        file.sync_all().await.map_err(|e| fail(&e))?;
        fs::rename(&part, &path).map_err(|e| fail(&e))?;
        Ok(path)
    }
}
