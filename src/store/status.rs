//! What was opened: for `db status`, the environment badge and `doctor`.

use crate::db::Backend;
use crate::postgres::Server;
use crate::{Db, DbKind, Result, migrate};
use domain::filter::Filter;
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Whose tables these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Made by brightrun.
    Own,
    /// The platform's, with our additions.
    Attached,
    /// The platform's, as it is: reading works, writing needs `brightrun db attach`.
    Platform,
}

/// The state of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbStatus {
    /// Which program keeps it.
    pub kind: DbKind,
    /// File or server, without the password.
    pub place: String,
    /// Version of the server or the library.
    pub server: String,
    /// Whose tables.
    pub layout: Layout,
    /// Version of our tables; 0 when there are none.
    pub schema_version: u32,
    /// Version that this program knows.
    pub newest_version: u32,
    /// Whose rows are shown.
    pub user: UserId,
    /// Changing rows is possible.
    pub writable: bool,
    /// Search uses a trigram index; otherwise it reads the rows.
    pub search_index: bool,
    /// Tables and columns that the platform's database should have and does not.
    pub missing: Vec<String>,
    /// What the user should know or do, one sentence each.
    pub hints: Vec<String>,
    /// Conversations of the user, as estimated by the database.
    pub conversations: u64,
}

impl DbStatus {
    /// Before the first start there are no tables to count in.
    pub fn is_made(&self) -> bool {
        self.layout != Layout::Own || self.schema_version > 0
    }
}

impl Db {
    /// Asks the database how it is.
    pub async fn status(&self) -> Result<DbStatus> {
        let mut status = match &self.backend {
            Backend::Sqlite(lite) => DbStatus {
                kind: DbKind::Sqlite,
                place: lite.place(),
                server: self
                    .fetch_one::<String>(self.sql("SELECT sqlite_version()"))
                    .await?
                    .unwrap_or_default(),
                layout: Layout::Own,
                schema_version: migrate::check_sqlite(&lite.write).await?,
                newest_version: migrate::NEWEST_SQLITE,
                user: self.user,
                writable: true,
                search_index: true,
                missing: Vec::new(),
                hints: Vec::new(),
                conversations: 0,
            },
            Backend::Postgres(server) => self.postgres_status(server).await?,
        };
        if status.is_made() && status.missing.is_empty() {
            status.conversations = self.conversations_count(&Filter::All, false).await?.value();
        }
        Ok(status)
    }

    async fn postgres_status(&self, server: &Server) -> Result<DbStatus> {
        let mut tx = server.pool.begin().await?;
        let schema_version = migrate::postgres_version(&mut tx).await?;
        tx.commit().await?;
        let version = self.fetch_one::<String>(self.sql("SELECT current_setting('server_version')")).await?;
        let search = self
            .fetch_one::<bool>(
                self.sql("SELECT to_regclass('brightrun' || '_conversations_search') IS NOT NULL"),
            )
            .await?
            .unwrap_or(false);
        let missing = self.missing().await?;
        let layout = server.layout();
        let mut hints = Vec::new();
        if layout == Layout::Platform {
            hints.push(
                "brightrun reads this database but cannot write to it yet. Run `brightrun db attach`."
                    .to_owned(),
            );
        }
        if layout == Layout::Attached && schema_version < migrate::NEWEST {
            hints.push(
                "Training needs tables that are not there yet. Run `brightrun db attach` to see them."
                    .to_owned(),
            );
        }
        if !search && schema_version > 0 {
            hints.push("Search reads all rows: the extension pg_trgm is missing or not allowed. Ask for it, then run `brightrun db attach`.".to_owned());
        }
        if server.pooler.is_some() {
            hints.push("This goes through a transaction pooler, where every query takes three steps. Port 5432 is faster.".to_owned());
        }
        if schema_version == 0 && layout == Layout::Own {
            hints.push("The database is empty. The first start makes the tables.".to_owned());
        } else if !missing.is_empty() {
            hints.push(format!(
                "This is not the platform's schema as brightrun knows it: {} is missing.",
                missing.join(", ")
            ));
        }
        Ok(DbStatus {
            kind: DbKind::Postgres,
            place: server.place.clone(),
            server: version.unwrap_or_default(),
            layout,
            schema_version,
            newest_version: if layout == Layout::Own { migrate::NEWEST_OWN } else { migrate::NEWEST },
            user: self.user,
            writable: server.additions(),
            search_index: search,
            missing,
            hints,
            conversations: 0,
        })
    }

    /// Compares the catalogue with what the queries name.
    async fn missing(&self) -> Result<Vec<String>> {
        let sql = self.sql(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = ANY(current_schemas(false))",
        );
        let there: HashSet<(String, String)> =
            self.fetch::<(String, String)>(sql).await?.into_iter().collect();
        let mut missing = Vec::new();
        for (table, columns) in NEEDED {
            if !there.iter().any(|(name, _)| name == table) {
                missing.push((*table).to_owned());
                continue;
            }
            let lacking =
                columns.split(' ').filter(|c| !there.contains(&((*table).to_owned(), (*c).to_owned())));
            missing.extend(lacking.map(|column| format!("{table}.{column}")));
        }
        Ok(missing)
    }
}

const NEEDED: &[(&str, &str)] = &[
    (
        "conversations",
        "id conversation_id user_id created_by title conversation_name tier status enrichment_status quality_score turn_count \
         persona_key emotional_arc_key topic_key scaffolding_snapshot starting_emotion ending_emotion file_path file_size \
         raw_response_path enriched_file_path enriched_file_size enriched_at reviewed_by reviewed_at review_notes created_at updated_at",
    ),
    ("batch_jobs", "id user_id created_by job_type name status created_at updated_at"),
    ("batch_items", "id batch_job_id position topic tier status conversation_id created_at updated_at"),
    (
        "training_files",
        "id user_id created_by name description json_file_path jsonl_file_path conversation_count total_training_pairs \
         json_file_size jsonl_file_size avg_quality_score min_quality_score max_quality_score scaffolding_distribution status \
         last_updated_at created_at updated_at",
    ),
    ("training_file_conversations", "training_file_id conversation_id added_at added_by"),
];
