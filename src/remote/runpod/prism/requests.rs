//! What is sent, with every field that the client knows.

use super::*;

pub(super) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
pub(super) fn time(day: u32) -> chrono::DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20 + day, 0, 0, 0).unwrap()
}
pub(super) fn env() -> Env {
    Env::default().with("HF_TOKEN", secret_reference("hf")).with("A", "b")
}

pub(super) fn pod() -> NewPod {
    NewPod::new("brightrun-a", "image:1", Compute::Gpu(Gpu::new("NVIDIA L4", 1)))
}

pub(super) fn full_pod() -> NewPod {
    let cuda = Cuda::AtLeast { version: "12.4".to_owned() };
    let gpu = Gpu { id: "NVIDIA GeForce RTX 4090".to_owned(), count: 2, cuda };
    NewPod {
        args: Some(shell_args("echo 'it'")),
        disk: Some(50),
        env: env(),
        ports: texts(&["22/tcp", "8888/http"]),
        mounts: Some(Mounts::network("v1", "/workspace")),
        cloud: Some(Cloud::Secure),
        data_center_ids: texts(&["EU-RO-1"]),
        registry: Some("r1".to_owned()),
        start_ssh: true,
        template_id: Some("t1".to_owned()),
        ..NewPod::new("brightrun-a", "image:1", Compute::Gpu(gpu))
    }
}

pub(super) fn cpu_pod() -> NewPod {
    let cpu = Compute::Cpu(Cpu { id: "cpu5c".to_owned(), vcpu_count: 2 });
    NewPod {
        image: None,
        template_id: Some("t1".to_owned()),
        mounts: Some(Mounts::persistent(10, "/workspace")),
        cloud: Some(Cloud::Community),
        ..NewPod::new("n", "", cpu)
    }
}

pub(super) fn full_pod_change() -> PodChange {
    PodChange {
        name: Some("n".to_owned()),
        image: Some("image:2".to_owned()),
        args: Some("sleep 1".to_owned()),
        disk: Some(60),
        env: Some(env()),
        ports: Some(texts(&["22/tcp"])),
        mounts: Some(Mounts::persistent(20, "/workspace")),
        locked: Some(false),
    }
}

pub(super) fn full_endpoint() -> NewEndpoint {
    let gpu = EndpointGpu {
        pools: texts(&["ADA_24", "AMPERE_80"]),
        excluded_types: texts(&["NVIDIA L4"]),
        count: 2,
        cuda: Cuda::OneOf { versions: texts(&["12.8", "12.6"]) },
    };
    NewEndpoint {
        scaling: Scaling::RequestCount { jobs: 1 },
        workers: WorkersLimit { min: Some(0), max: Some(3), idle_timeout: None },
        args: Some("python handler.py".to_owned()),
        disk: Some(40),
        env: env(),
        data_center_ids: texts(&["EU-RO-1"]),
        network_volumes: texts(&["v1"]),
        flashboot: Some(FlashBoot::FlashBoot),
        registry: Some("r1".to_owned()),
        template_id: Some("t1".to_owned()),
        ..NewEndpoint::queue("n", "image:1", gpu, 3)
    }
}

pub(super) fn full_endpoint_change() -> EndpointChange {
    EndpointChange {
        name: Some("n".to_owned()),
        image: Some("image:2".to_owned()),
        args: Some("python handler.py".to_owned()),
        disk: Some(40),
        env: Some(env()),
        gpu: Some(EndpointGpu::new(["ADA_24"])),
        workers: Some(WorkersLimit { max: Some(1), ..WorkersLimit::default() }),
        scaling: Some(Scaling::QueueDelay { seconds: 8.0 }),
        data_center_ids: Some(Vec::new()),
        network_volumes: Some(texts(&["v1"])),
        timeout: Some(Duration::from_hours(1)),
        flashboot: Some(FlashBoot::Off),
    }
}

pub(super) fn full_template() -> NewTemplate {
    NewTemplate {
        category: Some(TemplateCategory::Nvidia),
        args: Some("sleep 1".to_owned()),
        disk: Some(20),
        env: env(),
        ports: texts(&["22/tcp"]),
        mounts: Some(Mounts::persistent(10, "/workspace")),
        registry: Some("r1".to_owned()),
        ..NewTemplate::new("n", "image:1", false)
    }
}

pub(super) fn full_template_change() -> TemplateChange {
    TemplateChange {
        name: Some("n".to_owned()),
        image: Some("image:2".to_owned()),
        args: Some("x".to_owned()),
        disk: Some(30),
        env: Some(env()),
    }
}

pub(super) fn volume(tier: Option<VolumeType>) -> NewVolume {
    NewVolume { name: "n".to_owned(), size: 50, data_center: "EU-RO-1".to_owned(), tier }
}

pub(super) fn full_offer() -> Offer {
    Offer {
        count: 2,
        cloud: Some(Cloud::Secure),
        countries: texts(&["fr", "DE"]),
        min_cuda: Some("12.4".to_owned()),
        ..Offer::new(Product::Pod)
    }
}
