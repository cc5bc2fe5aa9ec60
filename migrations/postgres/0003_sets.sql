-- Sets of rows per value, in a database of our own only: beside the platform's tables no triggers are set (docs/decisions/0036).
-- The tables mean what they mean in SQLite (migrations/sqlite/0002_sets.sql); what differs is said here.

-- Row numbers for the sets, and the number of the user's training files that hold the conversation, kept by triggers.
ALTER TABLE conversations
  ADD COLUMN row_no bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN in_files bigint NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX conversations_row ON conversations (row_no);

CREATE TABLE brightrun.terms (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind  text NOT NULL,
  value text COLLATE "C" NOT NULL
);
-- A hash: a word of a title may be longer than a page.
CREATE INDEX terms_value ON brightrun.terms (kind, md5(value));

-- Two pieces fit into a page as they are; packed or kept apart they would take longer to read.
CREATE TABLE brightrun.bits (
  place bigint PRIMARY KEY,
  bits  bytea NOT NULL
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE brightrun.bits ALTER COLUMN bits SET STORAGE PLAIN;

-- One entry per change, not per row: an entry that another transaction is about to need must not be taken away. The first
-- entry of a row says what the sets hold for it; null: nothing.
CREATE TABLE brightrun.changes (
  id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  row bigint NOT NULL,
  was jsonb
);
CREATE INDEX changes_row ON brightrun.changes (row, id);

-- Who brings the sets up to date holds this row; the others wait.
CREATE TABLE brightrun.rounds (n bigint NOT NULL);
INSERT INTO brightrun.rounds VALUES (0);

CREATE FUNCTION brightrun.counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.in_files := (SELECT count(*) FROM public.training_file_conversations m JOIN public.training_files f ON f.id = m.training_file_id
    WHERE f.user_id = NEW.user_id AND m.conversation_id = CASE WHEN NEW.conversation_id ~
      '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN NEW.conversation_id::uuid END);
  RETURN NEW;
END $$;
CREATE TRIGGER brightrun_counted BEFORE INSERT ON conversations FOR EACH ROW EXECUTE FUNCTION brightrun.counted();

CREATE FUNCTION brightrun.changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO brightrun.changes (row) VALUES (NEW.row_no);
  ELSE
    INSERT INTO brightrun.changes (row, was) VALUES (OLD.row_no, to_jsonb(OLD));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER brightrun_in_out AFTER INSERT OR DELETE ON conversations FOR EACH ROW EXECUTE FUNCTION brightrun.changed();
CREATE TRIGGER brightrun_change AFTER UPDATE ON conversations FOR EACH ROW
  WHEN ((OLD.user_id, OLD.conversation_id, OLD.title, OLD.conversation_name, OLD.persona_key, OLD.emotional_arc_key, OLD.topic_key, OLD.tier,
      OLD.status, OLD.enrichment_status, OLD.turn_count, OLD.quality_score, OLD.in_files, OLD.scaffolding_snapshot)
    IS DISTINCT FROM (NEW.user_id, NEW.conversation_id, NEW.title, NEW.conversation_name, NEW.persona_key, NEW.emotional_arc_key, NEW.topic_key,
      NEW.tier, NEW.status, NEW.enrichment_status, NEW.turn_count, NEW.quality_score, NEW.in_files, NEW.scaffolding_snapshot))
  EXECUTE FUNCTION brightrun.changed();
CREATE FUNCTION brightrun.emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE brightrun.changes, brightrun.bits;
  UPDATE brightrun.rounds SET n = n + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER brightrun_emptied AFTER TRUNCATE ON conversations EXECUTE FUNCTION brightrun.emptied();

-- The rows are locked before they are counted: so of two who add the same conversation to two files the second one counts both.
CREATE FUNCTION brightrun.count_files(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found uuid[];
BEGIN
  SELECT array_agg(l.id) INTO found FROM (
    SELECT c.id FROM public.conversations c WHERE c.conversation_id IN (SELECT k::text FROM unnest(changed) k)
    ORDER BY c.id FOR NO KEY UPDATE) l;
  UPDATE public.conversations c SET in_files = n.n FROM (
    SELECT x.id, (SELECT count(*) FROM public.training_file_conversations m JOIN public.training_files f ON f.id = m.training_file_id
      WHERE f.user_id = x.user_id AND m.conversation_id = x.conversation_id::uuid) AS n
    FROM public.conversations x WHERE x.id = ANY (found)) n
  WHERE c.id = n.id AND c.in_files <> n.n;
END $$;
CREATE FUNCTION brightrun.members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM brightrun.count_files(ARRAY(SELECT DISTINCT conversation_id FROM changed));
  RETURN NULL;
END $$;
CREATE FUNCTION brightrun.members_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM brightrun.count_files(ARRAY(SELECT conversation_id FROM before UNION SELECT conversation_id FROM changed));
  RETURN NULL;
END $$;
CREATE FUNCTION brightrun.file_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM brightrun.count_files(ARRAY(SELECT conversation_id FROM public.training_file_conversations WHERE training_file_id = NEW.id));
  RETURN NULL;
END $$;
CREATE TRIGGER brightrun_members_in AFTER INSERT ON training_file_conversations REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION brightrun.members();
CREATE TRIGGER brightrun_members_out AFTER DELETE ON training_file_conversations REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION brightrun.members();
CREATE TRIGGER brightrun_members_moved AFTER UPDATE ON training_file_conversations REFERENCING OLD TABLE AS before NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION brightrun.members_moved();
CREATE TRIGGER brightrun_file_moved AFTER UPDATE OF user_id ON training_files FOR EACH ROW
  WHEN (OLD.user_id <> NEW.user_id) EXECUTE FUNCTION brightrun.file_moved();

-- All rows that are there wait to be put into the sets; opening the database does it.
SELECT brightrun.count_files(ARRAY(SELECT DISTINCT conversation_id FROM public.training_file_conversations));
TRUNCATE brightrun.changes;
INSERT INTO brightrun.changes (row) SELECT row_no FROM conversations;

-- Those in some file are few: their order. Batches: what a list by them reads, without a look at the rows.
CREATE INDEX brightrun_conversations_in_files ON conversations
  (user_id, in_files, (COALESCE(created_at, '1970-01-01 00:00:00+00'::timestamptz)), conversation_id COLLATE "C")
  WHERE in_files > 0;
CREATE INDEX brightrun_batch_items_job ON batch_items (batch_job_id) INCLUDE (conversation_id, created_at, id);
CREATE INDEX brightrun_batch_items_first ON batch_items (conversation_id, created_at, id) INCLUDE (batch_job_id);
DROP INDEX batch_items_job;
DROP INDEX batch_items_conversation;
