use super::make::{Log, bytes, count, double};
use super::*;
use crate::series::Axis;

#[test]
fn what_wandb_wrote_is_read() {
    let found = read(Format::Wandb, WANDB);
    assert_eq!(names(&found), ["eval/loss", "train/loss", "train_nested.a"]);
    let loss = found.metrics.get("train/loss").unwrap();
    assert_eq!(loss.len(), 20);
    assert!(
        loss.samples()
            .all(|s| s.value == 2.0 / s.at.step as f64 && s.at.seconds.is_some_and(|s| s > 0.0 && s < 60.0))
    );
    assert_eq!(loss.reach(Axis::Epoch), Some((0.1, 2.0)));
    let eval = curve(&found.metrics, "eval/loss");
    assert!(eval.len() == 2 && eval[0] == (10, 2.2 / 10.0) && eval[1].1.is_nan());
    assert_eq!((found.end, found.broken, found.name.as_deref()), (Some(End::Finished), 0, Some("tiny")));
}

#[test]
fn a_file_cut_off_has_no_end() {
    let found = read(Format::Wandb, &WANDB[..WANDB.len() - 3]);
    assert_eq!((found.end, found.broken), (None, 0));
    assert_eq!(standing(found.end, 172_800.0, Some(15.0)), Standing::Lost { still: 172_800.0 });
}

#[test]
fn records_go_over_blocks() {
    let mut file = Log::new();
    let long = format!("\"{}\"", "x".repeat(100_000));
    for step in 0..5000 {
        let step = step.to_string();
        if step == "77" {
            file.history(&[("note", &long), ("loss", "0.25"), ("_step", "77")]);
        } else {
            file.history(&[("loss", "0.5"), ("_step", &step)]);
        }
    }
    let found = read(Format::Wandb, &file.0);
    assert_eq!((found.metrics.get("loss").unwrap().len(), found.broken), (5000, 0));
    assert_eq!(curve(&found.metrics, "loss")[77], (77, 0.25));
    let mut tail = Tail::new(Format::Wandb).unwrap();
    file.0.chunks(777).for_each(|chunk| tail.push(chunk));
    assert_eq!(all(tail.found()), all(&found));
}

#[test]
fn damage_costs_the_rest_of_its_block() {
    let mut log = Log::new();
    for step in 0..3000 {
        log.history(&[("_step", &step.to_string()), ("loss", "0.5")]);
    }
    let mut bad = log.0.clone();
    bad[40_000] ^= 0xff;
    let found = read(Format::Wandb, &bad);
    let steps: Vec<u64> = curve(&found.metrics, "loss").iter().map(|(step, _)| *step).collect();
    assert!(found.broken >= 1 && steps.len() > 1500 && steps.len() < 2999);
    assert_eq!((steps[0], steps.last()), (0, Some(&2999)), "it goes on in the next block");
}

#[test]
fn a_length_beyond_the_block_waits_for_nothing() {
    let mut log = Log::new();
    let mut last = 0;
    while log.0.len() < 33_000 {
        if log.0.len() < 32_000 {
            last = log.0.len();
        }
        log.history(&[("_step", &log.0.len().to_string()), ("loss", "0.5")]);
    }
    log.0[last + 5] = 0xff;
    let found = read(Format::Wandb, &log.0);
    assert!(found.broken == 1 && found.metrics.last_step().is_some_and(|step| step > 32_768));
}

#[test]
fn a_record_without_bound_is_not_kept() {
    let mut log = Log::new();
    log.record(&bytes(2, &vec![0; 17 << 20]));
    log.history(&[("_step", "1"), ("loss", "0.5")]);
    let found = read(Format::Wandb, &log.0);
    assert_eq!((curve(&found.metrics, "loss"), found.broken), (vec![(1, 0.5)], 1));
}

#[test]
fn newer_items_steps_of_trainers_and_the_machine_are_read() {
    let item = |key: &str, value: Vec<u8>| bytes(1, &[bytes(1, key.as_bytes()), value].concat());
    let mut log = Log::new();
    let history = [
        item("train/loss", double(6, 0.5)),
        item("train/global_step", count(5, 400)),
        item("big", count(5, 3)),
        item("ok", count(4, 1)),
        item("inf", bytes(16, b"Infinity")),
        item("text", bytes(16, b"\"NaN\"")),
        item("histogram", bytes(16, b"{\"_type\":\"histogram\",\"values\":[1]}")),
        item("_timestamp", double(6, 1_700_000_010.0)),
        item("_runtime", double(6, 10.0)),
        bytes(2, &count(1, 7)),
    ]
    .concat();
    log.record(&bytes(2, &history));
    let time = bytes(2, &[count(1, 1_700_000_015), count(2, 500_000_000)].concat());
    let stats = [time, bytes(3, &[bytes(1, b"gpu.0.gpu"), bytes(16, b"41.5")].concat())].concat();
    log.record(&bytes(7, &stats));
    log.record(&bytes(18, &count(1, 255)));
    let found = read(Format::Wandb, &log.0);
    assert_eq!(names(&found), ["big", "inf", "system/gpu.0.gpu", "text", "train/loss"]);
    assert_eq!(curve(&found.metrics, "train/loss"), [(200, 0.5)]);
    assert_eq!(curve(&found.metrics, "big"), [(200, -2.0)], "zigzag");
    assert!(curve(&found.metrics, "inf")[0].1.is_infinite() && curve(&found.metrics, "text")[0].1.is_nan());
    let gpu = found.metrics.get("system/gpu.0.gpu").unwrap().last().unwrap();
    assert_eq!((gpu.at.step, gpu.at.seconds, gpu.value), (200, Some(15.5), 41.5));
    assert_eq!(found.end, Some(End::Failed(255)));
    assert!(crate::run::Roles::of(&found.metrics).gpu.is_some());
}

#[test]
fn another_version_is_refused() {
    let found = read(Format::Wandb, b":W&B\xe1\xbe\x01rest");
    assert!(found.stopped.is_some());
}
