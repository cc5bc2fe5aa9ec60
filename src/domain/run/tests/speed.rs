//! A run of a million steps with three metrics.

use super::*;
use std::io::Write as _;

#[test]
#[ignore = "takes long without optimisation: cargo nextest run --release --run-ignored only -E 'test(speed)'"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#[expect(clippy::print_stderr, reason = "a measurement tells its figure")]
fn a_million_steps_are_read_quickly() {
    let mut bytes = Vec::new();
    for step in 0..1_000_000_u32 {
        let x = f64::from(step);
        let at = clock(x * 0.05).format("%Y-%m-%dT%H:%M:%S%.3fZ");
        let _ = writeln!(
            bytes,
            "{{\"seq\":{},\"at\":\"{at}\",\"attempt\":1,\"kind\":\"metrics\",\"step\":{step},\"epoch\":{},\"values\":{{\"loss\":{},\"grad_norm\":{},\"learning_rate\":{}}}}}",
            step + 1,
            x / 4e5,
            0.4 + (x * 0.7).sin() * 0.1,
            (x * 0.3).cos().abs(),
            2e-4 * (1.0 - x / 1e6)
        );
    }
    let began = std::time::Instant::now();
    let mut reader = Reader::default();
    bytes.chunks(1 << 20).for_each(|chunk| reader.push(chunk));
    let took = began.elapsed().as_secs_f64();
    let metrics = reader.metrics();
    assert_eq!(metrics.ids().map(|id| metrics.series(id).len()).collect::<Vec<_>>(), [1_000_000; 3]);
    let began = std::time::Instant::now();
    let found = alerts(reader.facts(), metrics, &State::Running).len();
    let health = began.elapsed().as_secs_f64();
    eprintln!(
        "events.jsonl: {:.0} MB in {took:.3} s, {:.1} MB kept; {found} alerts in {:.0} µs",
        bytes.len() as f64 / 1e6,
        metrics.bytes() as f64 / 1e6,
        health * 1e6
    );
    assert!(took < 1.5 && reader.damage() == Damage::default());
}
