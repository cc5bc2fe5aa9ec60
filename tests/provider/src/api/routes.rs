//! What requests of REST v2 are called.

use crate::settings::Scope;

/// What a request is called, and what it needs.
pub(crate) struct Route<'a> {
    /// As faults name it: `pods.create`.
    pub(crate) name: &'static str,
    pub(crate) parts: Vec<&'a str>,
    pub(crate) needs: Scope,
}

/// The request of that method and path, if there is one.
pub(super) fn rest_route<'a>(method: &str, parts: &[&'a str]) -> Option<Route<'a>> {
    if parts.first() != Some(&"v2") {
        return None;
    }
    let parts = parts[1..].to_vec();
    let name = match (method, parts.as_slice()) {
        ("GET", ["pods"]) => "pods.list",
        ("POST", ["pods"]) => "pods.create",
        ("GET", ["pods", _]) => "pods.get",
        ("PATCH", ["pods", _]) => "pods.change",
        ("DELETE", ["pods", _]) => "pods.delete",
        ("POST", ["pods", _, "action"]) => "pods.action",
        ("GET", ["pods", _, "logs"]) => "pods.logs",
        ("GET", ["serverless"]) => "serverless.list",
        ("POST", ["serverless"]) => "serverless.create",
        ("GET", ["serverless", _]) => "serverless.get",
        ("PATCH", ["serverless", _]) => "serverless.change",
        ("DELETE", ["serverless", _]) => "serverless.delete",
        ("GET", ["serverless", _, "workers"]) => "serverless.workers",
        ("GET", ["serverless", _, "workers", _, "logs"]) => "serverless.logs",
        ("GET", ["serverless", _, "releases"]) => "serverless.releases",
        ("GET", ["catalog", "gpus"]) => "catalog.gpus",
        ("GET", ["catalog", "gpus", _]) => "catalog.gpu",
        ("GET", ["catalog", "cpus"]) => "catalog.cpus",
        ("GET", ["catalog", "datacenters"]) => "catalog.datacenters",
        ("GET", ["catalog", "datacenters", _]) => "catalog.datacenter",
        ("GET", ["billing"]) => "billing.all",
        ("GET", ["billing", "pods"]) => "billing.pods",
        ("GET", ["billing", "serverless"]) => "billing.serverless",
        ("GET", ["billing", "network-volumes"]) => "billing.volumes",
        ("GET", ["billing", "endpoints"]) => "billing.endpoints",
        ("GET", ["templates"]) => "templates.list",
        ("POST", ["templates"]) => "templates.create",
        ("GET", ["templates", _]) => "templates.get",
        ("PATCH", ["templates", _]) => "templates.change",
        ("DELETE", ["templates", _]) => "templates.delete",
        ("GET", ["network-volumes"]) => "volumes.list",
        ("POST", ["network-volumes"]) => "volumes.create",
        ("GET", ["network-volumes", _]) => "volumes.get",
        ("PATCH", ["network-volumes", _]) => "volumes.change",
        ("DELETE", ["network-volumes", _]) => "volumes.delete",
        ("GET", ["registries"]) => "registries.list",
        ("POST", ["registries"]) => "registries.create",
        ("GET", ["registries", _]) => "registries.get",
        ("DELETE", ["registries", _]) => "registries.delete",
        ("GET", ["account", "ssh-keys"]) => "account.keys",
        ("PUT", ["account", "ssh-keys"]) => "account.set_keys",
        ("GET", ["account", "secrets"]) => "account.secrets",
        ("POST", ["account", "secrets"]) => "account.add_secret",
        ("PATCH", ["account", "secrets", _]) => "account.change_secret",
        ("DELETE", ["account", "secrets", _]) => "account.delete_secret",
        _ => return None,
    };
    let needs = if method == "GET" { Scope::Read } else { Scope::All };
    Some(Route { name, parts, needs })
}
