//! The run spec: what a worker is asked to do, as protocol version 1 has it (`worker/protocol/spec.schema.json`). Written
//! once, kept in the run directory, never changed. It holds no secret.

mod outline;
#[cfg(test)]
mod tests;

pub use outline::{LARGEST, outline};

use crate::base_model::BaseModel;
use crate::hyperparameters::{Hyperparameters, Modules, Optimizer, Precision, Quantization, Scheduler};
use crate::ids::JobId;
use serde::{Deserialize, Serialize};

/// The protocol that is written here.
pub const PROTOCOL: u32 = 1;

/// What a worker is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The job's id.
    pub run: String,
    /// What is adapted.
    pub base_model: ModelSource,
    /// What it is trained with.
    pub dataset: DataSource,
    /// What is left behind besides the adapter.
    #[serde(default)]
    pub output: Output,
    /// How.
    pub hyperparameters: Training,
    /// What is measured on the way.
    pub evaluation: Evaluation,
    /// What is kept on the way.
    pub checkpoints: Checkpoints,
    /// Borders of one attempt.
    #[serde(default)]
    pub limits: Limits,
}

/// Where the base model comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ModelSource {
    /// A folder on the worker's machine.
    Path {
        /// Its path.
        path: String,
    },
    /// The model hub.
    Name {
        /// Its name there.
        name: String,
        /// Branch, tag or commit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<String>,
    },
}

/// Where the dataset comes from, and the digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DataSource {
    /// A file on the worker's machine.
    Path {
        /// Its path.
        path: String,
        /// Digest, 64 small hexadecimal digits.
        sha256: String,
    },
    /// An address that needs no further key.
    Url {
        /// `https://…`, signed for long enough (training-pipeline 7 no. 37).
        url: String,
        /// Digest, 64 small hexadecimal digits.
        sha256: String,
    },
}

/// What is left behind besides the adapter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// The base model with the adapter added into its weights.
    pub merge: bool,
}

/// The settings, spelt as the worker reads them. Nothing is left to the worker's defaults, so that the spec alone says
/// what was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the same words are explained in `Hyperparameters`")]
pub struct Training {
    pub rank: u32,
    pub alpha: u32,
    pub dropout: f64,
    pub target_modules: Modules,
    pub learning_rate: f64,
    pub scheduler: Scheduler,
    pub warmup_ratio: f64,
    pub epochs: u32,
    pub max_steps: Option<u32>,
    pub batch_size: u32,
    pub gradient_accumulation: u32,
    pub max_seq_length: u32,
    pub weight_decay: f64,
    pub max_grad_norm: f64,
    pub seed: u32,
    pub optimizer: Optimizer,
    pub quantization: Quantization,
    pub precision: Precision,
    pub gradient_checkpointing: Option<bool>,
}

/// What is measured on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Share of conversations kept from training.
    pub held_out: f64,
    /// Steps between two measurements; `None`: after each epoch.
    pub every_steps: Option<u32>,
}

/// What is kept on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoints {
    /// Steps between two.
    pub every_steps: u32,
    /// How many of the newest stay.
    pub keep: u32,
}

/// Where an attempt may run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A GPU where there is one.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// A GPU, or fail.
    Cuda,
}

/// Borders of one attempt; they may differ when a run is started again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Where it may run.
    pub device: Device,
    /// Processes that train together, one per GPU; the same for every attempt of a run. `None`: one for each GPU that the worker finds,
    /// as in specs of old.
    pub processes: Option<u32>,
    /// Threads of the processor; `None`: the library's own choice.
    pub threads: Option<u32>,
    /// Minutes after which it stops with a checkpoint; `None`: never.
    pub max_minutes: Option<f64>,
}

/// Why no spec can be made: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSpec {
    /// The digest has another form.
    #[error("`{0}` is no sha256: it has 64 small hexadecimal digits")]
    Digest(String),
    /// The address cannot be fetched.
    #[error("the dataset's address must begin with https:// or http://")]
    Address,
    /// A path or name is empty or has a form that the worker refuses.
    #[error("`{0}` is no name of a model and no path")]
    Name(String),
    /// A limit is no number above 0.
    #[error("max_minutes, processes and threads must be above 0")]
    Limit,
    /// The settings cannot be run.
    #[error("{0}")]
    Settings(#[from] crate::hyperparameters::Problem),
}

