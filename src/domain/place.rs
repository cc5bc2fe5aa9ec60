//! Where a run happens (mission F11).

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Where the worker runs. The words are those of `train --on`.
    Place, "place" {
        /// This machine.
        Local = "local",
        /// A queue endpoint of RunPod: billed by the second, resumed from its last checkpoint when it is cut off.
        RunpodServerless = "runpod-serverless",
        /// A rented machine of RunPod.
        RunpodPod = "runpod-pod",
    }
}

words! {
    /// Whether the provider may take the machine away while it works (training-pipeline 7 no. 7).
    Tier, "tier" {
        /// Stays until it is given back.
        Guaranteed = "guaranteed",
        /// May go away; the run resumes from its last checkpoint.
        Interruptible = "interruptible",
    }
}

impl Place {
    /// Whether running there costs money that somebody bills.
    pub const fn is_billed(self) -> bool {
        !matches!(self, Self::Local)
    }
}
