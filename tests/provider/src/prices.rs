//! What there is to rent and what storage costs, like the real catalogue of 2026-08.

use crate::money::Micros;
use crate::settings::Gpu;

/// Price of a pod's container disk, and of its volume disk while it runs, per gigabyte and month.
pub const DISK: Micros = 100_000;
/// Price of a pod's volume disk while it is stopped, per gigabyte and month.
pub const DISK_STOPPED: Micros = 200_000;
/// Price of a network volume's first thousand gigabytes, per gigabyte and month.
pub const VOLUME: Micros = 70_000;
/// Price of a network volume's gigabytes beyond that.
pub const VOLUME_LARGE: Micros = 50_000;
/// Price of a `HIGH_PERFORMANCE` volume, per gigabyte and month.
pub const VOLUME_FAST: Micros = 140_000;

/// GPUs and where they are free.
pub(crate) fn gpus() -> Vec<Gpu> {
    let places = |free: &[(&str, u32)]| free.iter().map(|(place, n)| ((*place).to_owned(), *n)).collect();
    let gpu = |id: &str, name: &str, pool: Option<&str>, memory, secure, community, serverless, free| Gpu {
        id: id.to_owned(),
        name: name.to_owned(),
        pool: pool.map(str::to_owned),
        memory,
        secure,
        community,
        serverless,
        most: 8,
        free,
    };
    vec![
        gpu(
            "NVIDIA GeForce RTX 4090",
            "RTX 4090",
            Some("ADA_24"),
            24,
            740_000,
            340_000,
            1_116_000,
            places(&[("US-KS-2", 12), ("EU-RO-1", 6), ("EU-CZ-1", 2)]),
        ),
        gpu(
            "NVIDIA L40S",
            "L40S",
            Some("ADA_48_PRO"),
            48,
            990_000,
            790_000,
            1_908_000,
            places(&[("US-KS-2", 4), ("EU-RO-1", 2)]),
        ),
        gpu(
            "NVIDIA A40",
            "A40",
            Some("AMPERE_48"),
            48,
            400_000,
            0,
            1_224_000,
            places(&[("EU-RO-1", 3), ("US-KS-2", 0)]),
        ),
        gpu(
            "NVIDIA A100 80GB PCIe",
            "A100 PCIe",
            Some("AMPERE_80"),
            80,
            1_390_000,
            1_190_000,
            2_736_000,
            places(&[("US-KS-2", 6), ("EU-RO-1", 1)]),
        ),
        gpu(
            "NVIDIA H100 80GB HBM3",
            "H100 SXM",
            Some("ADA_80_PRO"),
            80,
            3_290_000,
            2_690_000,
            4_176_000,
            places(&[("US-KS-2", 5), ("EU-RO-1", 4)]),
        ),
        gpu(
            "NVIDIA H200",
            "H200 SXM",
            Some("HOPPER_141"),
            141,
            4_590_000,
            0,
            5_580_000,
            places(&[("US-KS-2", 2)]),
        ),
    ]
}
