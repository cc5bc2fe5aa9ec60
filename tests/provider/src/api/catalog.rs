//! What there is to rent.

use super::errors::Problem;
use super::{Answer, Request, Route};
use crate::money::dollars;
use crate::settings::Gpu;
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const fn level(free: u32) -> &'static str {
    match free {
        0 => "NONE",
        1..=2 => "LOW",
        3..=5 => "MEDIUM",
        _ => "HIGH",
    }
}

/// `US-KS-2` in words.
fn place_name(id: &str) -> String {
    id.replace('-', " ")
}

impl World {
    pub(super) fn rest_catalog(&self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let include = request.query("include");
        match route.name {
            "catalog.gpus" | "catalog.gpu" => {
                let available = match include {
                    None => false,
                    Some("AVAILABILITY") if request.query("product").is_some() => true,
                    Some("AVAILABILITY") => {
                        return Err(Problem::new(400, "product is required with include=AVAILABILITY"));
                    }
                    Some(other) => {
                        return Err(Problem::body(vec![format!("query.include: unknown value {other}")]));
                    }
                };
                if !available
                    && ["product", "count", "cloud"].iter().any(|name| request.query(name).is_some())
                {
                    return Err(Problem::new(
                        400,
                        "product, count and cloud are valid only with include=AVAILABILITY",
                    ));
                }
                let count = request.query("count").and_then(|count| count.parse().ok()).unwrap_or(1);
                let shown = |gpu: &Gpu| self.shown_gpu(request, gpu, available.then_some(count));
                if route.name == "catalog.gpus" {
                    return Ok(Answer::json(
                        200,
                        json!({"gpus": self.settings.gpus.iter().map(shown).collect::<Vec<_>>()}),
                    ));
                }
                let id = route.parts[2].replace("%20", " ");
                let gpu = self.settings.gpus.iter().find(|gpu| gpu.id == id).ok_or_else(Problem::missing)?;
                Ok(Answer::json(200, shown(gpu)))
            }
            "catalog.cpus" => {
                let price = dollars(self.settings.vcpu);
                let cpu = json!({"id": "cpu3c", "name": "Compute-Optimized", "group": "Compute", "vcpu": {"min": 2, "max": 32}, "ramGbPerVcpu": 2,
                    "price": {"securePerVcpu": price, "serverlessPerVcpu": price}});
                Ok(Answer::json(200, json!({"cpus": [cpu]})))
            }
            _ => {
                let with = include.is_some_and(|include| include.contains("GPU_AVAILABILITY"));
                let places: BTreeSet<&String> = self.market.free.keys().map(|(_, place)| place).collect();
                if let Some(id) = route.parts.get(2) {
                    let place = places.into_iter().find(|place| place == id).ok_or_else(Problem::missing)?;
                    return Ok(Answer::json(200, self.shown_place(place, with)));
                }
                let shown: Vec<_> = places.into_iter().map(|place| self.shown_place(place, with)).collect();
                Ok(Answer::json(200, json!({"dataCenters": shown})))
            }
        }
    }

    fn shown_gpu(&self, request: &Request, gpu: &Gpu, count: Option<u32>) -> Value {
        let price = |first| dollars(self.market.price(gpu, first));
        let mut shown = json!({
            "id": gpu.id, "name": gpu.name, "pool": gpu.pool, "manufacturer": "NVIDIA", "memory": gpu.memory,
            "secure": gpu.secure > 0, "community": gpu.community > 0,
            "price": {"secure": price(gpu.secure), "community": price(gpu.community)},
            "maxCount": {"secure": gpu.most, "community": if gpu.community > 0 { gpu.most } else { 0 }},
        });
        if gpu.pool.is_some() {
            shown["price"]["serverless"] = price(gpu.serverless);
        }
        let Some(count) = count else { return shown };
        let countries = request
            .query("countryCodes")
            .map(|codes| codes.split(',').map(str::to_owned).collect::<Vec<_>>());
        let community_only = request.query("cloud") == Some("COMMUNITY") && gpu.community == 0;
        let places = self.market.free.iter().filter(|((kind, place), _)| {
            *kind == gpu.id
                && countries
                    .as_ref()
                    .is_none_or(|codes| codes.iter().any(|code| place.starts_with(code.as_str())))
        });
        let places: Vec<_> = places
            .map(|((_, place), free)| (place, if community_only { 0 } else { free / count.max(1) }))
            .collect();
        shown["availability"] = json!(level(places.iter().map(|(_, free)| *free).sum()));
        let shown_places: Vec<_> = places
            .iter()
            .map(
                |(place, free)| json!({"id": place, "name": place_name(place), "availability": level(*free)}),
            )
            .collect();
        shown["dataCenters"] = json!(shown_places);
        shown["cudaVersions"] =
            json!([{"version": "12.8", "available": true}, {"version": "12.4", "available": true}]);
        shown
    }

    fn shown_place(&self, place: &str, with: bool) -> Value {
        let region = if place.starts_with("EU") { "EUROPE" } else { "NORTH_AMERICA" };
        let mut shown = json!({"id": place, "name": place_name(place), "region": region, "globalNetwork": true,
            "networkVolumeTypes": ["STANDARD", "HIGH_PERFORMANCE"], "compliance": ["GDPR"]});
        if with {
            let gpus = self
                .settings
                .gpus
                .iter()
                .filter(|gpu| self.market.free.contains_key(&(gpu.id.clone(), place.to_owned())));
            let gpus: Vec<_> =
                gpus.map(|gpu| json!({"id": gpu.id, "name": gpu.name, "availability": level(self.market.free(&gpu.id, place))})).collect();
            shown["gpuAvailability"] = json!(gpus);
        }
        shown
    }
}
