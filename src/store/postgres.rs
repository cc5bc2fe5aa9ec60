//! Opening a Postgres database: an own one, or the platform's.

use crate::db::Backend;
use crate::index::Lately;
use crate::sql::Bind;
use crate::url::{Pooler, ServerUrl};
use crate::{Db, Layout, OpenOptions, Result, StoreError, attach, migrate};
use domain::ids::UserId;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use uuid::Uuid;

/// The pool of one server, and what was found there.
#[derive(Clone)]
pub struct Server {
    pub pool: PgPool,
    pub pooler: Option<Pooler>,
    pub place: String,
    pub lately: Lately,
    layout: Arc<AtomicU8>,
    sets: Arc<AtomicBool>,
}

impl Server {
    /// There are sets of rows per value (`index`): in a database of our own, once it has them.
    pub fn sets(&self) -> bool {
        self.sets.load(Ordering::Relaxed)
    }

    pub fn layout(&self) -> Layout {
        match self.layout.load(Ordering::Relaxed) {
            0 => Layout::Own,
            1 => Layout::Attached,
            _ => Layout::Platform,
        }
    }

    pub fn set_layout(&self, layout: Layout) {
        let n = match layout {
            Layout::Own => 0,
            Layout::Attached => 1,
            Layout::Platform => 2,
        };
        self.layout.store(n, Ordering::Relaxed);
    }

    pub fn additions(&self) -> bool {
        self.layout() != Layout::Platform
    }
}

impl Db {
    /// These are the platform's own tables.
    pub(crate) fn platform(&self) -> bool {
        matches!(&self.backend, Backend::Postgres(server) if server.layout() != Layout::Own)
    }
}

pub async fn open(url: &ServerUrl, options: &OpenOptions) -> Result<Db> {
    greet(url, options).await?;
    let keep = url.pooler.is_none();
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(options.connect_timeout)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // A plan for the values at hand: whether a word is common or rare decides how it is looked for.
                // Through a transaction pooler nothing may outlive a transaction; there each plan is fresh anyway.
                if keep {
                    connection.execute("SET plan_cache_mode = force_custom_plan").await?;
                }
                Ok(())
            })
        })
        .connect_lazy_with(url.options.clone());
    let server = Server {
        pool,
        pooler: url.pooler,
        place: url.place().to_owned(),
        lately: Lately::default(),
        layout: Arc::new(AtomicU8::new(2)),
        sets: Arc::new(AtomicBool::new(false)),
    };
    let mut db = Db { backend: Backend::Postgres(server.clone()), user: UserId::LOCAL };
    sees_all_rows(&db).await?;
    let found = look(&server).await?;
    server.set_layout(found);
    if found == Layout::Own {
        if options.migrate {
            migrate::postgres(&server).await?;
        }
        has_sets(&server).await?;
        db.user = own_user(&db, options).await?;
        if options.migrate && server.sets() {
            db.bring_up_to_date().await?;
        }
    } else {
        db.user = platform_user(&db, options.user.as_deref()).await?;
    }
    Ok(db)
}

/// One connection by hand: the pool would try again and again and hide the reason.
async fn greet(url: &ServerUrl, options: &OpenOptions) -> Result<()> {
    match tokio::time::timeout(options.connect_timeout, PgConnection::connect_with(&url.options)).await {
        Ok(connection) => Ok(connection?.close().await?),
        Err(_) => Err(StoreError::Unreachable {
            where_: url.place().to_owned(),
            why: format!("no answer within {} s", options.connect_timeout.as_secs()),
        }),
    }
}

/// Whose tables are there? A server user called brightrun has our schema in his search path; no table there is named like
/// one of the platform's.
async fn look(server: &Server) -> Result<Layout> {
    let mut tx = server.pool.begin().await?;
    let (table, mark, other): (bool, Option<String>, Vec<String>) = sqlx::query_as(
        "SELECT to_regclass('conversations') IS NOT NULL, obj_description(to_regclass('conversations'), 'pg_class'), \
         ARRAY(SELECT table_name::text FROM information_schema.tables \
         WHERE table_schema = ANY(current_schemas(false)) AND table_schema <> 'brightrun' ORDER BY 1 LIMIT 4)",
    )
    .persistent(false)
    .fetch_one(&mut *tx)
    .await?;
    let version = migrate::postgres_version(&mut tx).await?;
    tx.commit().await?;
    if version > migrate::NEWEST_OWN {
        return Err(migrate::newer(version, migrate::NEWEST_OWN));
    }
    match (table, mark.as_deref()) {
        (true, Some(migrate::MARK)) => Ok(Layout::Own),
        (true, _) if version > 0 => Ok(Layout::Attached),
        (true, _) => Ok(Layout::Platform),
        (false, _) if other.is_empty() => Ok(Layout::Own),
        (false, _) => Err(StoreError::schema(format!(
            "the database holds other tables ({}) and none of brightrun. Name an empty database, or the platform's",
            other.join(", ")
        ))),
    }
}

