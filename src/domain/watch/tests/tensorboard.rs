use super::make::{bytes, count, double, event, float, tfrecord};
use super::*;
use crate::series::Axis;

fn simple(tag: &str, value: f32) -> Vec<u8> {
    [bytes(1, tag.as_bytes()), float(2, value)].concat()
}

fn tensor(tag: &str, tensor: &[Vec<u8>]) -> Vec<u8> {
    [bytes(1, tag.as_bytes()), bytes(8, &tensor.concat())].concat()
}

#[test]
fn what_tensorboard_wrote_is_read() {
    let found = read(Format::TensorBoard, TFEVENTS);
    assert_eq!(names(&found), ["eval/loss", "train/loss", "train/lr", "train/norm"]);
    for (name, numerator) in [("train/loss", 2.0), ("train/lr", 0.5), ("train/norm", 1.0)] {
        let curve = curve(&found.metrics, name);
        assert_eq!(curve.len(), 20);
        for (step, value) in curve {
            assert!((value - numerator / step as f64).abs() < 1e-6, "{name} {step} {value}");
        }
    }
    let eval = curve(&found.metrics, "eval/loss");
    assert!(eval.len() == 2 && eval[0].0 == 10 && eval[1].1.is_nan());
    assert_eq!(found.metrics.get("train/loss").unwrap().reach(Axis::Time), Some((0.0, 47.5)));
    assert_eq!((found.end, found.broken, found.stopped), (None, 0, None));
    assert_eq!(found.gap(), Some(2.5));
}

#[test]
fn every_form_of_a_scalar_is_read() {
    let shape = |sizes: &[u64]| -> Vec<u8> {
        bytes(2, &sizes.iter().flat_map(|n| bytes(2, &count(1, *n))).collect::<Vec<_>>())
    };
    let scalars = [
        ("float", vec![count(1, 1), float(5, 2.0)]),
        ("packed", vec![count(1, 1), bytes(5, &2_f32.to_le_bytes())]),
        ("double", vec![count(1, 2), bytes(6, &2_f64.to_le_bytes())]),
        ("int", vec![count(1, 3), bytes(7, &[2])]),
        ("long", vec![count(1, 9), count(10, 2)]),
        ("half", vec![count(1, 19), count(13, 0x4000)]),
        ("bfloat", vec![count(1, 14), count(13, 0x4000)]),
        ("raw half", vec![count(1, 19), bytes(4, &[0, 0x40])]),
        ("one of one", vec![count(1, 1), shape(&[1, 1]), float(5, 2.0)]),
    ];
    let others = [
        ("two", vec![count(1, 1), shape(&[2]), float(5, 2.0), float(5, 3.0)]),
        ("two packed", vec![count(1, 1), bytes(5, &[0; 8])]),
        ("none", vec![count(1, 1), shape(&[0])]),
        ("huge", vec![count(1, 1), shape(&[u64::MAX, 2]), float(5, 2.0)]),
    ];
    let values: Vec<Vec<u8>> = scalars.iter().chain(&others).map(|(tag, parts)| tensor(tag, parts)).collect();
    let found = read(Format::TensorBoard, &event(1, 5.0, &values));
    assert_eq!(found.metrics.ids().count(), scalars.len());
    for (tag, _) in scalars {
        assert_eq!(curve(&found.metrics, tag), [(1, 2.0)], "{tag}");
    }
}

#[test]
fn curves_of_other_plugins_are_none() {
    let metadata = |name: &[u8]| bytes(9, &bytes(1, &bytes(1, name)));
    let value = |tag: &str, plugin: &[u8]| [simple(tag, 1.0), metadata(plugin)].concat();
    let file = [
        event(1, 1.0, &[value("a", b"scalars"), value("b", b"histograms")]),
        event(2, 2.0, &[simple("a", 2.0), simple("b", 2.0)]),
    ]
    .concat();
    assert_eq!(names(&read(Format::TensorBoard, &file)), ["a"]);
}

#[test]
fn values_of_one_step_share_its_epoch() {
    let file = [
        event(10, 1.0, &[simple("train/loss", 2.0)]),
        event(10, 1.0, &[simple("train/epoch", 0.5)]),
        event(20, 2.0, &[simple("train/loss", 1.0)]),
        event(20, 2.0, &[simple("train/epoch", 1.0)]),
    ]
    .concat();
    let found = read(Format::TensorBoard, &file);
    assert_eq!(names(&found), ["train/loss"]);
    assert_eq!(found.metrics.get("train/loss").unwrap().reach(Axis::Epoch), Some((0.5, 1.0)));
}

