//! What the whole-program tests share. Each test binary takes the parts it needs.
#![allow(dead_code, reason = "every test binary uses another part of it")]

pub mod answers;
pub mod corpus;
mod kept;
pub mod picture;
pub mod program;
pub mod pty;
pub mod secrets;
pub mod training;