async fn has_sets(server: &Server) -> Result<()> {
    let mut tx = server.pool.begin().await?;
    let there = migrate::postgres_version(&mut tx).await? >= migrate::SETS;
    tx.commit().await?;
    server.sets.store(there, Ordering::Relaxed);
    Ok(())
}

/// A database without accounts: the one user without a name, or one known by key or name.
async fn own_user(db: &Db, options: &OpenOptions) -> Result<UserId> {
    let Some(wanted) = options.user.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
        return Ok(UserId::LOCAL);
    };
    let id = wanted
        .parse()
        .unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_URL, wanted.to_lowercase().as_bytes()));
    // Who only looks (`db status`) finds the tables missing, perhaps, and makes nothing.
    if options.migrate {
        let sql = db.sql("INSERT INTO brightrun_users (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        db.execute(sql.arg(id).arg(wanted)).await?;
    }
    Ok(UserId(id))
}

/// The tables that brightrun cannot do without.
const READ: [&str; 5] =
    ["conversations", "batch_jobs", "batch_items", "training_files", "training_file_conversations"];

/// Row-level security hides rows without a word, so a list would be short and a count wrong (decision 0101).
async fn sees_all_rows(db: &Db) -> Result<()> {
    match hidden(db, &READ).await? {
        Some((role, hidden)) => Err(StoreError::schema(format!(
            "row-level security hides rows of {hidden} from the database role {role}. Connect as the owner of the tables \
             (postgres), or as a role with BYPASSRLS; brightrun shows only the rows of `user` all the same"
        ))),
        None => Ok(()),
    }
}

/// The role, and those of some tables of which it does not see every row; a table that is not there hides nothing.
pub async fn hidden(db: &Db, tables: &[&str]) -> Result<Option<(String, String)>> {
    let sql = db.sql(
        "SELECT current_user::text, array_to_string(ARRAY(SELECT c.relname::text FROM unnest($1::text[]) AS t(name) \
         JOIN pg_class c ON c.oid = to_regclass(t.name) WHERE row_security_active(c.oid) \
         AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r') \
         AND pg_get_expr(p.polqual, p.polrelid) = 'true' AND (0 = ANY(p.polroles) OR EXISTS \
         (SELECT 1 FROM unnest(p.polroles) AS r WHERE r <> 0 AND pg_has_role(r, 'USAGE')))) ORDER BY 1), ', ')",
    );
    let tables = Bind::Texts(tables.iter().map(|name| (*name).to_owned()).collect());
    let found = db.fetch::<(String, String)>(sql.arg(tables)).await?.into_iter().next();
    Ok(found.filter(|(_, hidden)| !hidden.is_empty()))
}

/// The platform's accounts are in `auth.users`.
async fn platform_user(db: &Db, wanted: Option<&str>) -> Result<UserId> {
    let Some(wanted) = wanted.map(str::trim).filter(|name| !name.is_empty()) else {
        return Err(StoreError::schema(
            "this is the platform's database, which has many users. Set `user` under [database] in the config to your \
             e-mail address or user id",
        ));
    };
    let sql = match wanted.parse::<Uuid>() {
        Ok(id) => db.sql("SELECT id FROM auth.users WHERE id = $1").arg(id),
        Err(_) => db.sql("SELECT id FROM auth.users WHERE lower(email) = lower($1)").arg(wanted),
    };
    match db.fetch_one::<crate::types::Key>(sql).await {
        Ok(Some(key)) => Ok(UserId(key.0)),
        Ok(None) => Err(StoreError::NotFound {
            what: format!("user {wanted} in this database. Check `user` under [database] in the config"),
        }),
        // Without the right to read the accounts a key is taken as it is.
        Err(StoreError::Denied { why, .. }) => wanted.parse().map(UserId).map_err(|_| {
            StoreError::schema(format!(
                "this database user may not look up {wanted} ({why}). Set `user` under [database] in the config to the user's UUID"
            ))
        }),
        Err(error) => Err(error),
    }
}

pub async fn migrate(server: &Server) -> Result<Vec<String>> {
    match server.layout() {
        Layout::Own => {
            let done = migrate::postgres(server).await?;
            has_sets(server).await?;
            Ok(done)
        }
        Layout::Attached if attach::plan(server).await?.statements.is_empty() => Ok(Vec::new()),
        Layout::Attached | Layout::Platform => Err(StoreError::schema(
            "this is the platform's database. Run `brightrun db attach` to see what brightrun would add",
        )),
    }
}
