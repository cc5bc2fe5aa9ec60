//! Files as they are found: torn, repeated, from the future.

use super::*;
use proptest::prelude::*;

fn losses(reader: &Reader) -> Vec<(u64, f64)> {
    reader
        .metrics()
        .get("loss")
        .map_or_else(Vec::new, |s| s.samples().map(|s| (s.at.step, s.value)).collect())
}

#[test]
fn a_run_is_read() {
    let mut worker = Worker::start();
    worker.stage("setup").after(1.0).stage("downloading").after(5.0).stage("training");
    worker.tell("log", json!({"text": "line \"one\"\n", "topic": "device"}));
    for step in 1..=3 {
        worker
            .after(2.0)
            .metrics(step, json!({"loss": 3.0 / step as f64, "grad_norm": "inf", "tokens_seen": step * 64}));
    }
    worker.metrics(3, json!({"eval_loss": "nan"}));
    worker.tell("checkpoint", json!({"step": 3, "name": "checkpoint-3", "bytes": 10, "reason": "interval"}));
    worker.tell("warning", json!({"text": "w", "code": "c"}));
    worker.tell("error", json!({"class": "dataset", "cause": "c", "fix": "f", "line": 7, "step": null}));
    worker.tell("final", json!({"outcome": "failed", "exit_code": 3, "step": 3}));
    let reader = worker.read();
    assert_eq!(losses(&reader), [(1, 3.0), (2, 1.5), (3, 1.0)]);
    let last = reader.metrics().get("loss").unwrap().last().unwrap();
    assert_eq!((last.at.epoch, last.at.seconds, last.at.tokens), (Some(0.5), Some(12.0), Some(192)));
    assert!(reader.metrics().get("eval_loss").unwrap().last().unwrap().value.is_nan());
    assert!(reader.metrics().get("grad_norm").unwrap().last().unwrap().value.is_infinite());
    let facts = reader.facts();
    assert_eq!(facts.parts[0].from, Some(clock(1.0)));
    assert_eq!((facts.parts[0].to, facts.parts[2].to), (Some(clock(6.0)), Some(clock(12.0))));
    assert_eq!(facts.error.as_ref().map(|e| (e.class, e.line)), Some((Class::Dataset, Some(7))));
    assert_eq!(facts.warnings, 1);
    assert_eq!(
        reader.events()[3].kind,
        Kind::Log { text: "line \"one\"\n".into(), topic: Some("device".into()) }
    );
    assert_eq!(reader.damage(), Damage::default());
}

#[test]
fn gaps_repeats_and_unknown_words_stop_nothing() {
    let mut worker = Worker::start();
    worker.metrics(1, json!({"loss": 1.0}));
    let first = worker.out.clone();
    worker.out.extend_from_slice(&first);
    worker.seq += 5;
    worker.tell("hologram", json!({"text": {"deep": [1]}})).stage("meditating");
    worker.tell("final", json!({"outcome": "ascended"})).tell("stage", json!({}));
    worker.metrics(2, json!({"loss": 0.5, "label": "x"}));
    worker.out.extend_from_slice(
        b"[1,2]\nnull\n{\"seq\":1}\n\n{\"seq\":99,\"at\":\"x\",\"attempt\":1,\"kind\":\"log\"}\n",
    );
    let reader = worker.read();
    assert_eq!(losses(&reader), [(1, 1.0), (2, 0.5)]);
    assert_eq!(reader.damage(), Damage { broken: 4, too_long: 0, repeats: 1, missing: 5 });
    assert!(reader.facts().ended.is_none() && reader.facts().stage.is_none());
    assert_eq!(reader.events()[0].kind, Kind::Other("hologram".into()));
}

