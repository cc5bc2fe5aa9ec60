-- What training needs: the platform's tables, as far as brightrun uses them, and what it adds beside them.

CREATE TABLE datasets (
  id                         TEXT PRIMARY KEY NOT NULL,
  user_id                    TEXT NOT NULL,
  name                       TEXT NOT NULL,
  description                TEXT,
  format                     TEXT,
  status                     TEXT NOT NULL,
  storage_bucket             TEXT NOT NULL,
  storage_path               TEXT NOT NULL UNIQUE,
  file_name                  TEXT NOT NULL,
  file_size                  INTEGER NOT NULL,
  total_training_pairs       INTEGER,
  total_tokens               INTEGER,
  avg_turns_per_conversation REAL,
  training_ready             INTEGER NOT NULL DEFAULT 0,
  validated_at               INTEGER,
  validation_errors          TEXT,
  created_by                 TEXT,
  created_at                 INTEGER NOT NULL,
  updated_at                 INTEGER NOT NULL,
  deleted_at                 INTEGER
) STRICT;
CREATE INDEX datasets_user ON datasets (user_id, created_at);

CREATE TABLE training_jobs (
  id                   TEXT PRIMARY KEY NOT NULL,
  user_id              TEXT NOT NULL,
  dataset_id           TEXT NOT NULL REFERENCES datasets (id) ON DELETE RESTRICT,
  preset_id            TEXT NOT NULL,
  hyperparameters      TEXT NOT NULL,
  gpu_config           TEXT NOT NULL,
  status               TEXT NOT NULL,
  current_stage        TEXT NOT NULL,
  progress             REAL NOT NULL DEFAULT 0,
  current_epoch        INTEGER NOT NULL DEFAULT 0,
  total_epochs         INTEGER NOT NULL,
  current_step         INTEGER NOT NULL DEFAULT 0,
  total_steps          INTEGER,
  queued_at            INTEGER NOT NULL,
  started_at           INTEGER,
  completed_at         INTEGER,
  current_cost         REAL NOT NULL DEFAULT 0,
  estimated_total_cost REAL NOT NULL,
  final_cost           REAL,
  error_message        TEXT,
  retry_count          INTEGER NOT NULL DEFAULT 0,
  external_job_id      TEXT UNIQUE,
  artifact_id          TEXT,
  created_at           INTEGER NOT NULL,
  updated_at           INTEGER NOT NULL
) STRICT;
CREATE INDEX training_jobs_user ON training_jobs (user_id, created_at);
CREATE INDEX training_jobs_dataset ON training_jobs (dataset_id);

CREATE TABLE model_artifacts (
  id               TEXT PRIMARY KEY NOT NULL,
  user_id          TEXT NOT NULL,
  job_id           TEXT NOT NULL UNIQUE REFERENCES training_jobs (id) ON DELETE RESTRICT,
  dataset_id       TEXT NOT NULL REFERENCES datasets (id) ON DELETE RESTRICT,
  name             TEXT NOT NULL,
  version          TEXT NOT NULL,
  description      TEXT,
  status           TEXT NOT NULL,
  quality_metrics  TEXT NOT NULL,
  training_summary TEXT NOT NULL,
  configuration    TEXT NOT NULL,
  artifacts        TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  deleted_at       INTEGER
) STRICT;
CREATE INDEX model_artifacts_user ON model_artifacts (user_id, created_at);

CREATE TABLE cost_records (
  id             TEXT PRIMARY KEY NOT NULL,
  user_id        TEXT NOT NULL,
  job_id         TEXT REFERENCES training_jobs (id) ON DELETE SET NULL,
  cost_type      TEXT NOT NULL,
  amount         REAL NOT NULL,
  details        TEXT NOT NULL,
  billing_period TEXT NOT NULL,
  recorded_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX cost_records_user ON cost_records (user_id, recorded_at);

-- What is known of a dataset besides the platform's columns.
CREATE TABLE brightrun_dataset_facts (
  dataset_id       TEXT PRIMARY KEY NOT NULL,
  user_id          TEXT NOT NULL,
  sha256           TEXT NOT NULL,
  training_file_id TEXT,
  facts            TEXT NOT NULL,
  report           TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A run of ours: everything about it, who follows it, what it taught about time, and what somebody
-- wishes of it: whoever wishes does not follow, so that neither overwrites what the other says.
CREATE TABLE brightrun_runs (
  job_id      TEXT PRIMARY KEY NOT NULL,
  user_id     TEXT NOT NULL,
  body        TEXT NOT NULL,
  lesson      TEXT,
  wish        TEXT,
  lease_owner TEXT,
  lease_until INTEGER,
  lease_turn  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- A model of ours: lineage, measurements and digests.
CREATE TABLE brightrun_adapters (
  model_id TEXT PRIMARY KEY NOT NULL,
  user_id  TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
