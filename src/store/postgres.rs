//! Opening a Postgres database: an own one, or the platform's.

use crate::url::{Pooler, ServerUrl};
use crate::{Db, OpenOptions, Result};
use domain::ids::UserId;
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

/// The pool of one server, and what was found there.
#[derive(Clone)]
pub struct Server {
    pub pool: PgPool,
    pub pooler: Option<Pooler>,
    pub place: String,
    pub layout: Arc<AtomicU8>,
}

impl Server {
    pub fn additions(&self) -> bool {
        todo!()
    }
}

pub async fn open(url: &ServerUrl, options: &OpenOptions) -> Result<Db> {
    let _ = (url, options);
    todo!()
}

pub async fn migrate(server: &Server, user: UserId) -> Result<Vec<String>> {
    let _ = (server, user);
    todo!()
}
