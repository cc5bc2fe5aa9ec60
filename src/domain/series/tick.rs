//! Marks on an axis at round numbers, and numbers in few characters.

use super::axis::Axis;
use super::scale::Scale;

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where, in the axis' units.
    pub at: f64,
    /// What is written there.
    pub label: String,
}

/// Marks of a curve's values: round numbers, for [`Scale::Log`] decades and, where those are few, their halves and fifths.
pub fn ticks(scale: Scale, edges: (f64, f64), most: usize) -> Vec<Tick> {
    match scale {
        Scale::Linear => even(edges, most, |rough| nice(rough, &[1.0, 2.0, 5.0, 10.0], 10.0), None),
        Scale::Log => decades(edges, most),
    }
}

impl Axis {
    /// Marks of the horizontal axis between two places: steps and tokens are whole, times are round on a clock.
    pub fn ticks(self, edges: (f64, f64), most: usize) -> Vec<Tick> {
        let whole = |rough: f64| nice(rough, &[1.0, 2.0, 5.0, 10.0], 10.0).max(1.0);
        match self {
            Self::Step | Self::Tokens => even(edges, most, whole, None),
            Self::Epoch => ticks(Scale::Linear, edges, most),
            Self::Time => even(edges, most, clock, Some(duration)),
        }
    }
}

/// The smallest round number that is not below `rough`: one of the parts times a power of the base.
fn nice(rough: f64, parts: &[f64], base: f64) -> f64 {
    let power = base.powf(rough.log(base).floor());
    let part = parts.iter().find(|p| **p * power >= rough * (1.0 - 1e-9)).unwrap_or(&base);
    part * power
}

/// Seconds between marks that read well on a clock.
fn clock(rough: f64) -> f64 {
    const ROUND: [f64; 14] =
        [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0];
    if rough <= 1.0 {
        return nice(rough, &[1.0, 2.0, 5.0, 10.0], 10.0);
    }
    let hours = |rough: f64| nice(rough / 3600.0, &[1.0, 2.0, 3.0, 4.0, 6.0, 10.0], 10.0) * 3600.0;
    ROUND.iter().copied().find(|r| *r >= rough).unwrap_or_else(|| hours(rough))
}

fn even(
    (low, high): (f64, f64),
    most: usize,
    round: impl Fn(f64) -> f64,
    label: Option<fn(f64) -> String>,
) -> Vec<Tick> {
    if !(low.is_finite() && high.is_finite() && high > low) || most == 0 {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
    let step = round((high / most as f64 - low / most as f64).max(f64::MIN_POSITIVE));
    if !(step > 0.0 && step.is_finite()) {
        return Vec::new();
    }
    let digits = decimals(step);
    let first = (low / step - 1e-9).ceil();
    (0_u32..)
        .map(|n| (first + f64::from(n)) * step)
        .take_while(|at| *at <= high + step * 1e-9)
        .take(most + 1)
        .map(|at| {
            let at = if at == 0.0 { 0.0 } else { at };
            Tick { at, label: label.map_or_else(|| fixed(at, step, digits), |label| label(at)) }
        })
        .collect()
}

fn decades((low, high): (f64, f64), most: usize) -> Vec<Tick> {
    if !(low > 0.0 && high > low && high.is_finite()) || most == 0 {
        return Vec::new();
    }
    #[expect(clippy::cast_possible_truncation, reason = "doubles have less than a thousand decades")]
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let every = usize::try_from(last - first).unwrap_or(1).div_ceil(most).max(1);
    let spread = |parts: &[f64], every: usize| -> Vec<Tick> {
        (first..=last)
            .step_by(every)
            .flat_map(|decade| parts.iter().map(move |part| part * 10_f64.powi(decade)))
            .filter(|at| (low..=high).contains(at))
            .map(|at| Tick { at, label: number(at) })
            .collect()
    };
    let found = [&[1.0, 2.0, 5.0][..], &[1.0, 3.0], &[1.0]]
        .into_iter()
        .map(|parts| spread(parts, 1))
        .find(|found| found.len() <= most)
        .unwrap_or_else(|| spread(&[1.0], every));
    if found.is_empty() { ticks(Scale::Linear, (low, high), most) } else { found }
}

/// Digits behind the point that a multiple of a round step needs.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the logarithm of a double")]
fn decimals(step: f64) -> usize {
    (-(step.log10() + 1e-9).floor()).max(0.0) as usize
}

/// Labels of one axis have the same number of digits, unless they are too long to read.
fn fixed(at: f64, step: f64, digits: usize) -> String {
    if at == 0.0 {
        return "0".to_owned();
    }
    if digits > 4 || at.abs().max(step) >= 1e7 {
        return number(at);
    }
    let text = format!("{at:.digits$}");
    if digits == 0 { grouped(&text) } else { text }
}

/// A number in at most four significant digits: `0.342`, `1,247`, `1.8e-4`; `NaN`, `∞`, `-∞`.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.to_owned();
    }
    let short = format!("{value:.3e}");
    let (digits, power) = short.split_once('e').unwrap_or((&short, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    match power {
        _ if value == 0.0 => "0".to_owned(),
        -3..=6 => {
            let places = usize::try_from(3 - power).unwrap_or_default();
            let text = format!("{value:.places$}");
            let text = if places > 0 { trimmed(&text) } else { &text };
            grouped(text)
        }
        _ => format!("{}e{power}", trimmed(digits)),
    }
}

fn trimmed(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Commas between thousands.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = rest.find('.').map_or((rest, ""), |at| rest.split_at(at));
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

/// A count with commas between thousands.
pub(super) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// Seconds as a person says them: `0.25 s`, `42 s`, `3m 18s`, `1h 12m`, `2d 3h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–".to_owned();
    }
    if seconds.abs() < 60.0 {
        return format!("{} s", number(seconds));
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let whole = seconds.abs().round() as u64;
    let (large, small, names) = match whole {
        0..3600 => (whole / 60, whole % 60, ['m', 's']),
        3600..86400 => (whole / 3600, whole % 3600 / 60, ['h', 'm']),
        _ => (whole / 86400, whole % 86400 / 3600, ['d', 'h']),
    };
    match small {
        0 => format!("{sign}{large}{}", names[0]),
        _ => format!("{sign}{large}{} {small}{}", names[0], names[1]),
    }
}
