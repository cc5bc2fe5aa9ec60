-- What is asked for at every look, on every database. The comment before each statement is the reason that `brightrun db attach` shows.

-- runs that have not ended, without reading those that have; the table cannot be written while it is built
CREATE INDEX IF NOT EXISTS brightrun_training_jobs_open ON training_jobs (user_id, created_at)
  WHERE status NOT IN ('completed', 'failed', 'cancelled');

-- how many runs there are
CREATE INDEX IF NOT EXISTS runs_user ON brightrun.runs (user_id);

-- what runs taught about time
CREATE INDEX IF NOT EXISTS runs_lessons ON brightrun.runs (user_id, job_id) WHERE lesson IS NOT NULL;

-- the costs of a period
CREATE INDEX IF NOT EXISTS brightrun_cost_records_period ON cost_records (user_id, billing_period);

-- the versions of a dataset's models
CREATE INDEX IF NOT EXISTS brightrun_model_artifacts_dataset ON model_artifacts (dataset_id, user_id, version);