#[test]
fn a_torn_line_costs_only_itself() {
    let mut worker = Worker::start();
    worker.metrics(1, json!({"loss": 1.0})).metrics(2, json!({"loss": 0.9}));
    worker.out.truncate(worker.out.len() - 20);
    // The second attempt writes on without a line end, and counts on from the last whole line.
    (worker.seq, worker.attempt) = (1, 2);
    worker.tell("stage", json!({"stage": "resumed", "step": 1, "checkpoint": "checkpoint-1"}));
    // serde_json keeps the order of insertion; the worker writes seq first.
    let text = String::from_utf8(worker.out.clone()).unwrap();
    let (torn, event) = text.rsplit_once("{\"stage\"").unwrap();
    let event: Value = serde_json::from_str(&format!("{{\"stage\"{event}")).unwrap();
    worker.out = format!(
        "{torn}{{\"seq\":2,\"at\":{},\"attempt\":2,\"kind\":\"stage\",\"stage\":\"resumed\",\"step\":1,\"checkpoint\":null}}\n",
        event["at"]
    )
    .into_bytes();
    worker.metrics(2, json!({"loss": 0.8}));
    let reader = worker.read();
    assert_eq!((losses(&reader), reader.facts().resumed_at), (vec![(1, 1.0), (2, 0.8)], Some(1)));
    assert_eq!(reader.damage().broken, 1);
}

#[test]
fn a_resumed_step_voids_what_came_later() {
    let mut worker = Worker::start();
    for step in 1..=9 {
        worker.metrics(step, json!({"loss": 1.0}));
        worker.metrics(step, json!({"eval_loss": 1.0}));
    }
    worker.attempt = 2;
    worker.tell("stage", json!({"stage": "resumed", "step": 4, "checkpoint": "checkpoint-4"}));
    let reader = worker.read();
    assert_eq!(losses(&reader).last(), Some(&(4, 1.0)));
    assert_eq!(reader.metrics().get("eval_loss").unwrap().len(), 4);
    // What the first attempt wrote late, or is read again, is no longer heard.
    worker.attempt = 1;
    worker.metrics(5, json!({"loss": 7.0}));
    assert_eq!(losses(&worker.read()).len(), 4);
}

#[test]
fn many_metrics_and_escaped_names_are_read() {
    let mut worker = Worker::start();
    let many: serde_json::Map<String, Value> = (0..40).map(|n| (format!("m\"{n}"), json!(n))).collect();
    worker.metrics(1, Value::Object(many));
    let reader = worker.read();
    assert_eq!(reader.metrics().ids().count(), 40);
    assert_eq!(reader.metrics().get("m\"39").unwrap().last().unwrap().value, 39.0);
}

#[test]
fn memory_of_the_log_is_bounded() {
    let mut worker = Worker::start();
    let text = "x".repeat(1000);
    for _ in 0..KEPT + 10 {
        worker.tell("log", json!({"text": text}));
    }
    let reader = worker.read();
    assert_eq!((reader.events().len(), reader.dropped()), (KEPT, 10));
}

fn sample() -> Vec<u8> {
    let mut worker = Worker::start();
    worker.stage("setup").stage("training");
    for step in 1..=20 {
        worker.metrics(step, json!({"loss": 1.0 / step as f64, "lr": "nan"})).progress(30.0, step);
    }
    worker.attempt = 2;
    worker.tell("stage", json!({"stage": "resumed", "step": 10, "checkpoint": null}));
    worker
        .metrics(11, json!({"loss": 0.1}))
        .tell("final", json!({"outcome": "done", "exit_code": 0, "step": 11}));
    worker.out
}

proptest! {
    #[test]
    fn it_does_not_matter_where_chunks_end(cuts in prop::collection::vec(0_usize..6000, 0..12)) {
        let bytes = sample();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
        cuts.sort_unstable();
        cuts.push(bytes.len());
        let (mut reader, mut from, mut whole) = (Reader::default(), 0, Reader::default());
        for to in cuts {
            reader.push(&bytes[from..to]);
            from = to;
        }
        whole.push(&bytes);
        prop_assert_eq!(losses(&reader), losses(&whole));
        prop_assert_eq!(reader.facts(), whole.facts());
        prop_assert_eq!(reader.events(), whole.events());
    }

    #[test]
    fn damage_makes_nothing_fall(edits in prop::collection::vec((0_usize..6000, any::<u8>()), 0..40), cut in 0_usize..6000) {
        let mut bytes = sample();
        for (at, byte) in edits {
            let len = bytes.len();
            bytes[at % len] = byte;
        }
        bytes.truncate(cut);
        let mut reader = Reader::default();
        reader.push(&bytes);
        let at = state(reader.facts(), clock(9.0), Liveness::Unknown);
        let _ = (alerts(reader.facts(), reader.metrics(), &at), eta(reader.facts(), reader.metrics(), clock(9.0)));
    }
}
