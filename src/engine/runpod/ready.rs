//! What is missing before a machine can be rented.

use crate::{Places, RunpodPlaces};
use domain::place::Place;

/// Said wherever files are where no rented machine can reach them.
pub(crate) const NO_STORE: &str =
    "files are kept in a folder of this machine, which a rented one cannot reach";

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    /// What: a clause.
    pub what: String,
    /// Which settings would mend it.
    pub set: String,
    /// It is the key.
    pub is_key: bool,
}

impl Lack {
    fn new(what: impl Into<String>, set: impl Into<String>) -> Self {
        Self { what: what.into(), set: set.into(), is_key: false }
    }
    /// What to do, without a full stop.
    pub fn next(&self) -> String {
        format!("Set {}", self.set)
    }
}

/// Settings of the network volume that are missing.
pub(in crate::runpod) fn volume_lacks(runpod: &RunpodPlaces) -> Vec<&'static str> {
    [
        (runpod.volume.is_none(), "runpod.volume"),
        (runpod.volume_data_center.is_none(), "runpod.volume_data_center"),
        (runpod.volume_access_key.is_none(), "runpod.volume_access_key_id"),
        (runpod.volume_secret_key.is_none(), "runpod.volume_secret_access_key"),
    ]
    .into_iter()
    .filter_map(|(lacks, key)| lacks.then_some(key))
    .collect()
}

/// What a place needs and does not have, each as a clause with the setting that mends it; empty: it can be trained on.
pub fn missing(places: &Places, place: Place) -> Vec<String> {
    lacking(places, place).into_iter().map(|lack| format!("{} ({})", lack.what, lack.set)).collect()
}

/// The same, what and how apart.
pub(crate) fn lacking(places: &Places, place: Place) -> Vec<Lack> {
    let runpod = &places.runpod;
    let mut all = Vec::new();
    if place == Place::Local {
        return all;
    }
    if runpod.api_key.is_none() {
        let key = Lack::new("there is no API key", "RUNPOD_API_KEY, or runpod.api_key");
        all.push(Lack { is_key: true, ..key });
    }
    if place == Place::RunpodServerless && runpod.endpoint.is_none() {
        all.push(Lack::new(
            "there is no endpoint",
            "runpod.endpoint; `brightrun runpod endpoint create` makes one",
        ));
    }
    if place == Place::RunpodPod && runpod.image.is_none() {
        all.push(Lack::new(
            "there is no image",
            "runpod.image; `brightrun runpod image` says how it is made",
        ));
    }
    if !places.files.trim().starts_with("s3:") {
        let lacking = volume_lacks(runpod);
        if lacking.len() == 4 {
            all.push(Lack::new(
                NO_STORE,
                "files.url as s3://BUCKET/PREFIX, or a network volume: runpod.volume",
            ));
        } else if !lacking.is_empty() {
            all.push(Lack::new("the network volume is not complete", lacking.join(", ")));
        } else if place == Place::RunpodPod && runpod.community {
            all.push(Lack::new(
                "network volumes are only in the secure cloud",
                "runpod.cloud to secure, or files.url as s3://BUCKET/PREFIX",
            ));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunpodPlaces;

    #[test]
    fn what_is_missing_is_named_all_of_it_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let mut places = crate::testing::places(dir.path());
        assert_eq!(missing(&places, Place::Local), Vec::<String>::new());
        let named = missing(&places, Place::RunpodServerless).join("; ");
        for what in ["RUNPOD_API_KEY", "runpod.endpoint", "files.url", "runpod.volume"] {
            assert!(named.contains(what), "{named}");
        }
        assert!(missing(&places, Place::RunpodPod)[1].contains("runpod.image"));
        places.runpod = RunpodPlaces {
            api_key: Some("x".into()),
            endpoint: Some("e".to_owned()),
            volume: Some("v".to_owned()),
            ..RunpodPlaces::default()
        };
        let named = missing(&places, Place::RunpodServerless);
        assert_eq!(named.len(), 1);
        assert!(named[0].contains("runpod.volume_data_center, runpod.volume_access_key_id"), "{named:?}");
        places.files = "s3://team/bright".to_owned();
        assert_eq!(missing(&places, Place::RunpodServerless), Vec::<String>::new());
        places.files = "/tmp/x".to_owned();
        places.runpod.volume_data_center = Some("EU-RO-1".to_owned());
        places.runpod.volume_access_key = Some("a".into());
        places.runpod.volume_secret_key = Some("b".into());
        assert_eq!(missing(&places, Place::RunpodServerless), Vec::<String>::new());
        places.runpod.image = Some("i:1".to_owned());
        places.runpod.community = true;
        assert!(missing(&places, Place::RunpodPod)[0].contains("runpod.cloud"));
    }
}
