//! Queue endpoints over REST v2.

use super::errors::Problem;
use super::pods::{list, log, words};
use super::shape::{Field, Kind, wrong};
use super::{Answer, Reply, Request, Route};
use crate::clock::{SECOND, written};
use crate::world::{Endpoint, Mode, Scaling, World};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

const BIG: i64 = 1_000_000_000;
const GPU: &[Field] = &[
    ("pools", false, Kind::Texts),
    ("excludedTypes", false, Kind::Texts),
    ("count", false, Kind::Whole(1, 64)),
    ("allowedCudaVersions", false, Kind::Texts),
    ("minCudaVersion", false, Kind::Text),
];
const CPU: &[Field] = &[("id", true, Kind::Word), ("vcpuCount", true, Kind::Whole(2, 512))];
const WORKERS: &[Field] = &[
    ("min", false, Kind::Whole(0, 1_000)),
    ("max", false, Kind::Whole(0, 1_000)),
    ("idleTimeout", false, Kind::Whole(1, 3_600)),
];
const SCALING: &[Field] = &[
    ("type", true, Kind::OneOf(&["QUEUE_DELAY", "REQUEST_COUNT"])),
    ("queueDelay", false, Kind::Number(0.5)),
    ("requestCount", false, Kind::Whole(1, BIG)),
];
const FIELDS: &[Field] = &[
    ("name", false, Kind::Word),
    ("image", false, Kind::Word),
    ("args", false, Kind::Text),
    ("disk", false, Kind::Whole(1, BIG)),
    ("env", false, Kind::Env),
    ("ports", false, Kind::Texts),
    ("registry", false, Kind::TextOrNull),
    ("gpu", false, Kind::Object(GPU)),
    ("cpu", false, Kind::Objects(CPU)),
    ("scaling", false, Kind::Object(SCALING)),
    ("dataCenterIds", false, Kind::Texts),
    ("flashboot", false, Kind::OneOf(&["OFF", "FLASHBOOT", "PRIORITY_FLASHBOOT"])),
    ("networkVolumes", false, Kind::Texts),
    ("templateId", false, Kind::Text),
    ("timeout", false, Kind::Whole(0, BIG)),
    ("workers", false, Kind::Object(WORKERS)),
];

impl World {
    pub(super) fn rest_endpoints(&mut self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let id = route.parts.get(1).copied().unwrap_or_default();
        if !matches!(route.name, "serverless.list" | "serverless.create") && !self.endpoints.contains_key(id)
        {
            return Err(Problem::missing());
        }
        match route.name {
            "serverless.list" => {
                let endpoints: Vec<_> =
                    self.endpoints.values().map(|endpoint| self.shown_endpoint(endpoint)).collect();
                Ok(Answer::json(200, json!({"endpoints": endpoints})))
            }
            "serverless.create" => self.create_endpoint(&request.value()?),
            "serverless.get" => Ok(Answer::json(200, self.shown_endpoint(&self.endpoints[id]))),
            "serverless.change" => self.change_endpoint(id, &request.value()?),
            "serverless.delete" => {
                // No worker is born any more while the others and their jobs go.
                if let Some(endpoint) = self.endpoints.get_mut(id) {
                    (endpoint.least, endpoint.most) = (0, 0);
                }
                let of = self.jobs.iter().filter(|(_, job)| job.endpoint == id);
                let jobs: Vec<_> = of.map(|(id, _)| id.clone()).collect();
                for job in jobs {
                    self.cancel(&job);
                    self.jobs.remove(&job);
                }
                self.dismiss_workers(id);
                self.endpoints.remove(id);
                Ok(Answer::new(204, Reply::Empty))
            }
            "serverless.workers" => Ok(Answer::json(200, self.shown_workers(&self.endpoints[id]))),
            "serverless.logs" => {
                let worker = route.parts[3];
                log(request, worker, Some(id), self.endpoint_log(id, worker).ok_or_else(Problem::missing)?)
            }
            _ => {
                let endpoint = &self.endpoints[id];
                let latest =
                    endpoint.workers.values().filter(|worker| worker.version == endpoint.version).count();
                let total = endpoint.workers.len();
                let percent = (latest * 100).checked_div(total).unwrap_or(100);
                let rollout = json!({"inProgress": latest < total, "workersOnLatest": latest, "workersTotal": total, "percentOnLatest": percent});
                Ok(Answer::json(
                    200,
                    json!({"endpointVersion": endpoint.version, "rollout": rollout, "releases": endpoint.releases}),
                ))
            }
        }
    }

