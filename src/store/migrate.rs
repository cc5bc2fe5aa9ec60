//! Our own tables, version by version. The texts lie in `migrations/`.

use crate::Result;
use sqlx::SqlitePool;

pub async fn check_sqlite(pool: &SqlitePool) -> Result<()> {
    let _ = pool;
    todo!()
}

pub async fn sqlite(pool: &SqlitePool) -> Result<Vec<String>> {
    let _ = pool;
    todo!()
}
