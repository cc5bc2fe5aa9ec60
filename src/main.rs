//! The binary `brightrun`.
fn main() {}
