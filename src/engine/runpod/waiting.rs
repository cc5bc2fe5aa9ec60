//! Why a job waits in RunPod's queue.

use chrono::{DateTime, Utc};
use remote::runpod::WorkerSummary;

/// Why a job waits, by the workers of its endpoint, and what helps.
pub(crate) fn waiting(workers: &WorkerSummary, since: DateTime<Utc>) -> String {
    let (why, helps) = reason(workers);
    format!("In RunPod's queue since {} UTC: {why}. {helps}", since.format("%H:%M"))
}

fn reason(workers: &WorkerSummary) -> (String, &'static str) {
    let many = |n: u64, one: &str, many: &str| {
        if n == 1 { format!("1 worker {one}") } else { format!("{n} workers {many}") }
    };
    let alive = workers.idle + workers.running + workers.initializing;
    if workers.unhealthy > 0 && alive == 0 {
        let why = many(workers.unhealthy, "crashes or does not answer", "crash or do not answer");
        return (
            why,
            "The image may be wrong: look with `brightrun runpod check`, and at the endpoint's log",
        );
    }
    if workers.initializing > 0 {
        let why = many(workers.initializing, "starts and fetches the image", "start and fetch the image");
        return (why, "That takes some minutes for the first time");
    }
    if workers.throttled > 0 {
        let why =
            many(workers.throttled, "waits for a GPU, and none is free", "wait for a GPU, and none is free");
        return (why, "Wait, or allow the endpoint more kinds of GPU or data centres in RunPod's console");
    }
    if workers.running > 0 {
        let why = many(workers.running, "is busy with another job", "are busy with other jobs");
        return (why, "It is taken when one is free; more workers at most would help");
    }
    if workers.idle > 0 {
        return ("a worker is free and will take it".to_owned(), "It starts in a moment");
    }
    (
        "the endpoint has no workers".to_owned(),
        "Look at its maximum of workers and at what is free in its data centre: `brightrun runpod check`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_job_waits_is_said_with_what_helps() {
        let since = "2026-11-28T10:02:00Z".parse().unwrap();
        let of = |workers| waiting(&workers, since);
        let none = WorkerSummary::default();
        let cases = [
            (WorkerSummary { unhealthy: 2, ..none }, "2 workers crash", "image may be wrong"),
            (WorkerSummary { unhealthy: 1, initializing: 1, ..none }, "1 worker starts", "some minutes"),
            (WorkerSummary { throttled: 3, ..none }, "3 workers wait for a GPU", "data centres"),
            (WorkerSummary { running: 1, throttled: 0, ..none }, "1 worker is busy", "when one is free"),
            (WorkerSummary { idle: 1, ..none }, "a worker is free", "in a moment"),
            (none, "has no workers", "runpod check"),
        ];
        for (workers, why, helps) in cases {
            let said = of(workers);
            assert!(said.starts_with("In RunPod's queue since 10:02 UTC: "), "{said}");
            assert!(said.contains(why) && said.contains(helps), "{said}");
        }
    }
}
