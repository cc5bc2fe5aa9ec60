//! The settings that are words. They are the worker's.

use crate::conversation::{UnknownWord, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// How the learning rate falls after its warm-up.
    Scheduler, "scheduler" {
        /// In a straight line to 0.
        Linear = "linear",
        /// In half a wave to 0.
        Cosine = "cosine",
        /// Not at all.
        Constant = "constant",
    }
}

words! {
    /// How weights are moved.
    Optimizer, "optimizer" {
        /// Two remembered numbers per weight.
        Adamw = "adamw",
        /// The same in a quarter of the memory; needs CUDA.
        PagedAdamw8bit = "paged_adamw_8bit",
        /// Remembers rows and columns only.
        Adafactor = "adafactor",
        /// Remembers nothing.
        Sgd = "sgd",
    }
}

words! {
    /// How the base model's weights are held.
    Quantization, "quantization" {
        /// As they are: plain LoRA.
        None = "none",
        /// In four bits: QLoRA. Needs CUDA.
        Nf4 = "nf4",
    }
}

words! {
    /// In which numbers is computed.
    Precision, "precision" {
        /// bf16 where the GPU has it, else fp16 on a GPU, fp32 on a CPU.
        Auto = "auto",
        /// Sixteen bits with a wide range.
        Bf16 = "bf16",
        /// Sixteen bits with a narrow range.
        Fp16 = "fp16",
        /// Thirty-two bits.
        Fp32 = "fp32",
    }
}
