#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small whole numbers, and values that must come back as they were"
)]

use super::*;
use crate::series::Metrics;
use proptest::prelude::*;

mod make;
mod recognition;
mod tables;
mod tensorboard;
mod wandb;

const TFEVENTS: &[u8] = include_bytes!("fixtures/tiny.tfevents");
const WANDB: &[u8] = include_bytes!("fixtures/tiny.wandb");
const STATE: &[u8] = include_bytes!("fixtures/trainer_state.json");

fn read(format: Format, bytes: &[u8]) -> Found {
    let mut tail = Tail::new(format).expect("it is foreign");
    tail.push(bytes);
    tail.found().clone()
}

fn curve(metrics: &Metrics, name: &str) -> Vec<(u64, f64)> {
    metrics.get(name).map_or_else(Vec::new, |s| s.samples().map(|s| (s.at.step, s.value)).collect())
}

fn names(found: &Found) -> Vec<&str> {
    let mut names: Vec<&str> = found.metrics.ids().map(|id| found.metrics.name(id)).collect();
    names.sort_unstable();
    names
}

/// Everything that a reader found, to be compared.
fn all(found: &Found) -> String {
    let curves: Vec<_> = names(found)
        .into_iter()
        .map(|name| {
            (name, found.metrics.get(name).unwrap().samples().map(|s| format!("{s:?}")).collect::<Vec<_>>())
        })
        .filter(|(_, samples)| !samples.is_empty())
        .collect();
    format!("{curves:?} {:?} {:?} {} {:?}", found.end, found.total_steps, found.broken, found.stopped)
}

/// A whole file of every format.
fn every() -> Vec<(Format, Vec<u8>)> {
    let csv = "step,epoch,loss,eval_loss\n1,0.1,2.0,\n2,0.2,1.0,1.5\n3,0.3,nan,\n".repeat(3);
    let jsonl =
        "{\"step\":1,\"loss\":2.0,\"train\":{\"lr\":NaN}}\n{\"step\":2,\"loss\":1,\"time\":\"0:00:02\"}\n";
    vec![
        (Format::TensorBoard, TFEVENTS.to_vec()),
        (Format::Wandb, WANDB.to_vec()),
        (Format::TrainerState, STATE.to_vec()),
        (Format::Csv, csv.into_bytes()),
        (Format::Jsonl, jsonl.as_bytes().to_vec()),
    ]
}

proptest! {
    #[test]
    fn it_does_not_matter_where_chunks_end(cuts in prop::collection::vec(0_usize..9000, 0..20)) {
        for (format, bytes) in every() {
            let mut cuts: Vec<usize> = cuts.iter().map(|c| c % bytes.len()).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let (mut tail, mut from) = (Tail::new(format).unwrap(), 0);
            for to in cuts {
                tail.push(&bytes[from..to]);
                from = to;
            }
            prop_assert_eq!(all(tail.found()), all(&read(format, &bytes)), "{}", format);
        }
    }

    #[test]
    fn damage_makes_nothing_fall(
        edits in prop::collection::vec((0_usize..9000, any::<u8>()), 0..30), cut in 0_usize..9000, twice in any::<bool>()
    ) {
        for (format, mut bytes) in every() {
            for (at, byte) in &edits {
                let at = at % bytes.len();
                bytes[at] = *byte;
            }
            bytes.truncate(cut);
            let mut tail = Tail::new(format).unwrap();
            tail.push(&bytes);
            if twice {
                tail.again();
                tail.push(&bytes);
            }
            tail.settle();
            let _ = (recognize(&bytes, true), recognize(&bytes, false));
            for id in tail.found().metrics.ids() {
                let series = tail.found().metrics.series(id);
                let _ = series.buckets(crate::series::Axis::Step, 0.0, 30.0, 10);
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (format, whole) in every() {
            let mut tail = Tail::new(format).unwrap();
            tail.push(&whole[..whole.len() / 2]);
            tail.push(&bytes);
            tail.push(&whole[whole.len() / 2..]);
        }
        let _ = recognize(&bytes, true);
    }
}
