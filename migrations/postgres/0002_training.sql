-- What training needs. The first four tables are the platform's, as far as brightrun uses them: they are made where the
-- platform was installed without its training part, and on an empty database. They name their schema, because a server user
-- called brightrun would make them in ours. The others are brightrun's own; none is named like one of the platform's.
-- The comment before each statement is the reason that `brightrun db attach` shows.

-- the platform's table of datasets, where it is missing
CREATE TABLE IF NOT EXISTS public.datasets (
  id                         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id                    uuid NOT NULL,
  name                       varchar(200) NOT NULL,
  description                text,
  format                     varchar(50) DEFAULT 'brightrun_lora_v4',
  status                     varchar(50) DEFAULT 'uploading',
  storage_bucket             varchar(100) DEFAULT 'lora-datasets',
  storage_path               text NOT NULL UNIQUE,
  file_name                  varchar(255) NOT NULL,
  file_size                  bigint NOT NULL,
  total_training_pairs       integer,
  total_validation_pairs     integer,
  total_tokens               bigint,
  avg_turns_per_conversation numeric(10,2),
  avg_tokens_per_turn        numeric(10,2),
  training_ready             boolean DEFAULT false,
  validated_at               timestamptz,
  validation_errors          jsonb,
  sample_data                jsonb,
  created_at                 timestamptz DEFAULT now(),
  updated_at                 timestamptz DEFAULT now(),
  deleted_at                 timestamptz,
  created_by                 uuid,
  updated_by                 uuid
);

-- the platform's table of training runs, where it is missing
CREATE TABLE IF NOT EXISTS public.training_jobs (
  id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id                 uuid NOT NULL,
  dataset_id              uuid NOT NULL REFERENCES public.datasets (id) ON DELETE RESTRICT,
  preset_id               varchar(50) NOT NULL,
  hyperparameters         jsonb NOT NULL,
  gpu_config              jsonb NOT NULL,
  status                  varchar(50) DEFAULT 'queued',
  current_stage           varchar(50) DEFAULT 'queued',
  progress                numeric(5,2) DEFAULT 0,
  current_epoch           integer DEFAULT 0,
  total_epochs            integer NOT NULL,
  current_step            integer DEFAULT 0,
  total_steps             integer,
  current_metrics         jsonb,
  queued_at               timestamptz DEFAULT now(),
  started_at              timestamptz,
  completed_at            timestamptz,
  estimated_completion_at timestamptz,
  current_cost            numeric(10,2) DEFAULT 0,
  estimated_total_cost    numeric(10,2) NOT NULL,
  final_cost              numeric(10,2),
  error_message           text,
  error_stack             text,
  retry_count             integer DEFAULT 0,
  external_job_id         varchar(255) UNIQUE,
  artifact_id             uuid,
  created_at              timestamptz DEFAULT now(),
  updated_at              timestamptz DEFAULT now()
);

-- the platform's table of models, where it is missing
CREATE TABLE IF NOT EXISTS public.model_artifacts (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid NOT NULL,
  job_id           uuid NOT NULL UNIQUE REFERENCES public.training_jobs (id) ON DELETE RESTRICT,
  dataset_id       uuid NOT NULL REFERENCES public.datasets (id) ON DELETE RESTRICT,
  name             varchar(200) NOT NULL,
  version          varchar(50) DEFAULT '1.0.0',
  description      text,
  status           varchar(50) DEFAULT 'stored',
  deployed_at      timestamptz,
  quality_metrics  jsonb NOT NULL,
  training_summary jsonb NOT NULL,
  configuration    jsonb NOT NULL,
  artifacts        jsonb NOT NULL,
  parent_model_id  uuid REFERENCES public.model_artifacts (id),
  created_at       timestamptz DEFAULT now(),
  updated_at       timestamptz DEFAULT now(),
  deleted_at       timestamptz
);

-- the platform's table of costs, where it is missing
CREATE TABLE IF NOT EXISTS public.cost_records (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL,
  job_id         uuid REFERENCES public.training_jobs (id) ON DELETE SET NULL,
  cost_type      varchar(50) NOT NULL,
  amount         numeric(10,2) NOT NULL,
  details        jsonb,
  billing_period date NOT NULL,
  recorded_at    timestamptz DEFAULT now()
);

-- what is known of a dataset besides the platform's columns: digest, statistics, findings
CREATE TABLE IF NOT EXISTS brightrun.dataset_facts (
  dataset_id       uuid PRIMARY KEY,
  user_id          uuid NOT NULL,
  sha256           text NOT NULL,
  training_file_id uuid,
  facts            jsonb NOT NULL,
  report           jsonb NOT NULL
);

-- runs that brightrun started: everything about them, who follows them, what they taught about time
CREATE TABLE IF NOT EXISTS brightrun.runs (
  job_id      uuid PRIMARY KEY,
  user_id     uuid NOT NULL,
  body        jsonb NOT NULL,
  lesson      jsonb,
  wish        jsonb,
  lease_owner text,
  lease_until timestamptz,
  lease_turn  bigint NOT NULL DEFAULT 0
);

-- models that brightrun made: lineage, measurements and digests
CREATE TABLE IF NOT EXISTS brightrun.adapters (
  model_id uuid PRIMARY KEY,
  user_id  uuid NOT NULL,
  body     jsonb NOT NULL
);