    fn create_endpoint(&mut self, body: &Value) -> Result<Answer, Problem> {
        let mut fields = FIELDS.to_vec();
        fields.push(("type", true, Kind::OneOf(&["QUEUE", "LOAD_BALANCER"])));
        for field in &mut fields {
            field.1 |= matches!(field.0, "name" | "scaling");
        }
        let errors = wrong(body, &fields);
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let id = self.chance.name(14);
        let mut endpoint = Endpoint {
            id: id.clone(),
            name: String::new(),
            queue_type: words(&body["type"]) == "QUEUE",
            image: String::new(),
            args: String::new(),
            env: BTreeMap::new(),
            ports: Vec::new(),
            disk: 20,
            registry: None,
            template: None,
            gpu: Value::Null,
            pools: Vec::new(),
            excluded: Vec::new(),
            count: 1,
            least: 0,
            most: 3,
            idle_timeout: 5 * SECOND,
            scaling: Scaling::QueueDelay(4 * SECOND),
            // The documents say 300000, what was seen is 0.
            timeout: 0,
            flashboot: "OFF".to_owned(),
            places: Vec::new(),
            volumes: Vec::new(),
            created: self.now,
            version: 0,
            releases: Vec::new(),
            asked: self.now,
            workers: BTreeMap::new(),
            queue: VecDeque::new(),
            outside: false,
            crashing: false,
            throttled: false,
            completed: 0,
            failed: 0,
            retried: 0,
            tending: false,
        };
        self.fill(&mut endpoint, body)?;
        if endpoint.image.is_empty() {
            return Err(Problem::body(vec!["body.image: required unless templateId is set".to_owned()]));
        }
        let shown = self.shown_endpoint(&endpoint);
        self.endpoints.insert(id.clone(), endpoint);
        self.tend(&id);
        Ok(Answer::json(201, shown))
    }

    fn change_endpoint(&mut self, id: &str, body: &Value) -> Result<Answer, Problem> {
        let errors = wrong(body, FIELDS);
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let Some(mut endpoint) = self.endpoints.remove(id) else { return Err(Problem::missing()) };
        let filled = self.fill(&mut endpoint, body);
        self.endpoints.insert(id.to_owned(), endpoint);
        filled?;
        self.tend(id);
        Ok(Answer::json(200, self.shown_endpoint(&self.endpoints[id])))
    }

