//! Which machines are asked for, and in which order.

use crate::RunpodPlaces;
use domain::lenient::Word;
use domain::money::PerHour;
use domain::price::Gpu;
use remote::runpod::{Availability, Cloud, GpuType};
use std::fmt;

/// A machine to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The catalog's id.
    pub id: String,
    /// Where; empty: anywhere.
    pub centers: Vec<String>,
    /// Price of one GPU.
    pub price: Option<PerHour>,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if !self.centers.is_empty() {
            write!(f, " in {}", self.centers.join("/"))?;
        }
        self.price.map_or(Ok(()), |price| write!(f, " at {price}"))
    }
}

/// What the training needs, and what was accepted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The key of the GPU that was chosen.
    pub name: String,
    /// The same in the price list.
    pub gpu: Option<Gpu>,
    /// Bytes that it needs at least.
    pub needed: u64,
    /// Price of one GPU that was accepted; `None`: none was known.
    pub price: Option<PerHour>,
}

/// Where machines may be; empty: anywhere. A volume pins them to its data centre.
pub(super) fn slots(places: &RunpodPlaces) -> Vec<String> {
    match (&places.volume, &places.volume_data_center) {
        (Some(_), Some(center)) => vec![center.clone()],
        _ => places.data_centers.clone(),
    }
}

fn rank(availability: Option<&Word<Availability>>) -> u8 {
    match availability.and_then(Word::known) {
        Some(Availability::High) => 0,
        Some(Availability::Medium) => 1,
        Some(Availability::Low) => 2,
        // Not told: perhaps.
        None => 3,
        Some(Availability::None) => 4,
    }
}

/// The chosen GPU first, whatever it costs today, in the data centres that have most of it; then others that hold the training and cost no
/// more than was accepted, cheapest first. What is said to be gone is asked for last, since the catalog lags.
pub(super) fn candidates(
    catalog: &[GpuType],
    cloud: Cloud,
    gpus: u32,
    wanted: &Wanted,
    slots: &[String],
) -> Vec<Candidate> {
    let chosen = |gpu: &GpuType| {
        let called = |name: &str| {
            wanted.gpu.as_ref().is_some_and(|known| known.is_called(name)) || name == wanted.name
        };
        called(&gpu.id) || called(&gpu.name)
    };
    let many = |gpu: &GpuType| {
        let most = if cloud == Cloud::Secure { gpu.max_count.secure } else { gpu.max_count.community };
        most.is_none_or(|most| most >= u64::from(gpus))
    };
    let fits = |gpu: &GpuType| gpu.memory.is_some_and(|gb| gb << 30 >= wanted.needed);
    let affordable = |gpu: &GpuType| match (gpu.pod_price(cloud), wanted.price) {
        (Some(price), Some(accepted)) => price <= accepted,
        _ => false,
    };
    let mut found: Vec<&GpuType> = catalog
        .iter()
        .filter(|gpu| gpu.pod_price(cloud).is_some() && many(gpu))
        .filter(|gpu| chosen(gpu) || (gpu.manufacturer != "AMD" && fits(gpu) && affordable(gpu)))
        .collect();
    let gone = |gpu: &GpuType| rank(gpu.availability.as_ref()) == 4;
    found.sort_by_key(|gpu| {
        (gone(gpu), !chosen(gpu), gpu.pod_price(cloud), rank(gpu.availability.as_ref()), gpu.id.clone())
    });
    found
        .into_iter()
        .map(|gpu| Candidate {
            id: gpu.id.clone(),
            centers: centers(gpu, slots),
            price: gpu.pod_price(cloud),
        })
        .collect()
}

/// The data centres that are allowed and have some, most first; where nobody says, all that are allowed.
fn centers(gpu: &GpuType, slots: &[String]) -> Vec<String> {
    let allowed = |id: &str| slots.is_empty() || slots.iter().any(|slot| slot.eq_ignore_ascii_case(id));
    let mut some: Vec<_> = gpu
        .data_centers
        .iter()
        .filter(|center| allowed(&center.id) && rank(center.availability.as_ref()) < 3)
        .collect();
    some.sort_by_key(|center| (rank(center.availability.as_ref()), center.id.clone()));
    if some.is_empty() { slots.to_vec() } else { some.into_iter().map(|center| center.id.clone()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Usd;
    use serde_json::json;

    fn gpu(id: &str, memory: u64, price: f64, availability: &str) -> GpuType {
        serde_json::from_value(json!({"id": id, "name": id, "memory": memory, "secure": true, "manufacturer": "NVIDIA",
            "price": {"secure": price}, "maxCount": {"secure": 8}, "availability": availability,
            "dataCenters": [{"id": "EU-RO-1", "availability": "LOW"}, {"id": "US-CA-2", "availability": "HIGH"}]}))
        .unwrap()
    }

    fn names(found: &[Candidate]) -> Vec<&str> {
        found.iter().map(|candidate| candidate.id.as_str()).collect()
    }

    #[test]
    fn the_chosen_one_first_then_what_holds_it_for_no_more() {
        let catalog = [
            gpu("Small", 16, 0.1, "HIGH"),
            gpu("Dear", 80, 5.0, "HIGH"),
            gpu("Cheap", 80, 1.0, "LOW"),
            gpu("Mine", 80, 2.2, "LOW"),
            gpu("Cheaper", 48, 0.5, "NONE"),
        ];
        let wanted = Wanted {
            name: "Mine".to_owned(),
            gpu: None,
            needed: 40 << 30,
            price: Some(PerHour(Usd::dollars(2))),
        };
        let found = candidates(&catalog, Cloud::Secure, 1, &wanted, &[]);
        assert_eq!(names(&found), ["Mine", "Cheap", "Cheaper"], "a dearer one only if it was chosen");
        assert_eq!(found[0].centers, ["US-CA-2", "EU-RO-1"]);
        let pinned = candidates(&catalog, Cloud::Secure, 1, &wanted, &["eu-ro-1".to_owned()]);
        assert_eq!(pinned[0].centers, ["EU-RO-1"]);
        let elsewhere = candidates(&catalog, Cloud::Secure, 1, &wanted, &["XX-1".to_owned()]);
        assert_eq!(elsewhere[0].centers, ["XX-1"], "enforced, even where nobody says that there is one");
        assert!(candidates(&catalog, Cloud::Secure, 9, &wanted, &[]).is_empty());
        assert!(candidates(&catalog, Cloud::Community, 1, &wanted, &[]).is_empty());
    }
}
