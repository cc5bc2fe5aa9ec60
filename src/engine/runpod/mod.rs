//! RunPod, as far as it concerns the account and not one run: what is missing, what it costs, what is rented without a run.

mod balance;
mod cache;
mod check;
mod client;
mod create;
mod glance;
mod image;
mod names;
mod orders;
mod plan;
mod pools;
mod prices;
mod ready;
mod reap;
mod reconcile;
mod rented;
mod standing;
mod waiting;

pub use balance::{Balance, balance};
pub use cache::{CachePlan, Cached, Weights, cache, plan_cache, stop_cache, weights};
pub(crate) use cache::{fetches, glance, tend_open};
pub(crate) use check::look;
pub use check::{Checked, at_first, check};
pub(crate) use client::{client, from_remote, keep_secret, open};
pub use create::{Made, create_endpoint, create_volume};
pub(crate) use glance::Heard;
pub use image::{Image, image, pinned};
pub(crate) use names::{HUB_SECRET, OURS, POD_COMMAND, POD_MOUNT, POD_TAG, secret_name};
pub(crate) use orders::{Orders, forget_orders, order_left};
pub use plan::{EndpointPlan, EndpointWish, VolumePlan, WorkerPrice, plan_endpoint, plan_volume};
pub(crate) use pools::{Pools, glance_at_pools};
pub(crate) use prices::glance_at_prices;
pub use prices::{PriceLine, Refreshed, prices, refresh};
pub use ready::missing;
pub(crate) use ready::{NO_STORE, lacking};
pub use reap::{Stray, StrayKind, at_stake, end, strays};
pub use reconcile::{Reconciled, reconcile};
pub use rented::{Rented, RentedLine, rented};
pub use standing::Standing;
pub(crate) use waiting::waiting;

use crate::engine::from_files;
use crate::{Places, Result};
use secrecy::ExposeSecret as _;
use store::files::{Credentials, Files, FilesUrl};

/// The network volume's files; `None`: there is no volume with all that its S3 interface needs. Nothing is asked yet.
pub(crate) fn open_volume(places: &Places) -> Result<Option<Files>> {
    let runpod = &places.runpod;
    let (Some(volume), Some(center), Some(access), Some(secret)) =
        (&runpod.volume, &runpod.volume_data_center, &runpod.volume_access_key, &runpod.volume_secret_key)
    else {
        return Ok(None);
    };
    let own = || remote::runpod::Bases::default().s3(center);
    let credentials = Credentials {
        endpoint: Some(runpod.volume_url.clone().unwrap_or_else(own)),
        // As the data centre is called (apis.md A4).
        region: Some(center.clone()),
        access_key: Some(access.expose_secret().into()),
        secret_key: Some(secret.expose_secret().into()),
        session_token: None,
    };
    let url = FilesUrl::Bucket { bucket: volume.clone(), prefix: String::new() };
    Files::open(&url, &credentials).map(Some).map_err(from_files("Cannot open the network volume"))
}
