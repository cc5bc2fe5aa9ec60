-- Tables and columns of the platform, as far as brightrun uses them, and what brightrun adds (brightrun_*).
-- Times are microseconds since 1970, UTC. Keys are UUIDs as text. JSON is text.

CREATE TABLE conversations (
  brightrun_row        INTEGER PRIMARY KEY,
  id                   TEXT NOT NULL UNIQUE,
  conversation_id      TEXT NOT NULL,
  user_id              TEXT NOT NULL,
  created_by           TEXT,
  title                TEXT NOT NULL,
  tier                 TEXT NOT NULL,
  status               TEXT NOT NULL,
  enrichment_status    TEXT NOT NULL DEFAULT 'not_started',
  quality_score        REAL CHECK (quality_score BETWEEN 0 AND 10),
  turn_count           INTEGER NOT NULL DEFAULT 0 CHECK (turn_count >= 0),
  persona_key          TEXT CHECK (persona_key <> ''),
  emotional_arc_key    TEXT CHECK (emotional_arc_key <> ''),
  topic_key            TEXT CHECK (topic_key <> ''),
  scaffolding_snapshot TEXT,
  starting_emotion     TEXT,
  ending_emotion       TEXT,
  file_path            TEXT,
  file_size            INTEGER,
  raw_response_path    TEXT,
  enriched_file_path   TEXT,
  enriched_file_size   INTEGER,
  enriched_at          INTEGER,
  reviewed_by          TEXT,
  reviewed_at          INTEGER,
  review_notes         TEXT,
  created_at           INTEGER NOT NULL,
  updated_at           INTEGER NOT NULL,
  -- Title, keys and names in small letters, divided by U+001F: what a search looks through.
  brightrun_search     TEXT NOT NULL,
  -- Kept by triggers: the row of brightrun_facets, and the number of training files that hold it.
  brightrun_facet      INTEGER,
  brightrun_in_files   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One index per column that a list can be sorted by; ties go by creation time and key. The names are in src/store too.
CREATE UNIQUE INDEX conversations_id  ON conversations (conversation_id);
CREATE INDEX conversations_created    ON conversations (created_at, conversation_id);
CREATE INDEX conversations_title      ON conversations (title, created_at, conversation_id);
CREATE INDEX conversations_persona    ON conversations (persona_key, created_at, conversation_id);
CREATE INDEX conversations_arc        ON conversations (emotional_arc_key, created_at, conversation_id);
CREATE INDEX conversations_topic      ON conversations (topic_key, created_at, conversation_id);
CREATE INDEX conversations_tier       ON conversations (tier, created_at, conversation_id);
CREATE INDEX conversations_status     ON conversations (status, created_at, conversation_id);
CREATE INDEX conversations_enrichment ON conversations (enrichment_status, created_at, conversation_id);
CREATE INDEX conversations_turns      ON conversations (turn_count, created_at, conversation_id);
CREATE INDEX conversations_quality    ON conversations (quality_score, created_at, conversation_id);
CREATE INDEX conversations_size       ON conversations (COALESCE(enriched_file_size, file_size), created_at, conversation_id);
CREATE INDEX conversations_in_files   ON conversations (brightrun_in_files, created_at, conversation_id);
CREATE INDEX conversations_facet      ON conversations (brightrun_facet, created_at, conversation_id);

CREATE TABLE batch_jobs (
  id         TEXT PRIMARY KEY NOT NULL,
  user_id    TEXT NOT NULL,
  created_by TEXT NOT NULL,
  job_type   TEXT NOT NULL DEFAULT 'generation',
  name       TEXT,
  status     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_jobs_name ON batch_jobs (user_id, COALESCE(NULLIF(name, ''), substr(CAST(id AS TEXT), 1, 8)));

CREATE TABLE batch_items (
  id              TEXT PRIMARY KEY NOT NULL,
  batch_job_id    TEXT NOT NULL REFERENCES batch_jobs (id) ON DELETE CASCADE,
  position        INTEGER NOT NULL,
  topic           TEXT NOT NULL,
  tier            TEXT NOT NULL,
  status          TEXT NOT NULL DEFAULT 'queued',
  conversation_id TEXT REFERENCES conversations (id) ON DELETE SET NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_items_job ON batch_items (batch_job_id, conversation_id);
CREATE INDEX batch_items_conversation ON batch_items (conversation_id);

CREATE TABLE training_files (
  id                       TEXT PRIMARY KEY NOT NULL,
  user_id                  TEXT NOT NULL,
  created_by               TEXT NOT NULL,
  name                     TEXT NOT NULL UNIQUE,
  description              TEXT,
  json_file_path           TEXT NOT NULL,
  jsonl_file_path          TEXT NOT NULL,
  conversation_count       INTEGER NOT NULL,
  total_training_pairs     INTEGER NOT NULL,
  json_file_size           INTEGER,
  jsonl_file_size          INTEGER,
  avg_quality_score        REAL,
  min_quality_score        REAL,
  max_quality_score        REAL,
  scaffolding_distribution TEXT NOT NULL,
  status                   TEXT NOT NULL CHECK (status IN ('active', 'archived', 'processing', 'failed')),
  last_updated_at          INTEGER,
  created_at               INTEGER NOT NULL,
  updated_at               INTEGER NOT NULL
) STRICT;

CREATE TABLE training_file_conversations (
  training_file_id TEXT NOT NULL REFERENCES training_files (id) ON DELETE CASCADE,
  conversation_id  TEXT NOT NULL,
  added_at         INTEGER NOT NULL,
  added_by         TEXT,
  PRIMARY KEY (training_file_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_file_conversations_conversation ON training_file_conversations (conversation_id);

CREATE TABLE brightrun_imports (
  user_id         TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  content_hash    TEXT,
  truncated       INTEGER,
  PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE brightrun_members (
  training_file_id TEXT NOT NULL,
  position         INTEGER NOT NULL,
  conversation_id  TEXT NOT NULL,
  PRIMARY KEY (training_file_id, position),
  UNIQUE (training_file_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE brightrun_views (
  id      TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  name    TEXT NOT NULL,
  body    TEXT NOT NULL,
  UNIQUE (user_id, name)
) STRICT;

CREATE TABLE brightrun_journal (
  id          TEXT PRIMARY KEY NOT NULL,
  user_id     TEXT NOT NULL,
  kind        TEXT NOT NULL,
  what        TEXT NOT NULL,
  objects     TEXT NOT NULL,
  started     INTEGER NOT NULL,
  owner       TEXT NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE brightrun_settings (
  user_id TEXT NOT NULL,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

-- Every combination of the word columns that occurs, and how often: exact counts at once, and the way to few rows among many.
CREATE TABLE brightrun_facets (
  id                INTEGER PRIMARY KEY,
  user_id           TEXT NOT NULL,
  persona_key       TEXT NOT NULL,
  emotional_arc_key TEXT NOT NULL,
  topic_key         TEXT NOT NULL,
  tier              TEXT NOT NULL,
  status            TEXT NOT NULL,
  enrichment_status TEXT NOT NULL,
  n                 INTEGER NOT NULL,
  UNIQUE (user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status)
) STRICT;

-- The rows that hold a group of three letters. Groups only, no places: matches are looked at again in the row itself.
CREATE VIRTUAL TABLE brightrun_words USING fts5(
  brightrun_search, content = 'conversations', content_rowid = 'brightrun_row',
  tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);

CREATE TRIGGER brightrun_conversation_in AFTER INSERT ON conversations BEGIN
  INSERT INTO brightrun_words (rowid, brightrun_search) VALUES (NEW.brightrun_row, NEW.brightrun_search);
  INSERT INTO brightrun_facets (user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status, n)
    VALUES (NEW.user_id, IFNULL(NEW.persona_key, ''), IFNULL(NEW.emotional_arc_key, ''), IFNULL(NEW.topic_key, ''),
            NEW.tier, NEW.status, NEW.enrichment_status, 1)
    ON CONFLICT (user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status) DO UPDATE SET n = n + 1;
  UPDATE conversations SET
    brightrun_facet = (SELECT f.id FROM brightrun_facets f WHERE (f.user_id, f.persona_key, f.emotional_arc_key, f.topic_key,
      f.tier, f.status, f.enrichment_status) = (NEW.user_id, IFNULL(NEW.persona_key, ''), IFNULL(NEW.emotional_arc_key, ''),
      IFNULL(NEW.topic_key, ''), NEW.tier, NEW.status, NEW.enrichment_status)),
    brightrun_in_files = (SELECT count(*) FROM training_file_conversations m WHERE m.conversation_id = NEW.conversation_id)
    WHERE brightrun_row = NEW.brightrun_row;
END;

CREATE TRIGGER brightrun_conversation_facet
AFTER UPDATE OF user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status ON conversations
WHEN (OLD.user_id, OLD.persona_key, OLD.emotional_arc_key, OLD.topic_key, OLD.tier, OLD.status, OLD.enrichment_status)
  IS NOT (NEW.user_id, NEW.persona_key, NEW.emotional_arc_key, NEW.topic_key, NEW.tier, NEW.status, NEW.enrichment_status)
BEGIN
  UPDATE brightrun_facets SET n = n - 1 WHERE id = OLD.brightrun_facet;
  INSERT INTO brightrun_facets (user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status, n)
    VALUES (NEW.user_id, IFNULL(NEW.persona_key, ''), IFNULL(NEW.emotional_arc_key, ''), IFNULL(NEW.topic_key, ''),
            NEW.tier, NEW.status, NEW.enrichment_status, 1)
    ON CONFLICT (user_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status) DO UPDATE SET n = n + 1;
  UPDATE conversations SET
    brightrun_facet = (SELECT f.id FROM brightrun_facets f WHERE (f.user_id, f.persona_key, f.emotional_arc_key, f.topic_key,
      f.tier, f.status, f.enrichment_status) = (NEW.user_id, IFNULL(NEW.persona_key, ''), IFNULL(NEW.emotional_arc_key, ''),
      IFNULL(NEW.topic_key, ''), NEW.tier, NEW.status, NEW.enrichment_status))
    WHERE brightrun_row = NEW.brightrun_row;
END;

CREATE TRIGGER brightrun_conversation_words AFTER UPDATE OF brightrun_search ON conversations
WHEN OLD.brightrun_search <> NEW.brightrun_search
BEGIN
  INSERT INTO brightrun_words (brightrun_words, rowid, brightrun_search) VALUES ('delete', OLD.brightrun_row, OLD.brightrun_search);
  INSERT INTO brightrun_words (rowid, brightrun_search) VALUES (NEW.brightrun_row, NEW.brightrun_search);
END;

CREATE TRIGGER brightrun_conversation_out AFTER DELETE ON conversations BEGIN
  INSERT INTO brightrun_words (brightrun_words, rowid, brightrun_search) VALUES ('delete', OLD.brightrun_row, OLD.brightrun_search);
  UPDATE brightrun_facets SET n = n - 1 WHERE id = OLD.brightrun_facet;
END;

CREATE TRIGGER brightrun_member_in AFTER INSERT ON training_file_conversations BEGIN
  UPDATE conversations SET brightrun_in_files = brightrun_in_files + 1 WHERE conversation_id = NEW.conversation_id;
END;

CREATE TRIGGER brightrun_member_out AFTER DELETE ON training_file_conversations BEGIN
  UPDATE conversations SET brightrun_in_files = brightrun_in_files - 1 WHERE conversation_id = OLD.conversation_id;
END;
