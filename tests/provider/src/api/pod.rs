//! How a pod and its log are shown.

use super::errors::Problem;
use super::{Answer, Reply, Request};
use crate::clock::{SECOND, read, written};
use crate::money::dollars;
use crate::world::{Phase, Pod, World};
use serde_json::{Map, Value, json};

impl World {
    /// As the API shows a pod: secrets by their names, the environment in clear.
    pub(super) fn shown(&self, pod: &Pod) -> Value {
        let order = &pod.order;
        let running = pod.phase == Phase::Running;
        let mut mounts = Map::new();
        if let Some((size, path)) = &order.persistent {
            mounts.insert("persistent".into(), json!({"size": size, "path": path}));
        }
        if let Some((volume, path)) = &order.volume {
            mounts.insert("network".into(), json!([{"volumeId": volume, "path": path}]));
        }
        let host = format!("195.26.233.{}", pod.port % 250);
        let port = |text: &String| {
            let (private, kind) = text.split_once('/').unwrap_or((text, "tcp"));
            let private: u32 = private.parse().unwrap_or(0);
            if kind == "tcp" {
                json!({"private": private, "public": pod.port, "type": kind, "ip": host})
            } else {
                json!({"private": private, "public": null, "type": kind, "ip": null})
            }
        };
        let runtime = running.then(|| {
            json!({
                "uptime": pod.up.map_or(0, |up| (self.now - up) / SECOND),
                "gpus": vec![json!({"util": 97, "memoryUtil": 71}); usize::try_from(order.count).unwrap_or(1)],
                "cpu": {"util": 12}, "memory": {"util": 30},
                "ports": order.ports.iter().map(port).collect::<Vec<_>>(),
            })
        });
        let user = format!("{}-64411eb2", pod.id);
        let proxy = json!({"host": "ssh.runpod.io", "port": 22, "username": user, "command": format!("ssh {user}@ssh.runpod.io")});
        let direct = (running && order.ports.iter().any(|port| port == "22/tcp"))
            .then(|| json!({"host": host, "port": pod.port, "username": "root", "command": format!("ssh root@{host} -p {}", pod.port)}));
        let mut shown = json!({
            "id": pod.id, "name": order.name, "status": pod.phase.word(), "actions": pod.phase.actions(),
            "image": order.image, "args": order.args, "disk": order.disk, "mounts": mounts, "ports": order.ports,
            "env": order.env, "registry": order.registry,
            "gpu": {"id": order.gpu, "count": order.count},
            "cloud": if order.community { "COMMUNITY" } else { "SECURE" },
            "dataCenterId": pod.place, "cudaVersion": "12.8",
            "ssh": {"proxy": proxy, "direct": direct},
            "template": order.template,
            "cost": if matches!(pod.phase, Phase::Exited) { json!(0.0) } else { dollars(pod.price) },
            "locked": pod.locked, "globalNetworking": {"enabled": false},
            "runtime": runtime, "createdAt": written(pod.created), "startedAt": pod.started.map(written),
        });
        if let Some((id, count)) = &order.cpu {
            shown["cpu"] = json!({"id": id, "vcpuCount": count, "memory": count * 4});
            if let Some(shown) = shown.as_object_mut() {
                shown.remove("gpu");
            }
        }
        if self.settings.september {
            shown["cmd"] = json!(order.cmd);
            shown["entrypoint"] = json!(order.entrypoint);
            if order.cpu.is_none() {
                shown["gpu"]["vcpuCount"] = json!(16);
                shown["gpu"]["memory"] = json!(94);
            }
        }
        shown
    }
}

/// The log of something as a stream, from where the caller wants it.
pub(super) fn log(
    request: &Request,
    id: &str,
    endpoint: Option<&str>,
    log: &crate::world::Log,
) -> Result<Answer, Problem> {
    let source = request.query("source").map(str::to_owned);
    if source.as_deref().is_some_and(|source| !matches!(source, "container" | "system")) {
        return Err(Problem::body(vec!["query.source: expected one of container, system".to_owned()]));
    }
    let tail = match request.query("tail").map(str::parse::<usize>) {
        None => 100,
        Some(Ok(tail)) if tail <= 5_000 => tail,
        Some(_) => {
            return Err(Problem::body(vec!["query.tail: expected an integer from 0 to 5000".to_owned()]));
        }
    };
    let cursor = request
        .last_event
        .as_deref()
        .and_then(|text| text.rsplit_once('/'))
        .and_then(|(_, number)| number.parse().ok());
    let after = match (cursor, request.query("since").and_then(read)) {
        (Some(number), _) => number,
        (None, Some(at)) => log.since(at),
        (None, None) => log.tail(tail, source.as_deref()),
    };
    Ok(Answer::new(
        200,
        Reply::Log { id: id.to_owned(), endpoint: endpoint.map(str::to_owned), source, after },
    ))
}

/// A text, or nothing.
pub(super) fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A list of texts.
pub(super) fn list(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().map(words).collect()
}
