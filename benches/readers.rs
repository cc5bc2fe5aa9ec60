//! How fast runs and datasets are read, printed: `cargo bench --bench readers`. A million steps with three metrics each, and a dataset of 256 MB.
//! `BRIGHTRUN_WANDB=FILE` adds a `.wandb` file of yours (wandb's own writer makes one of a million steps with `bench/gen_wandb.py` of the reference folder).
//! It fails when one takes longer than issue 3 allows.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use domain::dataset::statistics::{Measure, Reader as Dataset};
use domain::recognize::Shape;
use domain::run::{Reader, State, alerts};
use domain::series::Axis;
use domain::watch::{Format, Tail};
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

/// Longest time of a million steps (issue 3).
const MOST: Duration = Duration::from_millis(1500);
/// Bytes per second of one core; two must read 400 MB/s (issue 3).
const LEAST: f64 = 200e6;

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    #[expect(clippy::disallowed_methods, reason = "this is a measurement")]
    let start = std::time::Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn values(step: u32) -> (f64, f64, f64) {
    let x = f64::from(step);
    (0.4 + (x * 0.7).sin() * 0.1, (x * 0.3).cos().abs(), 2e-4 * (1.0 - x / 1e6))
}

fn events() -> bool {
    let mut text = String::new();
    for step in 0..1_000_000_u32 {
        let (loss, norm, rate) = values(step);
        let second = step / 20;
        writeln!(
            text,
            "{{\"seq\":{},\"at\":\"2026-11-{:02}T{:02}:{:02}:{:02}.{:03}Z\",\"attempt\":1,\"kind\":\"metrics\",\"step\":{step},\"epoch\":{},\
             \"values\":{{\"loss\":{loss},\"grad_norm\":{norm},\"learning_rate\":{rate}}}}}",
            step + 1,
            1 + second / 86400,
            second / 3600 % 24,
            second / 60 % 60,
            second % 60,
            step % 20 * 50,
            f64::from(step) / 4e5,
        )
        .expect("text");
    }
    let mut reader = Reader::default();
    let (took, ()) = timed(|| text.as_bytes().chunks(1 << 20).for_each(|chunk| reader.push(chunk)));
    let metrics = reader.metrics();
    let loss = metrics.series(metrics.find("loss").expect("a loss"));
    let mut columns = Vec::new();
    let (window, ()) = timed(|| loss.buckets_into(Axis::Step, 0.0, 1e6, 400, &mut columns));
    let (health, _) = timed(|| alerts(reader.facts(), metrics, &State::Running));
    println!("  400 columns of all {window:.1?}, all alerts {health:.1?}");
    said("events.jsonl", text.len(), took, loss.len(), metrics.bytes())
}

fn foreign(name: &str, format: Format, bytes: &[u8]) -> bool {
    let mut tail = Tail::new(format).expect("a format that is read piece by piece");
    let (took, ()) = timed(|| bytes.chunks(1 << 20).for_each(|chunk| tail.push(chunk)));
    let metrics = &tail.found().metrics;
    let steps = metrics.ids().map(|id| metrics.series(id).len()).max().unwrap_or(0);
    said(name, bytes.len(), took, steps, metrics.bytes())
}

fn said(name: &str, bytes: usize, took: Duration, steps: usize, kept: usize) -> bool {
    let [bytes, kept] = [bytes, kept].map(|n| n / 1_000_000);
    println!("{name:14} {bytes:5} MB, {steps:8} steps in {took:8.1?}, {kept:4} MB kept");
    took <= MOST
}

fn tables() -> bool {
    let (mut lines, mut table) = (String::new(), "step,loss,grad_norm,learning_rate\n".to_owned());
    for step in 0..1_000_000_u32 {
        let (loss, norm, rate) = values(step);
        writeln!(
            lines,
            "{{\"step\": {step}, \"loss\": {loss}, \"grad_norm\": {norm}, \"learning_rate\": {rate}}}"
        )
        .expect("text");
        writeln!(table, "{step},{loss},{norm},{rate}").expect("text");
    }
    let both = [("JSONL", Format::Jsonl, &lines), ("CSV", Format::Csv, &table)];
    both.into_iter().all(|(name, format, text)| foreign(name, format, text.as_bytes()))
}

fn dataset() -> bool {
    let said = "plain words, “quoted” and \\\"said\\\" here,\\n\\nin two paragraphs: ".repeat(12);
    let turn = |role: &str| format!("{{\"role\":\"{role}\",\"content\":\"{said}\"}}");
    let history = ["user", "assistant", "user", "assistant"].map(turn).join(",");
    let line = format!(
        "{{\"conversation_id\":\"a\",\"turn_number\":2,\"conversation_history\":[{history}],\"current_user_input\":\"{said}\",\
         \"target_response\":\"{said}\"}}\n"
    );
    let text = line.repeat(256_000_000 / line.len());
    let mut reader = Dataset::new(Shape::V4Jsonl, Measure::Words);
    let (took, ()) = timed(|| text.as_bytes().chunks(1 << 20).for_each(|chunk| reader.feed(chunk)));
    let facts = reader.finish(&[512, 2048]);
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = text.len() as f64 / took.as_secs_f64();
    println!("dataset        {} examples, {:.0} MB/s on one core", facts.examples, rate / 1e6);
    rate >= LEAST
}

fn main() -> ExitCode {
    let own = std::env::var_os("BRIGHTRUN_WANDB").is_none_or(|path| {
        foreign(".wandb", Format::Wandb, &std::fs::read(path).expect("the file of BRIGHTRUN_WANDB"))
    });
    let all = [events(), tables(), dataset(), own];
    if all.contains(&false) {
        println!("MISSED");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