    /// Puts what a body says into an endpoint; an error leaves it as it may.
    fn fill(&mut self, endpoint: &mut Endpoint, body: &Value) -> Result<(), Problem> {
        let template = match body.get("templateId").and_then(Value::as_str).filter(|id| !id.is_empty()) {
            Some(id) => Some(
                self.templates
                    .get(id)
                    .cloned()
                    .ok_or_else(|| Problem::new(404, format!("template {id} not found")))?,
            ),
            None => None,
        };
        if let Some(template) = &template {
            endpoint.template = body["templateId"].as_str().map(str::to_owned);
            endpoint.image = words(&template["image"]);
            endpoint.args = words(&template["args"]);
            endpoint.env.extend(env(&template["env"]));
        }
        let number = |value: Option<&Value>| value.and_then(Value::as_i64);
        if let Some(volumes) = body.get("networkVolumes") {
            let volumes = list(Some(volumes));
            for volume in &volumes {
                let found = self
                    .volumes
                    .get(volume)
                    .ok_or_else(|| Problem::new(404, format!("network volume {volume} not found")))?;
                let places = body
                    .get("dataCenterIds")
                    .map_or_else(|| endpoint.places.clone(), |places| list(Some(places)));
                if !places.is_empty() && !places.contains(&found.place) {
                    return Err(Problem::new(
                        400,
                        format!("network volume {volume} is in {}, the endpoint is not", found.place),
                    ));
                }
            }
            endpoint.volumes = volumes;
        }
        for (name, into) in [
            ("name", &mut endpoint.name),
            ("image", &mut endpoint.image),
            ("args", &mut endpoint.args),
            ("flashboot", &mut endpoint.flashboot),
        ] {
            if let Some(text) = body.get(name).and_then(Value::as_str) {
                text.clone_into(into);
            }
        }
        if let Some(value) = body.get("env") {
            endpoint.env = env(value);
        }
        if body.get("ports").is_some() {
            endpoint.ports = list(body.get("ports"));
        }
        if let Some(registry) = body.get("registry") {
            endpoint.registry = registry.as_str().map(str::to_owned);
        }
        endpoint.disk = number(body.get("disk")).unwrap_or(endpoint.disk);
        endpoint.timeout = number(body.get("timeout")).unwrap_or(endpoint.timeout);
        if body.get("dataCenterIds").is_some() {
            endpoint.places = list(body.get("dataCenterIds"));
        }
        if let Some(gpu) = body.get("gpu") {
            endpoint.pools = list(gpu.get("pools"));
            if let Some(pool) = endpoint
                .pools
                .iter()
                .find(|pool| !self.settings.gpus.iter().any(|gpu| gpu.pool.as_ref() == Some(pool)))
            {
                return Err(Problem::new(400, format!("unknown gpu pool {pool}")));
            }
            endpoint.excluded = list(gpu.get("excludedTypes"));
            endpoint.count = number(gpu.get("count")).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
            endpoint.gpu = gpu.clone();
        }
        let scaling = body.get("scaling");
        match scaling.and_then(|scaling| scaling["type"].as_str()) {
            Some("QUEUE_DELAY") => endpoint.scaling = Scaling::QueueDelay(delay(scaling)?),
            Some(_) => {
                let count = scaling.and_then(|scaling| scaling["requestCount"].as_u64());
                let count = count.ok_or_else(|| {
                    Problem::body(vec!["body.scaling.requestCount: required property is missing".to_owned()])
                })?;
                endpoint.scaling = Scaling::RequestCount(usize::try_from(count).unwrap_or(1));
            }
            None => {}
        }
        if let Some(workers) = body.get("workers") {
            let count = |name: &str, old: usize| {
                number(workers.get(name)).and_then(|n| usize::try_from(n).ok()).unwrap_or(old)
            };
            endpoint.least = count("min", endpoint.least);
            endpoint.most = count("max", endpoint.most);
            if let Some(seconds) = number(workers.get("idleTimeout")) {
                if endpoint.queue_type && matches!(endpoint.scaling, Scaling::RequestCount(_)) {
                    return Err(Problem::new(
                        400,
                        "workers.idleTimeout is not applicable to queue endpoints scaling on requestCount",
                    ));
                }
                endpoint.idle_timeout = seconds * SECOND;
            }
            if endpoint.least > endpoint.most {
                return Err(Problem::new(400, "workers.min must not exceed workers.max"));
            }
        }
        endpoint.version += 1;
        let release = json!({"id": self.chance.name(8), "version": endpoint.version, "source": "MANUAL", "buildId": null, "createdByUserId": null,
            "workerCount": endpoint.workers.len(), "createdAt": written(self.now), "diff": []});
        endpoint.releases.insert(0, release);
        Ok(())
    }

