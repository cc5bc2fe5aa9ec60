//! Queue endpoints over REST v2.

use super::errors::Problem;
use super::pod::log;
use super::{Answer, Reply, Request, Route};
use crate::clock::{SECOND, written};
use crate::world::{Config, Endpoint, Mode, Scaling, World};
use serde_json::{Value, json};

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
                    (endpoint.config.least, endpoint.config.most) = (0, 0);
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
        let config = self.config(Config::default(), body, true)?;
        let id = self.chance.name(14);
        self.endpoints.insert(id.clone(), Endpoint::new(&id, config, self.now));
        self.release(&id);
        self.tend(&id);
        Ok(Answer::json(201, self.shown_endpoint(&self.endpoints[&id])))
    }

    fn change_endpoint(&mut self, id: &str, body: &Value) -> Result<Answer, Problem> {
        let config = self.config(self.endpoints[id].config.clone(), body, false)?;
        if let Some(endpoint) = self.endpoints.get_mut(id) {
            endpoint.config = config;
        }
        self.release(id);
        self.tend(id);
        Ok(Answer::json(200, self.shown_endpoint(&self.endpoints[id])))
    }

    /// Every change is a version of its own.
    fn release(&mut self, id: &str) {
        let (name, created) = (self.chance.name(8), written(self.now));
        let Some(endpoint) = self.endpoints.get_mut(id) else { return };
        endpoint.version += 1;
        let release = json!({"id": name, "version": endpoint.version, "source": "MANUAL", "buildId": null, "createdByUserId": null,
            "workerCount": endpoint.workers.len(), "createdAt": created, "diff": []});
        endpoint.releases.insert(0, release);
    }

    fn shown_endpoint(&self, endpoint: &Endpoint) -> Value {
        let base = format!("{}/v2/{}", self.bases.0, endpoint.id);
        let by_count = matches!(endpoint.config.scaling, Scaling::RequestCount(_));
        let urls = json!({
            "run": format!("{base}/run"), "runSync": format!("{base}/runsync"), "status": format!("{base}/status/{{job_id}}"),
            "stream": format!("{base}/stream/{{job_id}}"), "cancel": format!("{base}/cancel/{{job_id}}"), "retry": format!("{base}/retry/{{job_id}}"),
            "purgeQueue": format!("{base}/purge-queue"), "health": format!("{base}/health"),
        });
        let mut workers = json!({"min": endpoint.config.least, "max": endpoint.config.most});
        if !(endpoint.config.queue_type && by_count) {
            workers["idleTimeout"] = json!(endpoint.config.idle_timeout / SECOND);
        }
        let scaling = match endpoint.config.scaling {
            #[expect(clippy::cast_precision_loss, reason = "a delay of seconds")]
            Scaling::QueueDelay(ms) => json!({"type": "QUEUE_DELAY", "queueDelay": ms as f64 / 1000.0}),
            Scaling::RequestCount(count) => json!({"type": "REQUEST_COUNT", "requestCount": count}),
        };
        let cuda = |name: &str, none: Value| endpoint.config.gpu.get(name).cloned().unwrap_or(none);
        json!({
            "id": endpoint.id, "name": endpoint.config.name, "type": if endpoint.config.queue_type { "QUEUE" } else { "LOAD_BALANCER" }, "requestUrls": urls,
            "image": endpoint.config.image, "args": endpoint.config.args, "disk": endpoint.config.disk, "ports": endpoint.config.ports, "env": endpoint.config.env,
            "registry": endpoint.config.registry,
            "gpu": {"pools": endpoint.config.pools, "excludedTypes": endpoint.config.excluded, "count": endpoint.config.count,
                    "allowedCudaVersions": cuda("allowedCudaVersions", json!([])), "minCudaVersion": cuda("minCudaVersion", Value::Null)},
            "workers": workers, "scaling": scaling, "dataCenterIds": endpoint.config.places, "networkVolumes": endpoint.config.volumes,
            "timeout": endpoint.config.timeout, "flashboot": endpoint.config.flashboot, "createdAt": written(endpoint.created),
        })
    }

    fn shown_workers(&self, endpoint: &Endpoint) -> Value {
        let shown: Vec<_> = endpoint
            .workers
            .values()
            .map(|worker| {
                json!({
                    "id": worker.id, "status": worker.mode.word(), "isStale": worker.version < endpoint.version, "version": worker.version,
                    "gpuCount": endpoint.config.count, "image": endpoint.config.image,
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
