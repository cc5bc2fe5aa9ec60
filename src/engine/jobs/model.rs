//! A finished run becomes a model: every file is held to the manifest, kept, and named by one row.

use super::Outcome;
use super::drive::{Driver, WHAT};
use crate::engine::{from_db, from_files};
use crate::{Error, Result, local, objects};
use domain::ids::ModelId;
use domain::job::{Failure, Move};
use domain::lenient::Word;
use domain::manifest::{File, Manifest};
use domain::model::{Losses, Model, ModelStatus, Summary, automatic_name, next_version, rate};
use domain::run::Class;
use domain::series::{Axis, Series};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use store::Ending;
use store::files::Upload;
use tokio::io::AsyncReadExt as _;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

impl Driver<'_> {
    /// The manifest is there. A run that was interrupted here comes here again and writes the same objects.
    pub async fn finish(&mut self, manifest: &[u8]) -> Result<Outcome> {
        self.tail.read(&self.folder)?;
        let read = Manifest::read(manifest, &self.run.job.id.to_string());
        let manifest = match read {
            Ok(manifest) => manifest,
            Err(odd) => return self.failed(Failure::new(Class::Other, format!("{odd}."))).await,
        };
        for file in &manifest.files {
            if let Err(error) = self.keep(file).await {
                // What differs from its manifest stays so; a full disk or a silent server does not.
                if error.kind != crate::ErrorKind::Refused {
                    return Err(error);
                }
                return self.failed(Failure::new(Class::Other, error.to_string())).await;
            }
        }
        self.finish_states()?;
        let model = self.model(&manifest).await?;
        self.run.job.model = Some(model.id);
        let ending = Ending { model: Some(model), wish_fulfilled: true, ..self.ending() };
        self.save(&ending).await?;
        Ok(Outcome::Over(self.run.clone()))
    }

    /// A short run may be over before anybody saw it begin.
    fn finish_states(&mut self) -> Result<()> {
        use domain::job::Status;
        if self.run.job.status.is(Status::Queued) {
            self.go(Move::Claim)?;
        }
        self.go(Move::Complete)
    }

    /// Copies one file, and refuses one that is not what the manifest says.
    async fn keep(&mut self, file: &File) -> Result<()> {
        let path = self.folder.file(&file.path);
        let key =
            objects::model_key(&format!("{}/{}/{}", self.engine.db().user(), self.run.job.id, file.path));
        let mut upload = self.engine.files().put_stream(&key).map_err(from_files(WHAT))?;
        let copied = match self.copy_file(&path, &mut upload).await {
            Ok((bytes, sha256)) if bytes == file.bytes && sha256.eq_ignore_ascii_case(&file.sha256) => Ok(()),
            Ok(_) => Err(Error::refused(WHAT, "it is not what the manifest says").on(&file.path)),
            Err(error) => Err(error),
        };
        if copied.is_err() {
            // What stays behind all the same nobody sees.
            let _ = upload.abort().await;
            return copied;
        }
        upload.finish().await.map(drop).map_err(from_files(WHAT))
    }

    /// Bytes and digest of what was copied.
    async fn copy_file(&mut self, path: &Path, upload: &mut Upload) -> Result<(u64, String)> {
        let fail = |e: &std::io::Error| local::error(WHAT, path, e);
        let mut opened = tokio::fs::File::open(path).await.map_err(|e| fail(&e))?;
        let (mut digest, mut bytes) = (Sha256::new(), 0_u64);
        loop {
            let mut buffer = Vec::with_capacity(CHUNK);
            let read =
                (&mut opened).take(CHUNK as u64).read_to_end(&mut buffer).await.map_err(|e| fail(&e))?;
            if read == 0 {
                return Ok((bytes, hex::encode(digest.finalize())));
            }
            digest.update(&buffer);
            bytes += read as u64;
            upload.write(&buffer).await.map_err(from_files(WHAT))?;
            self.stay().await?;
        }
    }

    /// Large files take longer than a lease.
    pub async fn stay(&mut self) -> Result<()> {
        let now = self.engine.0.clock.real();
        if now - self.renewed > super::drive::LEASE / 6 {
            self.engine
                .db()
                .renew_run(&self.hold, now + super::drive::lease(self.engine))
                .await
                .map_err(from_db(WHAT))?;
            self.renewed = now;
        }
        Ok(())
    }

    async fn model(&self, manifest: &Manifest) -> Result<Model> {
        let (run, job) = (&self.run, &self.run.job);
        let newest = self.engine.db().newest_version(job.dataset).await.map_err(from_db(WHAT))?;
        let first = |series: Series<'_>| series.nearest(Axis::Step, 0.0).map(|sample| sample.value);
        let losses = Losses {
            first: self.tail.reader.metrics().get("loss").and_then(first),
            last: manifest.metric("loss"),
            validation: manifest.metric("eval_loss"),
        };
        let summary =
            Summary { estimated_cost: job.estimated_cost, cost: job.final_cost, ..Summary::of(manifest) };
        Ok(Model {
            id: ModelId(self.engine.0.ids.next()),
            name: automatic_name(&run.dataset_name, &job.preset_id, self.engine.now().date_naive()),
            version: next_version(newest.as_deref()),
            description: run.configuration.notes.clone(),
            status: Word::Known(ModelStatus::Stored),
            created_at: self.engine.now(),
            lineage: domain::model::Lineage {
                dataset: job.dataset,
                dataset_name: run.dataset_name.clone(),
                dataset_sha256: Some(manifest.dataset.sha256.clone()),
                job: job.id,
                job_name: job.name.clone(),
                base_model: Some(run.model.id.clone()),
                preset_id: job.preset_id.clone(),
                hyperparameters: run.configuration.hyperparameters.to_row(),
                parent: None,
            },
            quality: rate(losses),
            summary,
            files: manifest.files.clone(),
        })
    }
}