    fn shown_endpoint(&self, endpoint: &Endpoint) -> Value {
        let base = format!("{}/v2/{}", self.bases.0, endpoint.id);
        let by_count = matches!(endpoint.scaling, Scaling::RequestCount(_));
        let urls = json!({
            "run": format!("{base}/run"), "runSync": format!("{base}/runsync"), "status": format!("{base}/status/{{job_id}}"),
            "stream": format!("{base}/stream/{{job_id}}"), "cancel": format!("{base}/cancel/{{job_id}}"), "retry": format!("{base}/retry/{{job_id}}"),
            "purgeQueue": format!("{base}/purge-queue"), "health": format!("{base}/health"),
        });
        let mut workers = json!({"min": endpoint.least, "max": endpoint.most});
        if !(endpoint.queue_type && by_count) {
            workers["idleTimeout"] = json!(endpoint.idle_timeout / SECOND);
        }
        let scaling = match endpoint.scaling {
            #[expect(clippy::cast_precision_loss, reason = "a delay of seconds")]
            Scaling::QueueDelay(ms) => json!({"type": "QUEUE_DELAY", "queueDelay": ms as f64 / 1000.0}),
            Scaling::RequestCount(count) => json!({"type": "REQUEST_COUNT", "requestCount": count}),
        };
        let cuda = |name: &str, none: Value| endpoint.gpu.get(name).cloned().unwrap_or(none);
        json!({
            "id": endpoint.id, "name": endpoint.name, "type": if endpoint.queue_type { "QUEUE" } else { "LOAD_BALANCER" }, "requestUrls": urls,
            "image": endpoint.image, "args": endpoint.args, "disk": endpoint.disk, "ports": endpoint.ports, "env": endpoint.env,
            "registry": endpoint.registry,
            "gpu": {"pools": endpoint.pools, "excludedTypes": endpoint.excluded, "count": endpoint.count,
                    "allowedCudaVersions": cuda("allowedCudaVersions", json!([])), "minCudaVersion": cuda("minCudaVersion", Value::Null)},
            "workers": workers, "scaling": scaling, "dataCenterIds": endpoint.places, "networkVolumes": endpoint.volumes,
            "timeout": endpoint.timeout, "flashboot": endpoint.flashboot, "createdAt": written(endpoint.created),
        })
    }

    fn shown_workers(&self, endpoint: &Endpoint) -> Value {
        let shown: Vec<_> = endpoint
            .workers
            .values()
            .map(|worker| {
                json!({
                    "id": worker.id, "status": worker.mode.word(), "isStale": worker.version < endpoint.version, "version": worker.version,
                    "gpuCount": endpoint.count, "image": endpoint.image,
                    "uptimeSeconds": worker.started.map(|at| (self.now - at) / SECOND),
                    "gpuTypeId": worker.host.as_ref().map(|host| &host.0), "dataCenterId": worker.host.as_ref().map(|host| &host.1),
                    "startedAt": worker.started.map(written),
                })
            })
            .collect();
        let count =
            |of: fn(&Mode) -> bool| endpoint.workers.values().filter(|worker| of(&worker.mode)).count();
        json!({
            "workers": shown, "endpointVersion": endpoint.version,
            "summary": {
                "running": count(|mode| matches!(mode, Mode::Busy(_))), "idle": count(|mode| *mode == Mode::Idle),
                "initializing": count(|mode| *mode == Mode::Initializing), "throttled": count(|mode| *mode == Mode::Throttled),
                "unhealthy": count(|mode| *mode == Mode::Unhealthy), "total": endpoint.workers.len(),
            },
        })
    }
}

/// `queueDelay` in milliseconds.
fn delay(scaling: Option<&Value>) -> Result<i64, Problem> {
    let seconds = scaling.and_then(|scaling| scaling["queueDelay"].as_f64());
    let seconds = seconds.ok_or_else(|| {
        Problem::body(vec!["body.scaling.queueDelay: required property is missing".to_owned()])
    })?;
    #[expect(clippy::cast_possible_truncation, reason = "seconds of a queue")]
    Ok((seconds * 1000.0) as i64)
}

fn env(value: &Value) -> BTreeMap<String, String> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), words(value))).collect()
}
