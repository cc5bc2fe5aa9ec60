//! What can be rented, where and for how much (apis.md A2). The live source of prices.

use super::parts::Cloud;
use super::rest::Rest;
use super::tolerant::{count, or_default, readable};
use crate::error::Result;
use crate::http::Call;
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use domain::money::PerHour;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// How much of something is free.
    Availability, "availability" {
        /// Nothing.
        None = "NONE",
        /// Little.
        Low = "LOW",
        /// Some.
        Medium = "MEDIUM",
        /// Much.
        High = "HIGH",
    }
}

words! {
    /// What a GPU is wanted for; it may be scarce for one and plentiful for the other.
    Product, "product" {
        /// A rented machine.
        Pod = "POD",
        /// Workers of an endpoint.
        Serverless = "SERVERLESS",
    }
}

/// What availability and prices are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What for.
    pub product: Product,
    /// How many GPUs at once.
    pub count: u32,
    /// Whose machines; RunPod's own when left out.
    pub cloud: Option<Cloud>,
    /// Only in these countries (`FR`); empty: anywhere.
    pub countries: Vec<String>,
    /// Only machines whose driver can do this or more (`12.4`).
    pub min_cuda: Option<String>,
}

impl Offer {
    /// One GPU, anywhere.
    pub fn new(product: Product) -> Self {
        Self { product, count: 1, cloud: None, countries: Vec::new(), min_cuda: None }
    }

    fn ask<'a>(&self, call: Call<'a>) -> Call<'a> {
        let mut call = call
            .query("include", "AVAILABILITY")
            .query("product", self.product.word())
            .query("count", &self.count.max(1).to_string());
        if let Some(cloud) = self.cloud {
            call = call.query("cloud", cloud.word());
        }
        if !self.countries.is_empty() {
            call = call.query("countryCodes", &self.countries.join(",").to_uppercase());
        }
        if let Some(version) = &self.min_cuda {
            call = call.query("minCudaVersion", version);
        }
        call
    }
}

/// A GPU type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GpuType {
    /// By which a pod asks for it.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// By which an endpoint asks for it; none: not for endpoints.
    #[serde(default, deserialize_with = "or_default")]
    pub pool: Option<String>,
    /// `NVIDIA`, `AMD`.
    #[serde(default, deserialize_with = "or_default")]
    pub manufacturer: String,
    /// GB of memory of one GPU.
    #[serde(default, deserialize_with = "count")]
    pub memory: Option<u64>,
    /// Offered in RunPod's data centres.
    #[serde(default, deserialize_with = "or_default")]
    pub secure: bool,
    /// Offered on other people's machines.
    #[serde(default, deserialize_with = "or_default")]
    pub community: bool,
    /// List prices of one GPU.
    #[serde(default, deserialize_with = "or_default")]
    pub price: Price,
    /// The most GPUs of one machine.
    #[serde(default, deserialize_with = "or_default")]
    pub max_count: MaxCount,
    /// How much is free, if that was asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub availability: Option<Word<Availability>>,
    /// Where how much is free.
    #[serde(default, deserialize_with = "readable")]
    pub data_centers: Vec<Place>,
    /// What the drivers of the machines can do.
    #[serde(default, deserialize_with = "readable")]
    pub cuda_versions: Vec<CudaVersion>,
}

impl GpuType {
    /// What one GPU costs as a pod on this cloud. RunPod writes 0 for what it does not offer there: that is no price.
    pub fn pod_price(&self, cloud: Cloud) -> Option<PerHour> {
        let (offered, price) = match cloud {
            Cloud::Secure => (self.secure, self.price.secure),
            Cloud::Community => (self.community, self.price.community),
        };
        price.filter(|price| offered && *price > PerHour::default())
    }
}

/// List prices of one GPU for an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Price {
    /// A pod in RunPod's data centres.
    #[serde(deserialize_with = "or_default")]
    pub secure: Option<PerHour>,
    /// A pod on other people's machines.
    #[serde(deserialize_with = "or_default")]
    pub community: Option<PerHour>,
    /// A worker of an endpoint.
    #[serde(deserialize_with = "or_default")]
    pub serverless: Option<PerHour>,
}

/// The most GPUs of one machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MaxCount {
    /// In RunPod's data centres.
    #[serde(deserialize_with = "count")]
    pub secure: Option<u64>,
    /// On other people's machines.
    #[serde(deserialize_with = "count")]
    pub community: Option<u64>,
}

/// A data centre, or a GPU in a data centre, and how much is free.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// The id of the data centre (of the GPU, within [`DataCenter`]).
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// How much is free.
    #[serde(default, deserialize_with = "or_default")]
    pub availability: Option<Word<Availability>>,
}

/// A version of CUDA on machines with a GPU type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CudaVersion {
    /// `12.8`.
    pub version: String,
    /// One of them is free.
    #[serde(default, deserialize_with = "or_default")]
    pub available: bool,
}

/// A type of machine without a GPU.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CpuType {
    /// By which a pod asks for it.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// How many virtual CPUs.
    #[serde(default, deserialize_with = "or_default")]
    pub vcpu: VcpuRange,
    /// Prices of one virtual CPU.
    #[serde(default, deserialize_with = "or_default")]
    pub price: CpuPrice,
}

/// From how many to how many virtual CPUs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct VcpuRange {
    /// At least.
    #[serde(deserialize_with = "count")]
    pub min: Option<u64>,
    /// At most.
    #[serde(deserialize_with = "count")]
    pub max: Option<u64>,
}

/// What a virtual CPU costs for an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CpuPrice {
    /// A pod in RunPod's data centres.
    #[serde(deserialize_with = "or_default")]
    pub secure_per_vcpu: Option<PerHour>,
}

/// A data centre.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataCenter {
    /// `EU-RO-1`.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// `EUROPE`.
    #[serde(default, deserialize_with = "or_default")]
    pub region: String,
    /// What kinds of volumes it has; none: no volumes.
    #[serde(default, deserialize_with = "readable")]
    pub network_volume_types: Vec<String>,
    /// How much of which GPU is free.
    #[serde(default, deserialize_with = "readable")]
    pub gpu_availability: Vec<Place>,
}

/// What can be rented.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'a>(pub(super) &'a Rest);

impl Catalog<'_> {
    /// All GPU types, with how much is free for this offer.
    pub async fn gpus(&self, offer: &Offer) -> Result<Vec<GpuType>> {
        let call = self.0.call("read the catalog", Method::GET, &["catalog", "gpus"])?;
        self.0.lenient_list(offer.ask(call), "gpus").await
    }
    /// One GPU type.
    pub async fn gpu(&self, id: &str, offer: &Offer) -> Result<GpuType> {
        let call = self.0.call("read the catalog", Method::GET, &["catalog", "gpus", id])?;
        self.0.http.json(&offer.ask(call)).await
    }
    /// Machines without a GPU.
    pub async fn cpus(&self) -> Result<Vec<CpuType>> {
        self.0.lenient_list(self.0.call("read the catalog", Method::GET, &["catalog", "cpus"])?, "cpus").await
    }
    /// All data centres, with how much of which GPU is free.
    pub async fn data_centers(&self) -> Result<Vec<DataCenter>> {
        let call = self.0.call("list the data centres", Method::GET, &["catalog", "datacenters"])?;
        self.0.lenient_list(call.query("include", "GPU_AVAILABILITY"), "dataCenters").await
    }
}
