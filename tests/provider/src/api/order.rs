//! What a body that rents a pod means.

use super::errors::Problem;
use super::pod::{list, words};
use crate::world::{Order, World};
use serde_json::Value;
use std::collections::BTreeMap;

impl World {
    /// The order that a body means, with its template below it.
    pub(super) fn order(&self, body: &Value) -> Result<Order, Problem> {
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
    pub(super) fn places(&self, body: &Value, order: &Order) -> Result<Vec<String>, Problem> {
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
}
