//! Rented machines (apis.md A2).

mod new;
mod pod;

pub use new::{NewPod, PodChange};
pub use pod::{GpuUse, Pod, PodAction, PodGpu, PodMounts, PodStatus, Runtime, RuntimePort, Ssh, SshWay, Use};

use super::SERVICE;
use super::logs::{LogQuery, LogStream};
use super::rest::Rest;
use crate::error::{RemoteError, Result};
use reqwest::Method;
use serde_json::json;

/// Rented machines.
#[derive(Debug, Clone, Copy)]
pub struct Pods<'a>(pub(super) &'a Rest);

impl<'a> Pods<'a> {
    /// Rents a machine. It is sent once: after [`crate::Advice::Uncertain`] a pod of that name may be there although no answer came.
    /// [`crate::Advice::NextCandidate`]: nothing of the kind is free, or a rule forbids this kind.
    pub async fn create(&self, pod: &NewPod) -> Result<Pod> {
        let doing = "rent the pod";
        if let Some(problem) = pod.problem() {
            return Err(RemoteError::rule(SERVICE, doing, problem));
        }
        let call = self.0.call(doing, Method::POST, &["pods"])?.makes().candidate();
        self.0.send(call, pod).await
    }

    /// One pod.
    pub async fn get(&self, id: &str) -> Result<Pod> {
        self.0.get("read the pod", &["pods", id]).await
    }

    /// All pods of the account.
    pub async fn list(&self) -> Result<Vec<Pod>> {
        self.0.list(self.0.call("list the pods", Method::GET, &["pods"])?, "pods").await
    }

    /// Changes a pod; a running one is reset by most changes, so it is sent once.
    pub async fn change(&self, id: &str, change: &PodChange) -> Result<Pod> {
        self.0.send(self.0.call("change the pod", Method::PATCH, &["pods", id])?.makes(), change).await
    }

    /// Gives a pod back. Its persistent disk is lost, a network volume stays.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("give the pod back", &["pods", id]).await
    }

    /// Starts, stops, restarts or terminates a pod. The answer is no proof: read the pod until it is true.
    pub async fn act(&self, id: &str, action: PodAction) -> Result<()> {
        let doing = match action {
            PodAction::Start => "start the pod",
            PodAction::Stop => "stop the pod",
            PodAction::Restart => "restart the pod",
            PodAction::Terminate => "give the pod back",
        };
        let call = self.0.call(doing, Method::POST, &["pods", id, "action"])?;
        let call = match action {
            PodAction::Start | PodAction::Restart => call.makes(),
            PodAction::Stop => call,
            PodAction::Terminate => call.removes(),
        };
        self.0.http.done(&call.json(SERVICE, &json!({ "action": action }), 1000)?).await
    }

    /// The lines that a pod prints, old ones first, then as they come.
    pub fn logs(&self, id: &str, query: LogQuery) -> Result<LogStream<'a>> {
        LogStream::new(self.0, "read the pod's log", &["pods", id, "logs"], query)
    }
}
