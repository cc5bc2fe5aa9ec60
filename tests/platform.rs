//! Beside the team's platform, through the whole program: its database with rows of two users in it, its buckets with
//! its objects (formats 2, 6 and 8; apis C3 and C4). The schema files stay outside the product.
#![expect(clippy::disallowed_methods, reason = "a test waits for a server, with a limit")]

#[path = "support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;
mod support;

#[path = "platform/attach.rs"]
mod attach;
#[path = "platform/buckets.rs"]
mod buckets;
#[path = "platform/crash.rs"]
mod crash;
#[path = "platform/dashboard.rs"]
mod dashboard;
#[path = "platform/fixture.rs"]
mod fixture;
#[path = "platform/pooler.rs"]
mod pooler;
#[path = "platform/roles.rs"]
mod roles;
#[path = "platform/story.rs"]
mod story;
