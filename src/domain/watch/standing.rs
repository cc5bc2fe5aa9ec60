//! Whether a run goes on, of which only a file can be seen.

use super::found::End;

/// Where a foreign run stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// Its file grows, or stands still no longer than it may.
    Running,
    /// Its file tells no end and stands still: nobody knows, and it is not said to be running.
    Lost {
        /// Seconds for which nothing was written.
        still: f64,
    },
    /// It ended as it should.
    Finished,
    /// It ended with this code.
    Failed(i64),
}

/// Seconds for which a file may stand still: an evaluation or a checkpoint takes minutes, and `.wandb` files grow only every
/// 15 seconds at best.
const STILL: f64 = 600.0;
/// Where points come rarely, this many of their usual distances.
const GAPS: f64 = 10.0;

/// Where the run stands whose file was last written `still` seconds ago, and whose points usually come `gap` seconds apart.
pub fn standing(end: Option<End>, still: f64, gap: Option<f64>) -> Standing {
    let allowed = allowed(gap);
    match end {
        Some(End::Finished) => Standing::Finished,
        Some(End::Failed(code)) => Standing::Failed(code),
        None if still > allowed => Standing::Lost { still },
        None => Standing::Running,
    }
}

/// Seconds for which the file may stand still.
pub fn allowed(gap: Option<f64>) -> f64 {
    STILL.max(gap.filter(|gap| gap.is_finite()).unwrap_or_default() * GAPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_end_that_stands_still_is_lost() {
        assert_eq!(standing(None, 599.0, None), Standing::Running);
        assert_eq!(standing(None, 601.0, Some(1.0)), Standing::Lost { still: 601.0 });
        assert_eq!(standing(None, 1199.0, Some(120.0)), Standing::Running);
        assert_eq!(standing(None, 1201.0, Some(120.0)), Standing::Lost { still: 1201.0 });
        assert_eq!(standing(None, 601.0, Some(f64::NAN)), Standing::Lost { still: 601.0 });
        assert_eq!(standing(Some(End::Finished), 1e9, None), Standing::Finished);
        assert_eq!(standing(Some(End::Failed(1)), 0.0, None), Standing::Failed(1));
    }
}
