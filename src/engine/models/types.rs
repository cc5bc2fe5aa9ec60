//! What is asked of models, and what comes back.

use domain::ids::{JobId, ModelId};
use domain::model::Model;
use serde::Serialize;
use std::path::PathBuf;

/// A model with what it came from and whether that is still there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelDetail {
    /// The model, its lineage in it.
    pub model: Model,
    /// Bytes of all its files.
    pub bytes: u64,
    /// The dataset of its lineage is still there.
    pub dataset_is_there: bool,
    /// Other models of the same dataset: key, name and version.
    pub versions: Vec<(ModelId, String, String)>,
}

/// What was made of a dataset: lineage the other way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Made {
    /// The run.
    pub run: JobId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: String,
    /// What came out; `None`: nothing yet.
    pub model: Option<ModelId>,
}

/// What lies on this machine now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Downloaded {
    /// The folder.
    pub path: PathBuf,
    /// Files that were copied.
    pub copied: u64,
    /// Files that lay there already, with the right digest.
    pub kept: u64,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// A report that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportFile {
    /// The text.
    pub path: PathBuf,
    /// Pictures beside it.
    pub beside: Vec<PathBuf>,
}
