//! The queue endpoint: its image, its GPUs, its data centre against the volume's, its workers.

use super::Found;
use crate::Places;
use crate::doctor::Line;
use domain::numbers::many;
use remote::runpod::{Endpoint, EndpointType, RunPod, Volume, Workers};

const AREA: &str = "endpoint";

pub(super) async fn look(client: &RunPod, places: &Places, volume: Option<&Volume>, found: &mut Found) {
    let Some(id) = &places.runpod.endpoint else { return };
    let endpoint = match client.endpoints().get(id).await {
        Ok(endpoint) => endpoint,
        Err(error) if error.is_not_found() => {
            let next = "Correct runpod.endpoint, or make one: `brightrun runpod endpoint create`";
            found.lines.push(Line::fail(AREA, format!("there is no endpoint {id}"), next));
            return;
        }
        Err(error) => {
            found.wrong(AREA, &error);
            return;
        }
    };
    let centers = match endpoint.data_center_ids.as_slice() {
        [] => "in any data centre".to_owned(),
        centers => format!("in {}", centers.join(", ")),
    };
    let pools = match endpoint.gpu.pools.as_slice() {
        [] => String::new(),
        pools => format!(" on {}", pools.join(", ")),
    };
    let image = endpoint.image.as_deref().unwrap_or("an image that is not told");
    let most = endpoint.workers.max.map(|n| format!(", at most {}", many(n, "worker"))).unwrap_or_default();
    found.lines.push(Line::ok(AREA, format!("{} runs {image}{pools} {centers}{most}", endpoint.name)));
    found.lines.extend(faults(&endpoint, places.runpod.image.as_deref(), volume));
    match client.jobs(id).health().await {
        Ok(health) => {
            let (jobs, workers) = (health.jobs, health.workers);
            found.lines.push(Line::ok(
                "queue",
                format!(
                    "jobs: {} wait, {} at work; workers: {} idle, {} at work",
                    jobs.in_queue, jobs.in_progress, workers.idle, workers.running
                ),
            ));
        }
        Err(error) => {
            found.wrong("queue", &error);
        }
    }
    match client.endpoints().workers(id).await {
        Ok(workers) => found.lines.extend(crew(&workers, image)),
        Err(error) => {
            found.wrong("workers", &error);
        }
    }
}

/// What keeps an endpoint from ever working, or makes it work otherwise than pods do.
fn faults(endpoint: &Endpoint, image: Option<&str>, volume: Option<&Volume>) -> Vec<Line> {
    let mut lines = Vec::new();
    if endpoint.form.as_ref().is_some_and(|form| form.known() != Some(EndpointType::Queue)) {
        lines.push(Line::fail(
            AREA,
            "the endpoint has no queue: it balances requests",
            "Make one with a queue: `brightrun runpod endpoint create`",
        ));
    }
    if endpoint.workers.max == Some(0) {
        let what = "the endpoint may have no workers (RunPod sets that after a week without jobs)";
        lines.push(Line::fail(AREA, what, "Raise its maximum of workers in RunPod's console"));
    }
    if let (Some(theirs), Some(ours)) = (endpoint.image.as_deref(), image)
        && theirs != ours
    {
        let what = format!("the endpoint runs another image than pods ({ours})");
        lines.push(Line::warn(AREA, what, "Give the endpoint the same image in RunPod's console"));
    }
    if let Some(volume) = volume {
        let centers = &endpoint.data_center_ids;
        if !endpoint.network_volumes.contains(&volume.id) {
            let what = format!("the endpoint does not mount the volume {}", volume.name);
            let next = "Attach it to the endpoint in RunPod's console, or correct runpod.volume";
            lines.push(Line::warn(AREA, what, next));
        }
        if !centers.is_empty()
            && !centers.iter().any(|center| center.eq_ignore_ascii_case(&volume.data_center))
        {
            let what =
                format!("the endpoint is in {}, the volume in {}", centers.join(", "), volume.data_center);
            let next = "Put both into one data centre: there will be no workers like this";
            lines.push(Line::fail(AREA, what, next));
        }
    }
    lines
}

/// Workers that run something else than the endpoint says, or do not work.
fn crew(workers: &Workers, image: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let stale = workers
        .workers
        .iter()
        .filter(|worker| worker.is_stale || worker.image.as_deref().is_some_and(|theirs| theirs != image));
    let stale = stale.count();
    if workers.summary.unhealthy > 0 {
        let what = format!("workers that crash or do not answer: {}", workers.summary.unhealthy);
        lines.push(Line::warn("workers", what, "Look at the endpoint's log in RunPod's console"));
    }
    if stale > 0 {
        let what =
            format!("{stale} of {} workers have an older image or configuration", workers.workers.len());
        lines.push(Line::warn("workers", what, "They are replaced when they have nothing to do"));
    } else if !workers.workers.is_empty() {
        lines.push(Line::ok("workers", "every worker runs the endpoint's present image"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;
    use serde_json::json;

    fn endpoint(value: serde_json::Value) -> Endpoint {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_endpoint_that_can_never_work_is_said_to_be_so() {
        let volume: Volume =
            serde_json::from_value(json!({"id": "v", "name": "models", "dataCenter": "EU-RO-1"})).unwrap();
        let good = endpoint(json!({"id": "e", "type": "QUEUE", "image": "i:1", "workers": {"max": 2},
            "dataCenterIds": ["eu-ro-1"], "networkVolumes": ["v"]}));
        assert_eq!(faults(&good, Some("i:1"), Some(&volume)), []);
        let bad = endpoint(json!({"id": "e", "type": "LOAD_BALANCER", "image": "i:0", "workers": {"max": 0},
            "dataCenterIds": ["US-CA-2"], "networkVolumes": ["w"]}));
        let states: Vec<State> =
            faults(&bad, Some("i:1"), Some(&volume)).iter().map(|line| line.state).collect();
        assert_eq!(states, [State::Fail, State::Fail, State::Warn, State::Warn, State::Fail]);
    }

    #[test]
    fn workers_of_yesterday_are_named() {
        let workers: Workers = serde_json::from_value(json!({"workers": [{"id": "a", "image": "i:1"},
            {"id": "b", "image": "i:0"}, {"id": "c", "isStale": true}], "summary": {"unhealthy": 1, "total": 3}}))
        .unwrap();
        let lines = crew(&workers, "i:1");
        assert_eq!(lines.len(), 2);
        assert!(lines[1].what.starts_with("2 of 3"), "{lines:?}");
        let workers: Workers =
            serde_json::from_value(json!({"workers": [{"id": "a", "image": "i:1"}]})).unwrap();
        assert_eq!(crew(&workers, "i:1")[0].state, State::Ok);
    }
}
