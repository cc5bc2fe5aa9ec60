-- What is asked for at every look is found without reading what is over: runs that are open, how many there are, the costs of a
-- period, the models of a dataset.
CREATE INDEX brightrun_training_jobs_open ON training_jobs (user_id, created_at)
  WHERE status NOT IN ('completed', 'failed', 'cancelled');
CREATE INDEX brightrun_runs_user ON brightrun_runs (user_id);
CREATE INDEX brightrun_cost_records_period ON cost_records (user_id, billing_period);
CREATE INDEX brightrun_model_artifacts_dataset ON model_artifacts (dataset_id);
