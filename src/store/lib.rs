//! Where it is kept: rows (SQLite or Postgres) and files (a folder or S3).
