-- For an empty database only: tables and columns of the platform, as far as brightrun uses them.

CREATE TABLE conversations (
  id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation_id      text NOT NULL UNIQUE,
  user_id              uuid NOT NULL,
  created_by           uuid,
  title                text,
  conversation_name    varchar(255),
  tier                 text NOT NULL CHECK (tier IN ('template','scenario','edge_case')),
  status               text NOT NULL CHECK (status IN ('draft','generated','pending_review','approved','rejected','needs_revision','none','failed','archived')),
  enrichment_status    varchar(50) DEFAULT 'not_started' CHECK (enrichment_status IN
                         ('not_started','validation_failed','validated','enrichment_in_progress','enriched','normalization_failed','completed')),
  quality_score        numeric(3,1) CHECK (quality_score >= 0 AND quality_score <= 10),
  turn_count           integer DEFAULT 0 CHECK (turn_count >= 0),
  persona_key          varchar(100),
  emotional_arc_key    varchar(100),
  topic_key            varchar(100),
  scaffolding_snapshot jsonb,
  starting_emotion     varchar(100),
  ending_emotion       varchar(100),
  file_path            text,
  file_size            bigint,
  raw_response_path    text,
  enriched_file_path   text,
  enriched_file_size   bigint,
  enriched_at          timestamptz,
  reviewed_by          uuid,
  reviewed_at          timestamptz,
  review_notes         text,
  created_at           timestamptz DEFAULT now(),
  updated_at           timestamptz DEFAULT now()
);

CREATE TABLE batch_jobs (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id    uuid NOT NULL,
  created_by uuid NOT NULL,
  job_type   text NOT NULL,
  name       text,
  status     varchar(20) NOT NULL,
  created_at timestamptz DEFAULT now(),
  updated_at timestamptz DEFAULT now()
);

CREATE TABLE batch_items (
  id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  batch_job_id    uuid NOT NULL REFERENCES batch_jobs (id) ON DELETE CASCADE,
  position        integer NOT NULL,
  topic           text NOT NULL,
  tier            text NOT NULL DEFAULT 'template',
  status          text NOT NULL DEFAULT 'queued',
  conversation_id uuid REFERENCES conversations (id) ON DELETE SET NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX batch_items_job ON batch_items (batch_job_id);
CREATE INDEX batch_items_conversation ON batch_items (conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE training_files (
  id                       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id                  uuid NOT NULL,
  created_by               uuid NOT NULL,
  name                     text NOT NULL UNIQUE,
  description              text,
  json_file_path           text NOT NULL,
  jsonl_file_path          text NOT NULL,
  conversation_count       integer NOT NULL DEFAULT 0,
  total_training_pairs     integer NOT NULL DEFAULT 0,
  json_file_size           bigint,
  jsonl_file_size          bigint,
  avg_quality_score        numeric(3,2),
  min_quality_score        numeric(3,2),
  max_quality_score        numeric(3,2),
  scaffolding_distribution jsonb DEFAULT '{}'::jsonb,
  status                   text NOT NULL DEFAULT 'active' CHECK (status IN ('active','archived','processing','failed')),
  last_updated_at          timestamptz,
  created_at               timestamptz NOT NULL DEFAULT now(),
  updated_at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX training_files_user ON training_files (user_id, created_at);

CREATE TABLE training_file_conversations (
  training_file_id uuid NOT NULL REFERENCES training_files (id) ON DELETE CASCADE,
  conversation_id  uuid NOT NULL,
  added_at         timestamptz NOT NULL DEFAULT now(),
  added_by         uuid,
  PRIMARY KEY (training_file_id, conversation_id)
);
CREATE INDEX training_file_conversations_conversation ON training_file_conversations (conversation_id);
