//! Everything that runs on rented machines stand on, asked for once: key and its rights, balance, endpoint, volume, store.

use super::client::open;
use super::ready::missing;
use crate::clock::Clock;
use crate::doctor::Line;
use crate::{Engine, Places};
use domain::place::Place;
use remote::runpod::{Endpoint, RunPod, Volume, Wallet as _};
use remote::{Kind, RemoteError};

const AREA: &str = "runpod";

/// Asks RunPod about everything that is set. Without a key nothing is asked.
pub async fn check(engine: &Engine) -> Vec<Line> {
    look(&engine.0.places, &engine.0.clock).await
}

/// The same by the places alone.
pub(crate) async fn look(places: &Places, clock: &Clock) -> Vec<Line> {
    let mut lines = Vec::new();
    let client = match open(places, clock) {
        Ok(Some(client)) => client,
        Ok(None) => {
            lines.push(Line::ok(AREA, "no API key is set: nothing is rented there"));
            return lines;
        }
        Err(error) => {
            lines.push(wrong(&error));
            return lines;
        }
    };
    for place in [Place::RunpodServerless, Place::RunpodPod] {
        let lacking = missing(places, place);
        lines.push(match lacking.as_slice() {
            [] => Line::ok(AREA, format!("{place} has all its settings")),
            _ => Line::warn(
                AREA,
                format!("{place} cannot be used: {}", lacking.join("; ")),
                "Set what is missing to use it",
            ),
        });
    }
    // One key that is not accepted is one line, not five.
    match client.pods().list().await {
        Ok(pods) => lines.push(Line::ok(AREA, format!("the key may read pods; there are {}", pods.len()))),
        Err(error) => {
            lines.push(wrong(&error));
            if matches!(
                error.kind(),
                Kind::BadKey
                    | Kind::Unreachable
                    | Kind::Tls
                    | Kind::Timeout
                    | Kind::Retired
                    | Kind::OldInterface
            ) {
                return lines;
            }
        }
    }
    lines.push(money(&client).await);
    let volume = volume(&client, places, &mut lines).await;
    if let Some(id) = &places.runpod.endpoint {
        endpoint(&client, id, volume.as_ref(), &mut lines).await;
    }
    lines
}

fn wrong(error: &RemoteError) -> Line {
    let line = if matches!(error.kind(), Kind::Scope) { Line::warn } else { Line::fail };
    line(AREA, error.what(), error.next().trim_end_matches('.').to_owned())
}

async fn money(client: &RunPod) -> Line {
    match client.wallet().balance().await {
        Ok(None) => Line::warn(AREA, "RunPod tells no balance any more", "Look at it in the console"),
        Ok(Some(balance)) => {
            let spend = balance.spend.map(|spend| format!(", {spend} is spent now")).unwrap_or_default();
            let text = format!("the balance is {}{spend}", balance.left);
            if balance.left.as_micros() > 0 {
                Line::ok(AREA, text)
            } else {
                Line::fail(
                    AREA,
                    text,
                    "Add credit in RunPod's console: at 0 pods are ended with what is on their disks",
                )
            }
        }
        Err(error) => wrong(&error),
    }
}

async fn volume(client: &RunPod, places: &Places, lines: &mut Vec<Line>) -> Option<Volume> {
    let id = places.runpod.volume.as_ref()?;
    match client.volumes().get(id).await {
        Ok(volume) => {
            let size = volume.size.map(|gb| format!(" of {gb} GB")).unwrap_or_default();
            let named = places.runpod.volume_data_center.as_deref();
            if named.is_some_and(|named| !named.eq_ignore_ascii_case(&volume.data_center)) {
                let what = format!(
                    "the volume {} is in {}, not in {}",
                    volume.name,
                    volume.data_center,
                    named.unwrap_or_default()
                );
                lines.push(Line::fail(AREA, what, "Correct runpod.volume_data_center"));
            } else {
                lines.push(Line::ok(
                    AREA,
                    format!("the volume {}{size} is in {}", volume.name, volume.data_center),
                ));
            }
            Some(volume)
        }
        Err(error) => {
            lines.push(wrong(&error));
            None
        }
    }
}

async fn endpoint(client: &RunPod, id: &str, volume: Option<&Volume>, lines: &mut Vec<Line>) {
    let found = match client.endpoints().get(id).await {
        Ok(found) => found,
        Err(error) => {
            lines.push(wrong(&error));
            return;
        }
    };
    let image = found.image.as_deref().unwrap_or("an image that is not told");
    lines.push(Line::ok(AREA, format!("the endpoint {} runs {image}", found.name)));
    lines.extend(faults(&found, volume));
    match client.jobs(id).health().await {
        Ok(health) => {
            let (jobs, workers) = (health.jobs, health.workers);
            let text = format!(
                "it has {} jobs waiting and {} at work, {} workers idle",
                jobs.in_queue, jobs.in_progress, workers.idle
            );
            lines.push(if workers.unhealthy > 0 {
                let what = format!("{} of its workers crash or do not answer", workers.unhealthy);
                Line::warn(AREA, what, "Look at the endpoint's log in the console")
            } else {
                Line::ok(AREA, text)
            });
        }
        Err(error) => lines.push(wrong(&error)),
    }
}

/// What keeps an endpoint from ever working.
fn faults(endpoint: &Endpoint, volume: Option<&Volume>) -> Vec<Line> {
    let mut lines = Vec::new();
    if endpoint.workers.max == Some(0) {
        let what = "the endpoint may have no workers (RunPod sets that after a week without jobs)";
        lines.push(Line::fail(AREA, what, "Raise its maximum of workers in the console"));
    }
    if let Some(volume) = volume {
        let centers = &endpoint.data_center_ids;
        if !endpoint.network_volumes.is_empty() && !endpoint.network_volumes.contains(&volume.id) {
            let what = format!("the endpoint mounts another volume than {}", volume.name);
            lines.push(Line::warn(AREA, what, "Correct runpod.volume, or the endpoint in the console"));
        }
        if !centers.is_empty()
            && !centers.iter().any(|center| center.eq_ignore_ascii_case(&volume.data_center))
        {
            let what =
                format!("the endpoint is in {}, the volume in {}", centers.join(", "), volume.data_center);
            lines.push(Line::fail(
                AREA,
                what,
                "Put both into one data centre: there will be no workers like this",
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;
    use serde_json::json;

    #[test]
    fn an_endpoint_that_can_never_work_is_said_to_be_so() {
        let endpoint = |value| serde_json::from_value::<Endpoint>(value).unwrap();
        let volume: Volume =
            serde_json::from_value(json!({"id": "v", "name": "models", "dataCenter": "EU-RO-1"})).unwrap();
        let good = endpoint(
            json!({"id": "e", "workers": {"max": 2}, "dataCenterIds": ["EU-RO-1"], "networkVolumes": ["v"]}),
        );
        assert_eq!(faults(&good, Some(&volume)), []);
        let bad = endpoint(
            json!({"id": "e", "workers": {"max": 0}, "dataCenterIds": ["US-CA-2"], "networkVolumes": ["w"]}),
        );
        let states: Vec<State> = faults(&bad, Some(&volume)).iter().map(|line| line.state).collect();
        assert_eq!(states, [State::Fail, State::Warn, State::Fail]);
    }
}
