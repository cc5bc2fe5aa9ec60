//! Pods over REST v2.

use super::errors::Problem;
use super::shape::{Field, Kind, wrong};
use super::{Answer, Reply, Request, Route};
use crate::clock::{SECOND, read, written};
use crate::money::dollars;
use crate::world::{Ending, Order, Phase, Pod, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const BIG: i64 = 1_000_000;

const GPU: &[Field] = &[
    ("id", true, Kind::Word),
    ("count", false, Kind::Whole(1, 64)),
    ("allowedCudaVersions", false, Kind::Texts),
    ("minCudaVersion", false, Kind::Text),
    ("minRamPerGpu", false, Kind::Whole(1, BIG)),
    ("minVcpuCountPerGpu", false, Kind::Whole(1, BIG)),
];
const CPU: &[Field] = &[("id", true, Kind::Word), ("vcpuCount", true, Kind::Whole(2, 512))];
const PERSISTENT: &[Field] = &[("size", true, Kind::Whole(10, BIG)), ("path", true, Kind::Word)];
const NETWORK: &[Field] = &[("volumeId", true, Kind::Word), ("path", true, Kind::Word)];
/// Of a pod.
const MOUNTS: &[Field] =
    &[("persistent", false, Kind::Object(PERSISTENT)), ("network", false, Kind::Objects(NETWORK))];
const CREATE: &[Field] = &[
    ("name", true, Kind::Word),
    ("image", false, Kind::Word),
    ("args", false, Kind::Text),
    ("cmd", false, Kind::Texts),
    ("entrypoint", false, Kind::Texts),
    ("disk", false, Kind::Whole(1, BIG)),
    ("env", false, Kind::Env),
    ("ports", false, Kind::Texts),
    ("registry", false, Kind::TextOrNull),
    ("cloud", false, Kind::OneOf(&["SECURE", "COMMUNITY"])),
    ("cpu", false, Kind::Object(CPU)),
    ("gpu", false, Kind::Object(GPU)),
    ("dataCenterIds", false, Kind::Texts),
    ("globalNetworking", false, Kind::Flag),
    ("mounts", false, Kind::Object(MOUNTS)),
    ("startJupyter", false, Kind::Flag),
    ("startSsh", false, Kind::Flag),
    ("templateId", false, Kind::Word),
];
const CHANGE: &[Field] = &[
    ("name", false, Kind::Word),
    ("image", false, Kind::Word),
    ("args", false, Kind::Text),
    ("cmd", false, Kind::Texts),
    ("entrypoint", false, Kind::Texts),
    ("disk", false, Kind::Whole(1, BIG)),
    ("env", false, Kind::Env),
    ("ports", false, Kind::Texts),
    ("registry", false, Kind::TextOrNull),
    ("globalNetworking", false, Kind::Flag),
    ("locked", false, Kind::Flag),
    ("mounts", false, Kind::Object(MOUNTS)),
    ("templateId", false, Kind::Text),
];
const ACTION: &[Field] = &[("action", true, Kind::OneOf(&["start", "stop", "restart", "terminate"]))];

/// Members that came after the saved document.
const SEPTEMBER: &[&str] = &["cmd", "entrypoint"];

impl World {
    pub(super) fn rest_pods(&mut self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let id = route.parts.get(1).copied().unwrap_or_default();
        if !matches!(route.name, "pods.list" | "pods.create") && !self.pods.contains_key(id) {
            return Err(Problem::missing());
        }
        match route.name {
            "pods.list" => {
                let pods: Vec<_> = self.pods.values().map(|pod| self.shown(pod)).collect();
                Ok(Answer::json(200, json!({"pods": pods})))
            }
            "pods.create" => self.create_pod(&request.value()?),
            "pods.get" => Ok(Answer::json(200, self.shown(&self.pods[id]))),
            "pods.change" => self.change_pod(id, &request.value()?),
            "pods.delete" => {
                if self.pods[id].locked {
                    return Err(Problem::new(409, "pod is locked"));
                }
                self.ask_end(id, Ending::Terminate);
                Ok(Answer::new(204, Reply::Empty))
            }
            "pods.action" => self.act(id, &request.value()?),
            _ => log(request, id, None, &self.pods[id].log),
        }
    }

    fn create_pod(&mut self, body: &Value) -> Result<Answer, Problem> {
        let mut errors = wrong(body, CREATE);
        if !self.settings.september {
            errors.extend(
                SEPTEMBER
                    .iter()
                    .filter(|name| body.get(**name).is_some())
                    .map(|name| format!("body.{name}: unknown property")),
            );
        }
        if body.get("env").and_then(Value::as_object).is_some_and(|env| env.len() > 50) {
            errors.push("body.env: at most 50 variables".to_owned());
        }
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let order = self.order(body)?;
        if self.balance() <= 0 {
            return Err(Problem::new(402, "insufficient balance"));
        }
        let places = self.places(body, &order)?;
        let (quote, most) = if let Some((_, count)) = &order.cpu {
            (self.settings.vcpu * i64::from(*count), u32::MAX)
        } else {
            let gpu = self.settings.gpus.iter().find(|gpu| gpu.id == order.gpu);
            let gpu = gpu.ok_or_else(|| Problem::new(400, format!("unknown gpu type {}", order.gpu)))?;
            let first = if order.community { gpu.community } else { gpu.secure };
            (self.market.price(gpu, first) * i64::from(order.count), gpu.most)
        };
        // An hour of it must be in the account.
        if self.balance() < quote {
            return Err(Problem::new(
                402,
                "insufficient balance: at least one hour of the pod's price is needed",
            ));
        }
        if self.ledger.burn() + quote > self.settings.spend_limit {
            return Err(Problem::new(400, "the account's spend limit would be exceeded"));
        }
        let gone =
            quote == 0 || order.count > most || self.chance.happens(self.settings.chances.capacity_gone);
        let place = match &order.cpu {
            _ if gone => None,
            Some(_) => places
                .first()
                .cloned()
                .or_else(|| self.market.free.keys().next().map(|(_, place)| place.clone())),
            None => self.market.take(&order.gpu, &places, order.count),
        };
        let Some(place) = place else {
            return Err(Problem::new(
                400,
                "There are no longer any instances available with the requested specifications. Please refresh and try again.",
            ));
        };
        // What is charged may be up to a tenth more or less than what was quoted.
        let price = if self.chance.happens(self.settings.chances.price_differs) {
            quote + quote * (self.chance.below(200).cast_signed() - 100) / 1_000
        } else {
            quote
        };
        let id = self.add_pod(order, place, price);
        Ok(Answer::json(201, self.shown(&self.pods[&id])))
    }

    /// The order that a body means, with its template below it.
    fn order(&self, body: &Value) -> Result<Order, Problem> {
        let template = match body.get("templateId").and_then(Value::as_str) {
            Some(id) => Some(
                self.templates
                    .get(id)
                    .ok_or_else(|| Problem::new(404, format!("template {id} not found")))?,
            ),
            None => None,
        };
        let get = |name: &str| body.get(name).or_else(|| template.and_then(|template| template.get(name)));
        let text = |name: &str| get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("image").is_empty() {
            return Err(Problem::body(vec!["body.image: required unless templateId is set".to_owned()]));
        }
        if body.get("gpu").is_some() == body.get("cpu").is_some() {
            return Err(Problem::new(400, "exactly one of gpu or cpu must be set"));
        }
        if body.get("cpu").is_some() && body["mounts"].get("persistent").is_some() {
            return Err(Problem::new(400, "mounts.persistent is not available on CPU pods"));
        }
        let gpu = &body["gpu"];
        if gpu.get("allowedCudaVersions").is_some() && gpu.get("minCudaVersion").is_some() {
            return Err(Problem::new(400, "allowedCudaVersions and minCudaVersion are mutually exclusive"));
        }
        let registry = get("registry").and_then(Value::as_str).map(str::to_owned);
        if let Some(registry) = registry.as_ref().filter(|registry| !self.registries.contains_key(*registry))
        {
            return Err(Problem::new(404, format!("registry {registry} not found")));
        }
        let mounts = get("mounts").cloned().unwrap_or_default();
        let network = mounts.get("network").and_then(Value::as_array).cloned().unwrap_or_default();
        let persistent = mounts
            .get("persistent")
            .map(|mount| (mount["size"].as_i64().unwrap_or(0), words(&mount["path"])));
        if persistent.is_some() && !network.is_empty() || network.len() > 1 {
            return Err(Problem::new(400, "a pod has one persistent or one network mount"));
        }
        let mut env = BTreeMap::new();
        for source in
            [template.and_then(|template| template.get("env")), body.get("env")].into_iter().flatten()
        {
            env.extend(
                source.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), words(value))),
            );
        }
        Ok(Order {
            name: text("name"),
            image: text("image"),
            args: text("args"),
            cmd: list(get("cmd")),
            entrypoint: list(get("entrypoint")),
            env,
            ports: list(get("ports")),
            disk: get("disk").and_then(Value::as_i64).unwrap_or(20),
            persistent,
            volume: network.first().map(|mount| (words(&mount["volumeId"]), words(&mount["path"]))),
            gpu: words(&gpu["id"]),
            count: gpu.get("count").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            cpu: body.get("cpu").map(|cpu| {
                (
                    words(&cpu["id"]),
                    cpu["vcpuCount"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(2),
                )
            }),
            community: body.get("cloud").and_then(Value::as_str) == Some("COMMUNITY"),
            registry,
            template: body.get("templateId").and_then(Value::as_str).map(str::to_owned),
        })
    }

    /// Where a pod may be: a network volume pins the data centre.
    fn places(&self, body: &Value, order: &Order) -> Result<Vec<String>, Problem> {
        let places = list(body.get("dataCenterIds"));
        let Some((id, _)) = &order.volume else { return Ok(places) };
        let volume = self
            .volumes
            .get(id)
            .ok_or_else(|| Problem::new(404, format!("network volume {id} not found")))?;
        if order.community {
            return Err(Problem::new(400, "network volumes are only available in the SECURE cloud"));
        }
        if !places.is_empty() && !places.contains(&volume.place) {
            return Err(Problem::new(
                400,
                format!("network volume {id} is in {}, which is not among dataCenterIds", volume.place),
            ));
        }
        Ok(vec![volume.place.clone()])
    }

    fn change_pod(&mut self, id: &str, body: &Value) -> Result<Answer, Problem> {
        let errors = wrong(body, CHANGE);
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let Some(pod) = self.pods.get_mut(id) else { return Err(Problem::missing()) };
        if let Some(locked) = body.get("locked").and_then(Value::as_bool) {
            pod.locked = locked;
        }
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut pod.order.name);
        }
        let resets = ["image", "args", "cmd", "entrypoint", "env", "ports"]
            .iter()
            .any(|name| body.get(*name).is_some());
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        if let Some(image) = text("image") {
            image.clone_into(&mut pod.order.image);
        }
        if let Some(args) = text("args") {
            args.clone_into(&mut pod.order.args);
        }
        if let Some(env) = body.get("env").and_then(Value::as_object) {
            pod.order.env = env.iter().map(|(name, value)| (name.clone(), words(value))).collect();
        }
        if body.get("ports").is_some() {
            pod.order.ports = list(body.get("ports"));
        }
        if resets {
            self.restart_pod(id);
        }
        Ok(Answer::json(200, self.shown(&self.pods[id])))
    }

    fn act(&mut self, id: &str, body: &Value) -> Result<Answer, Problem> {
        let errors = wrong(body, ACTION);
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let action = body["action"].as_str().unwrap_or_default();
        let pod = &self.pods[id];
        if !pod.phase.actions().contains(&action) {
            return Err(Problem::new(
                409,
                format!("action {action} is not valid while the pod is {}", pod.phase.word()),
            ));
        }
        if pod.locked && action != "start" {
            return Err(Problem::new(409, "pod is locked"));
        }
        match action {
            "stop" => self.ask_end(id, Ending::Stop),
            "terminate" => {
                self.ask_end(id, Ending::Terminate);
                return Ok(Answer::new(204, Reply::Empty));
            }
            "restart" => self.restart_pod(id),
            _ => {
                if self.balance() <= 0 {
                    return Err(Problem::new(402, "insufficient balance"));
                }
                if !self.start_pod(id) {
                    return Err(Problem::new(
                        400,
                        "There are not enough free GPUs on the host machine to start this pod.",
                    ));
                }
            }
        }
        Ok(Answer::json(200, self.pods.get(id).map_or(Value::Null, |pod| self.shown(pod))))
    }

    /// As the API shows a pod: secrets by their names, the environment in clear.
    fn shown(&self, pod: &Pod) -> Value {
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
