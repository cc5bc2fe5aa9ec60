//! Pods over REST v2.

use super::errors::Problem;
use super::pod::{list, log, words};
use super::shape::{Field, Kind, wrong};
use super::{Answer, Reply, Request, Route};
use crate::world::{Ending, World};
use serde_json::{Value, json};

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
}