impl RunSpec {
    /// The spec of a job. The settings are held to what the worker can run; the narrower limits of the service are
    /// checked where somebody types them.
    ///
    /// # Errors
    /// Something in it would be refused by the worker.
    pub fn new(
        job: JobId,
        model: &BaseModel,
        dataset: DataSource,
        values: &Hyperparameters,
        output: Output,
        limits: Limits,
    ) -> Result<Self, NoSpec> {
        let problems = values.check(crate::hyperparameters::Limits::Worker);
        if let Some(problem) =
            problems.into_iter().find(|p| p.severity == crate::hyperparameters::Severity::Error)
        {
            return Err(problem.into());
        }
        check_data(&dataset)?;
        let base_model = source(model)?;
        let counts = ![limits.processes, limits.threads].contains(&Some(0));
        let sound = limits.max_minutes.is_none_or(|m| m.is_finite() && m > 0.0) && counts;
        if !sound {
            return Err(NoSpec::Limit);
        }
        let evaluation = Evaluation { held_out: values.held_out, every_steps: values.eval_every };
        let checkpoints = Checkpoints { every_steps: values.checkpoint_every, keep: values.checkpoint_keep };
        let run = job.to_string();
        let hyperparameters = training(values);
        Ok(Self {
            protocol: PROTOCOL,
            run,
            base_model,
            dataset,
            output,
            hyperparameters,
            evaluation,
            checkpoints,
            limits,
        })
    }

    /// The file: JSON with two blanks of indentation and a line break at its end.
    ///
    /// # Errors
    /// A number in it is none ([`RunSpec::new`] lets none through).
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

fn check_data(dataset: &DataSource) -> Result<(), NoSpec> {
    let (DataSource::Path { sha256, .. } | DataSource::Url { sha256, .. }) = dataset;
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if sha256.len() != 64 || !sha256.bytes().all(hexadecimal) {
        return Err(NoSpec::Digest(sha256.clone()));
    }
    match dataset {
        DataSource::Path { path, .. } if path.is_empty() => Err(NoSpec::Name(String::new())),
        DataSource::Url { url, .. } if !url.starts_with("https://") && !url.starts_with("http://") => {
            Err(NoSpec::Address)
        }
        _ => Ok(()),
    }
}

/// One or two parts with a slash between them, each beginning with a letter or digit.
fn source(model: &BaseModel) -> Result<ModelSource, NoSpec> {
    if let Some(path) = &model.path {
        return if path.is_empty() {
            Err(NoSpec::Name(model.id.clone()))
        } else {
            Ok(ModelSource::Path { path: path.clone() })
        };
    }
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    let parts: Vec<&str> = model.id.split('/').collect();
    if parts.len() > 2 || !parts.into_iter().all(part) {
        return Err(NoSpec::Name(model.id.clone()));
    }
    Ok(ModelSource::Name { name: model.id.clone(), revision: model.revision.clone() })
}

fn training(v: &Hyperparameters) -> Training {
    Training {
        rank: v.rank,
        alpha: v.alpha(),
        dropout: v.dropout,
        target_modules: v.target_modules.clone(),
        learning_rate: v.learning_rate,
        scheduler: v.scheduler,
        warmup_ratio: v.warmup_ratio,
        epochs: v.epochs,
        max_steps: v.max_steps,
        batch_size: v.batch_size,
        gradient_accumulation: v.gradient_accumulation,
        max_seq_length: v.max_seq_length,
        weight_decay: v.weight_decay,
        max_grad_norm: v.max_grad_norm,
        seed: v.seed,
        optimizer: v.optimizer,
        quantization: v.quantization,
        precision: v.precision,
        gradient_checkpointing: v.gradient_checkpointing,
    }
}
