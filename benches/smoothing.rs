//! How long a key waits while curves are smoothed, printed: `cargo bench --bench smoothing`. A million steps with three metrics: after
//! another weight was chosen, and when one more point comes. It fails when one piece of the work takes longer than a frame.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use domain::series::{At, Metrics, Smooth};
use std::process::ExitCode;
use std::time::Duration;

/// Longest wait for a key: a frame.
const MOST: Duration = Duration::from_millis(16);
const NAMES: [&str; 3] = ["loss", "grad_norm", "learning_rate"];

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    #[expect(clippy::disallowed_methods, reason = "this is a measurement")]
    let start = std::time::Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn record(metrics: &mut Metrics, step: u32) {
    let x = f64::from(step);
    let values = [0.4 + (x * 0.7).sin() * 0.1, (x * 0.3).cos().abs(), 2e-4 * (1.0 - x / 1e6)];
    let told: Vec<(&str, f64)> = NAMES.into_iter().zip(values).collect();
    metrics.record(&At::step(u64::from(step)), &told);
}

/// Brings the copies up to date in pieces, as the monitor does; the longest piece, and how many.
fn follow(metrics: &Metrics, copies: &mut [Smooth]) -> (Duration, u32) {
    let (mut longest, mut pieces) = (Duration::ZERO, 0);
    loop {
        let (took, left) = timed(|| {
            let mut room = Smooth::PIECE;
            for (name, copy) in NAMES.into_iter().zip(copies.iter_mut()) {
                room -= copy.follow(metrics.get(name).expect("a curve"), room);
            }
            room
        });
        longest = longest.max(took);
        pieces += 1;
        if left > 0 {
            return (longest, pieces);
        }
    }
}

fn main() -> ExitCode {
    let mut metrics = Metrics::default();
    (0..1_000_000).for_each(|step| record(&mut metrics, step));
    let mut copies = [Smooth::new(0.9), Smooth::new(0.9), Smooth::new(0.9)];
    let (weight, pieces) = follow(&metrics, &mut copies);
    println!("another weight: {pieces} pieces, the longest {weight:.1?}");
    let mut point = Duration::ZERO;
    for step in 1_000_000..1_001_000 {
        record(&mut metrics, step);
        point = point.max(follow(&metrics, &mut copies).0);
    }
    println!("one more point: at most {point:.1?}");
    if weight.max(point) > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
