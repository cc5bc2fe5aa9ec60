//! What a queue endpoint may be told to be.

use super::errors::Problem;
use super::pod::{list, words};
use super::shape::{Field, Kind, wrong};
use crate::clock::SECOND;
use crate::world::{Config, Scaling, World};
use serde_json::Value;
use std::collections::BTreeMap;

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
    /// A configuration with what a body says on top of it; nothing is changed where that is refused.
    pub(super) fn config(&self, old: Config, body: &Value, new: bool) -> Result<Config, Problem> {
        let mut fields = FIELDS.to_vec();
        if new {
            fields.push(("type", true, Kind::OneOf(&["QUEUE", "LOAD_BALANCER"])));
            for field in &mut fields {
                field.1 |= matches!(field.0, "name" | "scaling");
            }
        }
        let errors = wrong(body, &fields);
        if !errors.is_empty() {
            return Err(Problem::body(errors));
        }
        let mut config = old;
        config.queue_type &= body.get("type").is_none_or(|kind| kind == "QUEUE");
        self.template(&mut config, body)?;
        container(&mut config, body);
        self.places_of(&mut config, body)?;
        self.gpus_of(&mut config, body)?;
        scaling(&mut config, body)?;
        workers(&mut config, body)?;
        if config.image.is_empty() {
            return Err(Problem::body(vec!["body.image: required unless templateId is set".to_owned()]));
        }
        Ok(config)
    }

    fn template(&self, config: &mut Config, body: &Value) -> Result<(), Problem> {
        let Some(id) = body.get("templateId").and_then(Value::as_str).filter(|id| !id.is_empty()) else {
            return Ok(());
        };
        let template =
            self.templates.get(id).ok_or_else(|| Problem::new(404, format!("template {id} not found")))?;
        config.template = Some(id.to_owned());
        config.image = words(&template["image"]);
        config.args = words(&template["args"]);
        config.env.extend(env(&template["env"]));
        Ok(())
    }

    /// Data centres and volumes, which must be in one of them.
    fn places_of(&self, config: &mut Config, body: &Value) -> Result<(), Problem> {
        if body.get("dataCenterIds").is_some() {
            config.places = list(body.get("dataCenterIds"));
        }
        if body.get("networkVolumes").is_some() {
            config.volumes = list(body.get("networkVolumes"));
        }
        for id in &config.volumes {
            let volume = self
                .volumes
                .get(id)
                .ok_or_else(|| Problem::new(404, format!("network volume {id} not found")))?;
            if !config.places.is_empty() && !config.places.contains(&volume.place) {
                let detail = format!("network volume {id} is in {}, the endpoint is not", volume.place);
                return Err(Problem::new(400, detail));
            }
        }
        Ok(())
    }

    fn gpus_of(&self, config: &mut Config, body: &Value) -> Result<(), Problem> {
        let Some(gpu) = body.get("gpu") else { return Ok(()) };
        config.pools = list(gpu.get("pools"));
        let known = |pool: &&String| !self.settings.gpus.iter().any(|gpu| gpu.pool.as_ref() == Some(*pool));
        if let Some(pool) = config.pools.iter().find(known) {
            return Err(Problem::new(400, format!("unknown gpu pool {pool}")));
        }
        config.excluded = list(gpu.get("excludedTypes"));
        config.count = number(gpu.get("count")).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
        config.gpu = gpu.clone();
        Ok(())
    }
}

fn number(value: Option<&Value>) -> Option<i64> {
    value.and_then(Value::as_i64)
}

fn env(value: &Value) -> BTreeMap<String, String> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), words(value))).collect()
}

fn container(config: &mut Config, body: &Value) {
    for (name, into) in [
        ("name", &mut config.name),
        ("image", &mut config.image),
        ("args", &mut config.args),
        ("flashboot", &mut config.flashboot),
    ] {
        if let Some(text) = body.get(name).and_then(Value::as_str) {
            text.clone_into(into);
        }
    }
    if let Some(value) = body.get("env") {
        config.env = env(value);
    }
    if body.get("ports").is_some() {
        config.ports = list(body.get("ports"));
    }
    if let Some(registry) = body.get("registry") {
        config.registry = registry.as_str().map(str::to_owned);
    }
    config.disk = number(body.get("disk")).unwrap_or(config.disk);
    config.timeout = number(body.get("timeout")).unwrap_or(config.timeout);
}

fn scaling(config: &mut Config, body: &Value) -> Result<(), Problem> {
    let missing =
        |name: &str| Problem::body(vec![format!("body.scaling.{name}: required property is missing")]);
    let Some(scaling) = body.get("scaling") else { return Ok(()) };
    config.scaling = if scaling["type"] == "QUEUE_DELAY" {
        let seconds = scaling["queueDelay"].as_f64().ok_or_else(|| missing("queueDelay"))?;
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a queue")]
        Scaling::QueueDelay((seconds * 1000.0) as i64)
    } else {
        let count = scaling["requestCount"].as_u64().ok_or_else(|| missing("requestCount"))?;
        Scaling::RequestCount(usize::try_from(count).unwrap_or(1))
    };
    Ok(())
}

fn workers(config: &mut Config, body: &Value) -> Result<(), Problem> {
    let Some(workers) = body.get("workers") else { return Ok(()) };
    let count = |name: &str, old: usize| {
        number(workers.get(name)).and_then(|n| usize::try_from(n).ok()).unwrap_or(old)
    };
    config.least = count("min", config.least);
    config.most = count("max", config.most);
    if let Some(seconds) = number(workers.get("idleTimeout")) {
        if config.queue_type && matches!(config.scaling, Scaling::RequestCount(_)) {
            let detail = "workers.idleTimeout is not applicable to queue endpoints scaling on requestCount";
            return Err(Problem::new(400, detail));
        }
        config.idle_timeout = seconds * SECOND;
    }
    if config.least > config.most {
        return Err(Problem::new(400, "workers.min must not exceed workers.max"));
    }
    Ok(())
}
