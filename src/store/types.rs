//! Column types that look the same in Rust and differ between the databases: keys and times.

use chrono::{DateTime, Utc};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Postgres, Sqlite, Type};
use uuid::Uuid;

/// An instant: microseconds since 1970 in SQLite, `timestamptz` in Postgres.
#[derive(Debug, Clone, Copy)]
pub struct At(pub DateTime<Utc>);

/// A UUID: text in SQLite, `uuid` in Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub Uuid);

/// JSON: text in SQLite, `jsonb` in Postgres.
#[derive(Debug, Clone)]
pub struct Doc(pub serde_json::Value);

macro_rules! both {
    ($name:ident, $lite:ty, $post:ty, $from_lite:expr, $from_post:expr) => {
        impl Type<Sqlite> for $name {
            fn type_info() -> SqliteTypeInfo {
                <$lite as Type<Sqlite>>::type_info()
            }
            fn compatible(ty: &SqliteTypeInfo) -> bool {
                <$lite as Type<Sqlite>>::compatible(ty)
            }
        }
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <$post as Type<Postgres>>::type_info()
            }
            fn compatible(ty: &PgTypeInfo) -> bool {
                <$post as Type<Postgres>>::compatible(ty)
            }
        }
        impl<'r> Decode<'r, Sqlite> for $name {
            fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
                let read: fn($lite) -> Result<Self, BoxDynError> = $from_lite;
                read(<$lite as Decode<Sqlite>>::decode(value)?)
            }
        }
        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                let read: fn($post) -> Self = $from_post;
                Ok(read(<$post as Decode<Postgres>>::decode(value)?))
            }
        }
    };
}

both!(
    At,
    i64,
    DateTime<Utc>,
    |micros| DateTime::from_timestamp_micros(micros).map(Self).ok_or_else(|| "time out of range".into()),
    Self
);
both!(Key, String, Uuid, |text| Ok(Self(text.parse()?)), Self);
both!(Doc, String, serde_json::Value, |text| Ok(Self(serde_json::from_str(&text)?)), Self);
