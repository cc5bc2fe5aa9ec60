//! Network volumes (apis.md A2). A volume pins everything that uses it to its data centre, cannot shrink and costs while unused.

use super::SERVICE;
use super::rest::Rest;
use super::tolerant::{count, or_default};
use crate::error::{RemoteError, Result};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;
use std::{fmt, str::FromStr};

words! {
    /// How fast a volume is.
    VolumeType, "volume type" {
        /// The usual.
        Standard = "STANDARD",
        /// Faster and dearer.
        HighPerformance = "HIGH_PERFORMANCE",
    }
}

/// A network volume.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its id; also the name of its bucket.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// GB.
    #[serde(default, deserialize_with = "count")]
    pub size: Option<u64>,
    /// Where it is.
    #[serde(default, deserialize_with = "or_default")]
    pub data_center: String,
    /// How fast it is.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub tier: Option<Word<VolumeType>>,
}

/// A volume to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewVolume {
    /// Its name; several may have the same.
    pub name: String,
    /// GB, one of [`NewVolume::SIZES`].
    pub size: u32,
    /// Where; for ever.
    pub data_center: String,
    /// What the data centre offers when left out.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub tier: Option<VolumeType>,
}

impl NewVolume {
    /// GB that a volume may have (apis.md A2).
    pub const SIZES: RangeInclusive<u32> = 10..=4096;

    /// Whether a volume may have so many GB; else what is wrong.
    ///
    /// # Errors
    /// It may not.
    pub fn fits(gigabytes: u32) -> Result<(), String> {
        let (least, most) = Self::SIZES.into_inner();
        if Self::SIZES.contains(&gigabytes) {
            Ok(())
        } else {
            Err(format!("a volume has {least} to {most} GB"))
        }
    }
}

/// Network volumes.
#[derive(Debug, Clone, Copy)]
pub struct Volumes<'a>(pub(super) &'a Rest);

impl Volumes<'_> {
    /// Makes a volume; it costs from now on.
    pub async fn create(&self, volume: &NewVolume) -> Result<Volume> {
        let doing = "make the volume";
        NewVolume::fits(volume.size).map_err(|why| RemoteError::rule(SERVICE, doing, why))?;
        self.0.send(self.0.call(doing, Method::POST, &["network-volumes"])?.makes(), volume).await
    }
    /// One volume.
    pub async fn get(&self, id: &str) -> Result<Volume> {
        self.0.get("read the volume", &["network-volumes", id]).await
    }
    /// All volumes of the account.
    pub async fn list(&self) -> Result<Vec<Volume>> {
        self.0
            .list(self.0.call("list the volumes", Method::GET, &["network-volumes"])?, "networkVolumes")
            .await
    }
    /// Renames a volume or makes it larger (GB).
    pub async fn change(&self, id: &str, name: Option<&str>, size: Option<u32>) -> Result<Volume> {
        let mut change = Map::new();
        change.extend(name.map(|name| ("name".to_owned(), Value::from(name))));
        change.extend(size.map(|size| ("size".to_owned(), Value::from(size))));
        self.0.send(self.0.call("change the volume", Method::PATCH, &["network-volumes", id])?, &change).await
    }
    /// Removes a volume and all that is on it.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("remove the volume", &["network-volumes", id]).await
    }
}
