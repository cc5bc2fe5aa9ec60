//! Beginning an attempt: what every place needs for it.

use super::drive::{Driver, WHAT};
use crate::engine::from_db;
use crate::{Error, Result, local, objects};
use domain::dataset::DatasetRow;
use domain::job::{Move, Status};
use domain::spec::{DataSource, Device, Limits, Output, RunSpec};
use std::fs;
use std::path::PathBuf;
use store::Ending;

impl Driver<'_> {
    /// Writes down that an attempt begins, before it does.
    pub async fn begin(&mut self) -> Result<()> {
        self.tail.read(&self.folder)?;
        self.seen = true;
        self.before = Some(self.tail.reader.facts().attempt);
        self.run.job.stage_message = None;
        if self.run.job.status.is(Status::Queued) {
            self.go(Move::Claim)?;
        }
        self.save(&Ending::default()).await
    }

    /// What the worker is asked to do. It keeps its own copy and takes no other one later, but for limits and places.
    pub fn spec(&self, data: DataSource, device: Device, threads: Option<u32>) -> Result<RunSpec> {
        let configuration = &self.run.configuration;
        let limits = Limits { device, threads, max_minutes: Some(f64::from(configuration.max_hours) * 60.0) };
        let output = Output { merge: configuration.merge };
        let values = &configuration.hyperparameters;
        let spec = RunSpec::new(self.run.job.id, &self.run.model, data, values, output, limits);
        spec.map_err(|e| Error::refused(WHAT, e.to_string()))
    }

    /// The spec as a file beside the run.
    pub fn write_spec(&self, spec: &RunSpec) -> Result<PathBuf> {
        let text = spec.to_file().map_err(|e| Error::failed(WHAT, e.to_string()))?;
        let (path, part) = (self.folder.file("request.json"), self.folder.file(".request.json"));
        let written = fs::write(&part, text).and_then(|()| fs::rename(&part, &path));
        written.map_err(|e| local::error(WHAT, &path, &e))?;
        Ok(path)
    }

    /// Where the copy of the dataset lies in the store.
    pub async fn dataset_key(&self) -> Result<String> {
        Ok(objects::copy_of(&self.dataset_row().await?))
    }

    /// The dataset.
    pub async fn dataset_row(&self) -> Result<DatasetRow> {
        let id = self.run.job.dataset.to_string();
        let row = self.engine.db().dataset(&id).await.map_err(from_db(WHAT))?;
        row.ok_or_else(|| Error::not_found(WHAT, "its dataset is gone"))
    }
}
