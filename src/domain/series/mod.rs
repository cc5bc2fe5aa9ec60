//! Metrics of a run as curves: kept in columns, asked by window, never copied for a frame.
//!
//! A [`Metrics`] takes records as they come. A [`Series`] is one metric of it: [`Series::buckets`] answers any window on any
//! [`Axis`] in time that depends on the width of the screen, not on the length of the run. Everything else here
//! ([`Window`], [`Scale`], [`ticks`], [`Trend`], [`sentence`], [`svg`]) is a pure function of those.

mod axis;
mod buckets;
mod colour;
mod export;
mod frame;
mod metrics;
mod picture;
mod pyramid;
mod scale;
mod smooth;
#[cfg(test)]
mod tests;
mod tick;
mod trend;
mod values;
mod window;
mod words;

pub use axis::{At, Axis};
pub use buckets::Bucket;
pub use colour::{Slots, slot};
pub use export::cell;
pub(crate) use export::{rows, spelled};
pub(crate) use metrics::MOST;
pub use metrics::{MetricId, Metrics, Sample, Series};
pub use picture::{Colours, FONT, Line, Look, Note, PANELS, Page, Panel, SIZE, svg};
pub use scale::Scale;
pub use smooth::{Ema, Smooth};
pub use tick::{Tick, duration, number, ticks};
pub use trend::{Direction, Trend};
pub use window::Window;
pub use words::sentence;
