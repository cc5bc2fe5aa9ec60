//! Templates, network volumes and registries.

use super::errors::Problem;
use super::pod::words;
use super::shape::{Field, Kind, wrong};
use super::{Answer, Reply, Request, Route};
use crate::world::{Volume, World};
use serde_json::{Value, json};

const PERSISTENT: &[Field] = &[("size", true, Kind::Whole(10, 1_000_000)), ("path", true, Kind::Word)];
const MOUNTS: &[Field] = &[("persistent", false, Kind::Object(PERSISTENT))];
const TEMPLATE: &[Field] = &[
    ("name", false, Kind::Word),
    ("image", false, Kind::Word),
    ("args", false, Kind::Text),
    ("disk", false, Kind::Whole(1, 1_000_000)),
    ("env", false, Kind::Env),
    ("ports", false, Kind::Texts),
    ("registry", false, Kind::TextOrNull),
    ("allowedCudaVersions", false, Kind::Texts),
    ("category", false, Kind::OneOf(&["CPU", "NVIDIA", "AMD"])),
    ("mounts", false, Kind::Object(MOUNTS)),
    ("public", false, Kind::Flag),
    ("serverless", false, Kind::Flag),
    ("startJupyter", false, Kind::Flag),
    ("startSsh", false, Kind::Flag),
];
const VOLUME: &[Field] = &[
    ("name", true, Kind::Word),
    ("size", true, Kind::Whole(10, 4_096)),
    ("dataCenter", true, Kind::Word),
    ("type", false, Kind::OneOf(&["STANDARD", "HIGH_PERFORMANCE"])),
];
const GROW: &[Field] = &[("name", false, Kind::Word), ("size", false, Kind::Whole(10, 4_096))];
const REGISTRY: &[Field] =
    &[("name", true, Kind::Word), ("username", true, Kind::Word), ("password", true, Kind::Word)];

fn check(request: &Request, shape: &[Field]) -> Result<Value, Problem> {
    let body = request.value()?;
    let errors = wrong(&body, shape);
    if errors.is_empty() { Ok(body) } else { Err(Problem::body(errors)) }
}

impl World {
    pub(super) fn rest_stores(&mut self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let id = route.parts.get(1).copied().unwrap_or_default();
        match route.name {
            "templates.list" => {
                Ok(Answer::json(200, json!({"templates": self.templates.values().collect::<Vec<_>>()})))
            }
            "templates.create" => {
                let mut body = check(request, TEMPLATE)?;
                let missing: Vec<_> =
                    ["name", "image"].into_iter().filter(|name| body.get(*name).is_none()).collect();
                if !missing.is_empty() {
                    return Err(Problem::body(
                        missing
                            .iter()
                            .map(|name| format!("body.{name}: required property is missing"))
                            .collect(),
                    ));
                }
                let id = self.chance.name(8);
                for (name, usual) in [
                    ("args", json!("")),
                    ("disk", json!(20)),
                    ("env", json!({})),
                    ("ports", json!([])),
                    ("registry", Value::Null),
                    ("mounts", json!({})),
                    ("serverless", json!(false)),
                    ("public", json!(false)),
                    ("category", json!("NVIDIA")),
                    ("startSsh", json!(true)),
                    ("startJupyter", json!(true)),
                    ("allowedCudaVersions", json!([])),
                ] {
                    if body.get(name).is_none() {
                        body[name] = usual;
                    }
                }
                body["id"] = json!(id);
                self.templates.insert(id, body.clone());
                Ok(Answer::json(201, body))
            }
            "templates.get" => {
                Ok(Answer::json(200, self.templates.get(id).ok_or_else(Problem::missing)?.clone()))
            }
            "templates.change" => {
                let body = check(request, TEMPLATE)?;
                let template = self.templates.get_mut(id).ok_or_else(Problem::missing)?;
                for (name, value) in body.as_object().into_iter().flatten() {
                    template[name.as_str()] = value.clone();
                }
                Ok(Answer::json(200, template.clone()))
            }
            "templates.delete" => {
                if self.endpoints.values().any(|endpoint| endpoint.config.template.as_deref() == Some(id)) {
                    return Err(Problem::new(400, "template is in use"));
                }
                self.templates.remove(id).map(|_| Answer::new(204, Reply::Empty)).ok_or_else(Problem::missing)
            }
            "registries.list" => {
                let all: Vec<_> =
                    self.registries.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
                Ok(Answer::json(200, json!({"registries": all})))
            }
            "registries.create" => {
                let name = words(&check(request, REGISTRY)?["name"]);
                let id = self.chance.name(10);
                self.registries.insert(id.clone(), name.clone());
                Ok(Answer::json(201, json!({"id": id, "name": name})))
            }
            "registries.get" => {
                let name = self.registries.get(id).ok_or_else(Problem::missing)?;
                Ok(Answer::json(200, json!({"id": id, "name": name})))
            }
            "registries.delete" => self
                .registries
                .remove(id)
                .map(|_| Answer::new(204, Reply::Empty))
                .ok_or_else(Problem::missing),
            _ => self.rest_volumes(request, route.name, id),
        }
    }

    fn rest_volumes(&mut self, request: &Request, name: &str, id: &str) -> Result<Answer, Problem> {
        match name {
            "volumes.list" => {
                let all: Vec<_> = self.volumes.iter().map(|(id, volume)| shown(id, volume)).collect();
                Ok(Answer::json(200, json!({"networkVolumes": all})))
            }
            "volumes.create" => {
                let body = check(request, VOLUME)?;
                let place = words(&body["dataCenter"]);
                if !self.market.free.keys().any(|(_, known)| *known == place) {
                    return Err(Problem::new(400, format!("unknown data center {place}")));
                }
                if self.balance() <= 0 {
                    return Err(Problem::new(402, "insufficient balance"));
                }
                let fast = body.get("type").and_then(Value::as_str) == Some("HIGH_PERFORMANCE");
                let id =
                    self.add_volume(&words(&body["name"]), body["size"].as_i64().unwrap_or(10), &place, fast);
                Ok(Answer::json(201, shown(&id, &self.volumes[&id])))
            }
            "volumes.get" => {
                Ok(Answer::json(200, shown(id, self.volumes.get(id).ok_or_else(Problem::missing)?)))
            }
            "volumes.change" => {
                let body = check(request, GROW)?;
                let volume = self.volumes.get_mut(id).ok_or_else(Problem::missing)?;
                if let Some(size) = body.get("size").and_then(Value::as_i64) {
                    if size < volume.size {
                        return Err(Problem::new(400, "a network volume only grows"));
                    }
                    volume.size = size;
                }
                if let Some(name) = body.get("name").and_then(Value::as_str) {
                    name.clone_into(&mut volume.name);
                }
                let (bill, size, fast) = (volume.bill, volume.size, volume.fast);
                self.set_rates(bill, Self::volume_rates(size, fast));
                Ok(Answer::json(200, shown(id, &self.volumes[id])))
            }
            _ => {
                if self.pods.values().any(|pod| pod.volume.as_deref() == Some(id)) {
                    return Err(Problem::new(400, "network volume is in use by a pod"));
                }
                let volume = self.volumes.remove(id).ok_or_else(Problem::missing)?;
                self.close_bill(volume.bill);
                Ok(Answer::new(204, Reply::Empty))
            }
        }
    }
}

fn shown(id: &str, volume: &Volume) -> Value {
    json!({"id": id, "name": volume.name, "size": volume.size, "dataCenter": volume.place, "type": if volume.fast { "HIGH_PERFORMANCE" } else { "STANDARD" }})
}