#[test]
fn a_restart_voids_and_another_file_goes_on() {
    let session =
        |step, status| tfrecord(&[double(1, 9.0), count(2, step), bytes(7, &count(1, status))].concat());
    let first: Vec<u8> = (1..=9).flat_map(|step| event(step, 1.0, &[simple("loss", 1.0)])).collect();
    let mut tail = Tail::new(Format::TensorBoard).unwrap();
    tail.push(&first);
    // The first file was cut off within a record.
    tail.push(&first[..5]);
    tail.file(1);
    tail.push(&[session(5, 1), event(5, 2.0, &[simple("loss", 0.5)])].concat());
    assert_eq!(curve(&tail.found().metrics, "loss").last(), Some(&(5, 0.5)));
    assert_eq!(tail.found().metrics.get("loss").unwrap().len(), 5);
    tail.push(&session(6, 2));
    assert_eq!(tail.found().end, Some(End::Finished));
}

#[test]
fn writers_of_several_files_do_not_disturb_each_other() {
    let (mut train, mut eval) = (Vec::new(), Vec::new());
    for step in 1..=4 {
        train.extend(event(step, 1.0, &[simple("loss", 1.0)]));
        eval.extend(event(step, 1.0, &[simple("eval/loss", 2.0)]));
    }
    let mut tail = Tail::new(Format::TensorBoard).unwrap();
    // Cut within records, by turns.
    for (a, b) in train.chunks(17).zip(eval.chunks(17)) {
        tail.file(0);
        tail.push(a);
        tail.file(1);
        tail.push(b);
    }
    for (number, file) in [(0, &train), (1, &eval)] {
        let cut = train.len().div_ceil(17).min(eval.len().div_ceil(17)) * 17;
        tail.file(number);
        tail.push(&file[cut.min(file.len())..]);
    }
    let found = tail.found();
    assert_eq!(found.broken, 0);
    assert_eq!(curve(&found.metrics, "loss"), [(1, 1.0), (2, 1.0), (3, 1.0), (4, 1.0)]);
    assert_eq!(curve(&found.metrics, "eval/loss"), [(1, 2.0), (2, 2.0), (3, 2.0), (4, 2.0)]);
    // One that is damaged stops itself alone.
    tail.file(0);
    tail.push(&[7; 40]);
    assert!(tail.found().stopped.is_some());
    tail.file(1);
    tail.push(&event(5, 1.0, &[simple("eval/loss", 3.0)]));
    assert_eq!((tail.found().stopped, tail.found().metrics.last_step()), (None, Some(5)));
    tail.file(0);
    tail.push(&event(6, 1.0, &[simple("loss", 3.0)]));
    assert_eq!(tail.found().metrics.last_step(), Some(5));
}

#[test]
fn damage_costs_a_record_or_stops_with_a_reason() {
    let one = event(1, 1.0, &[simple("loss", 1.0)]);
    let mut bad = one.clone();
    bad[20] ^= 1;
    let found =
        read(Format::TensorBoard, &[one.clone(), bad, event(3, 1.0, &[simple("loss", 3.0)])].concat());
    assert_eq!((curve(&found.metrics, "loss"), found.broken), (vec![(1, 1.0), (3, 3.0)], 1));
    let mut bad = one.clone();
    bad[2] ^= 1;
    let found = read(Format::TensorBoard, &[one.clone(), bad, one.clone()].concat());
    assert!(
        found.stopped.is_some_and(|why| why.contains("damaged"))
            && found.metrics.get("loss").unwrap().len() == 1
    );
    // A negative step is no step.
    let negative =
        tfrecord(&[double(1, 1.0), count(2, u64::MAX), bytes(5, &bytes(1, &simple("loss", 1.0)))].concat());
    assert_eq!(read(Format::TensorBoard, &negative).broken, 1);
}

#[test]
fn a_large_record_is_passed_over_without_being_kept() {
    let large = tfrecord(&vec![0; (16 << 20) + 1]);
    let file = [event(1, 1.0, &[simple("loss", 1.0)]), large, event(2, 2.0, &[simple("loss", 2.0)])].concat();
    let mut tail = Tail::new(Format::TensorBoard).unwrap();
    file.chunks(1 << 16).for_each(|chunk| tail.push(chunk));
    assert_eq!(curve(&tail.found().metrics, "loss"), [(1, 1.0), (2, 2.0)]);
}
