//! The provider's rules, one by one.

mod account;
mod ask;
mod bill;
mod client;
mod faults;
mod front;
mod month;
mod pods;
mod queue;
mod sdk;
mod training;
