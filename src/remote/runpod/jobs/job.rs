//! A queue job as RunPod tells of it. Everything but its state may be missing.

use super::super::tolerant::{count, or_default};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use std::{fmt, str::FromStr};

words! {
    /// Where a job stands.
    JobState, "job state" {
        /// Waits for a worker. Forever means: no capacity, throttled, or a worker that crashes again and again; the workers tell.
        InQueue = "IN_QUEUE",
        /// A worker has it.
        InProgress = "IN_PROGRESS",
        /// The same by its other name.
        Running = "RUNNING",
        /// The handler returned.
        Completed = "COMPLETED",
        /// The handler raised, the time limit was reached, or the worker died twice.
        Failed = "FAILED",
        /// Somebody cancelled it.
        Cancelled = "CANCELLED",
        /// Its life ended.
        TimedOut = "TIMED_OUT",
    }
}

impl JobState {
    /// Nothing more happens to it.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::TimedOut)
    }
    /// A worker has it.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::InProgress | Self::Running)
    }
}

/// The answer to a submission.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Submitted {
    /// By which it is found from now on. It ends in a region (`-u1`).
    pub id: String,
    /// Usually in the queue.
    pub status: Word<JobState>,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// Where it stands; a state that we do not know is kept as it was.
    pub status: Word<JobState>,
    /// What it was submitted with, where that is told: in the list of requests.
    #[serde(default)]
    pub input: Option<Value>,
    /// Milliseconds that it waited for a worker.
    #[serde(default, deserialize_with = "count")]
    pub delay_time: Option<u64>,
    /// Milliseconds that it has run. What is billed is the worker's time, which is longer.
    #[serde(default, deserialize_with = "count")]
    pub execution_time: Option<u64>,
    /// The worker that has or had it.
    #[serde(default, deserialize_with = "or_default")]
    pub worker_id: Option<String>,
    /// How often it was given to another worker.
    #[serde(default, deserialize_with = "count")]
    pub retries: Option<u64>,
    /// While it runs: the last progress that arrived, in no order (a hint). At its end: what the handler returned.
    #[serde(default)]
    pub output: Option<Value>,
    /// Why it failed, as RunPod wrote it; [`Job::failure`] reads it.
    #[serde(default)]
    pub error: Option<Value>,
}

impl Job {
    /// How long it waited.
    pub fn waited(&self) -> Option<Duration> {
        self.delay_time.map(Duration::from_millis)
    }
    /// How long it has run.
    pub fn ran(&self) -> Option<Duration> {
        self.execution_time.map(Duration::from_millis)
    }

    /// Why it failed. A failure may also stand in the output of a completed job (`{"error": …}`), which a handler returned.
    pub fn failure(&self) -> Option<JobError> {
        let returned = self.output.as_ref().and_then(|output| output.get("error"));
        let error = self.error.as_ref().or(returned).filter(|error| !error.is_null())?;
        Some(JobError::read(error))
    }
}

/// Why a job failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobError {
    /// What happened, for people.
    pub message: String,
    /// The class of a Python exception: `ValueError`.
    pub class: Option<String>,
    /// Where in the handler, several lines.
    pub traceback: Option<String>,
    /// The worker's own names for itself.
    pub worker: Option<String>,
}

impl JobError {
    /// RunPod's text when the time limit of the run was reached; the state is FAILED, not `TIMED_OUT`.
    const TIMEOUT: &str = "executiontimeout exceeded";
    /// RunPod's text when the worker died or could not read the input, twice.
    const LOST: &str = "job timed out after";

    /// The time limit of the run was reached.
    pub fn is_time_limit(&self) -> bool {
        self.message.to_lowercase().contains(Self::TIMEOUT)
    }
    /// The worker died, also after it was given to another one.
    pub fn is_lost_worker(&self) -> bool {
        self.message.to_lowercase().starts_with(Self::LOST)
    }

    /// Reads a plain text, a JSON text (what RunPod's SDK makes of an exception), an object, or the text of a generator's exception.
    fn read(error: &Value) -> Self {
        let Some(text) = error.as_str() else { return Self::object(error) };
        if let Ok(document @ Value::Object(_)) = serde_json::from_str(text) {
            return Self::object(&document);
        }
        let (message, traceback) = text.split_once("\ntraceback:").unwrap_or((text, ""));
        let message = message.trim().strip_prefix("handler: ").unwrap_or(message.trim()).to_owned();
        Self { message, traceback: filled(traceback), ..Self::default() }
    }

    fn object(document: &Value) -> Self {
        let text = |key: &str| document.get(key).and_then(Value::as_str).and_then(filled);
        let message = text("error_message").or_else(|| text("message")).or_else(|| text("error"));
        let class = text("error_type").map(|class| {
            // `<class 'builtins.ValueError'>`: people know it as ValueError.
            let class = class.trim_start_matches("<class '").trim_end_matches("'>");
            class.rsplit('.').next().unwrap_or(class).to_owned()
        });
        Self {
            message: message.unwrap_or_else(|| document.to_string()),
            class,
            traceback: text("error_traceback"),
            worker: text("worker_id").or_else(|| text("hostname")),
        }
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How an endpoint does. Everything that is not told is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Health {
    /// Its jobs.
    #[serde(default, deserialize_with = "or_default")]
    pub jobs: HealthJobs,
    /// Its workers.
    #[serde(default, deserialize_with = "or_default")]
    pub workers: HealthWorkers,
}

/// Jobs of an endpoint, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HealthJobs {
    pub completed: u64,
    pub failed: u64,
    pub in_progress: u64,
    pub in_queue: u64,
    pub retried: u64,
}

/// Workers of an endpoint, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HealthWorkers {
    pub idle: u64,
    pub initializing: u64,
    pub ready: u64,
    pub running: u64,
    pub throttled: u64,
    pub unhealthy: u64,
}

