//! Runs of a million steps with three metrics.

use super::make::Log;
use super::*;
use std::fmt::Write as _;

/// What `wandb` 0.31.0 writes per step: a history record and a summary record of about the same size.
fn million() -> Vec<u8> {
    let mut log = Log::new();
    let (mut numbers, summary) =
        (String::new(), [0x1a].iter().chain(&[100]).chain(&[0; 100]).copied().collect::<Vec<u8>>());
    for step in 0..1_000_000_u32 {
        let x = f64::from(step);
        numbers.clear();
        let mut cuts = [0; 6];
        for (cut, value) in cuts.iter_mut().zip([
            0.4 + (x * 0.7).sin() * 0.1,
            (x * 0.3).cos().abs(),
            2e-4 * (1.0 - x / 1e6),
            1.7e9 + x * 0.1,
            x * 0.1,
            x,
        ]) {
            let _ = write!(numbers, "{value}");
            *cut = numbers.len();
        }
        let text = |n: usize| &numbers[if n == 0 { 0 } else { cuts[n - 1] }..cuts[n]];
        let names =
            ["train/loss", "train/grad_norm", "train/learning_rate", "_timestamp", "_runtime", "_step"];
        // Its maps have no order.
        let items: Vec<(&str, &str)> =
            (0..6).map(|n| (n + step as usize) % 6).map(|n| (names[n], text(n))).collect();
        log.history(&items);
        log.record(&summary);
    }
    log.0
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#[expect(clippy::print_stderr, reason = "a measurement tells its figure")]
fn measure(name: &str, format: Format, bytes: &[u8]) {
    let began = std::time::Instant::now();
    let mut tail = Tail::new(format).unwrap();
    bytes.chunks(1 << 20).for_each(|chunk| tail.push(chunk));
    let took = began.elapsed().as_secs_f64();
    let found = tail.found();
    let points: usize = found.metrics.ids().map(|id| found.metrics.series(id).len()).sum();
    eprintln!(
        "{name}: {:.0} MB, {points} points in {took:.3} s, {:.1} MB kept",
        bytes.len() as f64 / 1e6,
        found.metrics.bytes() as f64 / 1e6
    );
    assert!(points == 3_000_000 && took < 1.5 && found.broken == 0);
}

#[test]
#[ignore = "takes long without optimisation: cargo nextest run --release --run-ignored only -E 'test(speed)'"]
fn a_million_steps_of_wandb_are_read_quickly() {
    measure("made .wandb", Format::Wandb, &million());
}

/// With `BRIGHTRUN_WANDB=FILE`, a run of a million steps with three metrics that `wandb` itself wrote.
#[test]
#[ignore = "needs a file of half a gigabyte in BRIGHTRUN_WANDB"]
fn reference_a_million_steps_that_wandb_wrote() {
    let Some(path) = std::env::var_os("BRIGHTRUN_WANDB") else { return };
    measure("wandb's own .wandb", Format::Wandb, &std::fs::read(path).unwrap());
}

#[test]
#[ignore = "takes long without optimisation: cargo nextest run --release --run-ignored only -E 'test(speed)'"]
fn a_million_lines_are_read_quickly() {
    let (mut lines, mut table) = (String::new(), "step,loss,grad_norm,learning_rate\n".to_owned());
    for step in 0..1_000_000_u32 {
        let x = f64::from(step);
        let (loss, norm, rate) = (0.4 + (x * 0.7).sin() * 0.1, (x * 0.3).cos().abs(), 2e-4 * (1.0 - x / 1e6));
        let _ = writeln!(
            lines,
            "{{\"step\": {step}, \"loss\": {loss}, \"grad_norm\": {norm}, \"learning_rate\": {rate}}}"
        );
        let _ = writeln!(table, "{step},{loss},{norm},{rate}");
    }
    measure("JSONL", Format::Jsonl, lines.as_bytes());
    measure("CSV", Format::Csv, table.as_bytes());
}
