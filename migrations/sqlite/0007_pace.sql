-- What is asked for at every look is found without reading what is over: runs that are open, how many there are, what they taught,
-- the costs of a period, the versions of a dataset's models.
CREATE INDEX brightrun_training_jobs_open ON training_jobs (user_id, created_at)
  WHERE status NOT IN ('completed', 'failed', 'cancelled');
CREATE INDEX brightrun_runs_user ON brightrun_runs (user_id);
CREATE INDEX brightrun_runs_lessons ON brightrun_runs (user_id, job_id) WHERE lesson IS NOT NULL;
-- The amount in millionths, as the sum of a period takes it: the rows themselves need not be read.
CREATE INDEX brightrun_cost_records_period ON cost_records (user_id, billing_period,
  CAST(round(1000000 * CASE WHEN json_extract(details, '$.exact') GLOB '*[0-9]*' AND json_extract(details, '$.exact') NOT GLOB '*[^-0-9.]*'
    THEN CAST(json_extract(details, '$.exact') AS REAL) ELSE amount END) AS INTEGER));
CREATE INDEX brightrun_model_artifacts_dataset ON model_artifacts (dataset_id, user_id, version);