/// One piece of a job's stream.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Chunk {
    /// What the handler yielded.
    #[serde(default)]
    pub output: Value,
}

/// What came out of a stream since the last time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streamed {
    /// Where the job stands, when it was said.
    pub status: Option<Word<JobState>>,
    /// The pieces, in their order.
    pub chunks: Vec<Chunk>,
}

impl<'de> Deserialize<'de> for Streamed {
    /// Both forms: `{"status", "stream": […]}` and the bare list.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Bare(Vec<Chunk>),
            Wrapped {
                status: Option<Word<JobState>>,
                #[serde(default)]
                stream: Option<Vec<Chunk>>,
            },
        }
        Ok(match Form::deserialize(from)? {
            Form::Bare(chunks) => Self { status: None, chunks },
            Form::Wrapped { status, stream } => Self { status, chunks: stream.unwrap_or_default() },
        })
    }
}

/// One of the latest jobs of an endpoint, as far as it is told.
pub type Request = Job;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job(value: Value) -> Job {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn only_the_state_has_to_be_there_and_an_unknown_one_is_kept() {
        let bare = job(json!({"status": "DREAMING", "surprise": {"x": 1}}));
        assert_eq!(bare.status, Word::Unknown("DREAMING".to_owned()));
        assert_eq!((bare.id.as_str(), bare.delay_time, bare.output.clone()), ("", None, None));
        let odd = job(
            json!({"id": null, "status": "IN_PROGRESS", "delayTime": 374.4, "executionTime": "1658", "workerId": 7, "retries": -1}),
        );
        assert_eq!(
            (odd.delay_time, odd.execution_time, odd.worker_id, odd.retries),
            (Some(374), Some(1658), None, None)
        );
        assert!(serde_json::from_value::<Job>(json!({"id": "x"})).is_err());
    }

    #[test]
    fn a_failure_is_read_in_every_form() {
        let python = json!({"error_type": "<class 'torch.OutOfMemoryError'>", "error_message": "out", "error_traceback": "line 1\nline 2",
            "hostname": "h", "worker_id": "w1", "runpod_version": "1.12.0"})
        .to_string();
        let failed = job(json!({"id": "a", "status": "FAILED", "error": python})).failure().unwrap();
        assert_eq!((failed.message.as_str(), failed.class.as_deref()), ("out", Some("OutOfMemoryError")));
        assert_eq!(
            (failed.worker.as_deref(), failed.traceback.as_deref()),
            (Some("w1"), Some("line 1\nline 2"))
        );

        let failure = |error: Value| job(json!({"status": "FAILED", "error": error})).failure().unwrap();
        assert!(failure(json!("executionTimeout exceeded")).is_time_limit());
        assert!(failure(json!("job timed out after 1 retries")).is_lost_worker());
        let generator = failure(json!("handler: too bad \ntraceback: File x"));
        assert_eq!((generator.message.as_str(), generator.traceback.as_deref()), ("too bad", Some("File x")));
        assert_eq!(failure(json!({"message": "m"})).message, "m");
        assert_eq!(failure(json!("[1]")).message, "[1]");

        let returned = job(json!({"status": "COMPLETED", "output": {"error": "returned"}}));
        assert_eq!(returned.failure().unwrap().message, "returned");
        assert_eq!(
            job(json!({"status": "COMPLETED", "output": {"error": null}, "error": null})).failure(),
            None
        );
    }

    #[test]
    fn a_stream_comes_in_two_forms() {
        let wrapped: Streamed = serde_json::from_value(
            json!({"status": "IN_PROGRESS", "stream": [{"output": {"step": 2}}, {"metrics": {}}]}),
        )
        .unwrap();
        assert_eq!(wrapped.status, Some(JobState::InProgress.into()));
        assert_eq!(wrapped.chunks, [Chunk { output: json!({"step": 2}) }, Chunk { output: Value::Null }]);
        let bare: Streamed = serde_json::from_value(json!([{"output": "a", "metrics": {}}])).unwrap();
        assert_eq!((bare.status, bare.chunks.len()), (None, 1));
        let empty: Streamed = serde_json::from_value(json!({"status": "COMPLETED"})).unwrap();
        assert!(empty.chunks.is_empty());
    }

    #[test]
    fn health_is_zero_where_nothing_is_told() {
        let health: Health =
            serde_json::from_value(json!({"jobs": {"inQueue": 3}, "workers": null})).unwrap();
        assert_eq!((health.jobs.in_queue, health.workers), (3, HealthWorkers::default()));
    }
}
