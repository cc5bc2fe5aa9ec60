-- The name of its batch lies in the row, so that a list by batch is one range of one index, like every other list (docs/decisions/0037).

DROP INDEX conversations_batch;
DROP INDEX batch_items_first;
CREATE INDEX batch_items_conversation ON batch_items (conversation_id);

-- A conversation is in one batch; should there be two, the first counts.
CREATE VIEW brightrun_batch_of AS
  SELECT c.id AS conversation, (
    SELECT COALESCE(NULLIF(b.name, ''), substr(CAST(b.id AS TEXT), 1, 8)) FROM batch_items i JOIN batch_jobs b ON b.id = i.batch_job_id
    WHERE i.conversation_id = c.id AND b.user_id = c.user_id ORDER BY i.created_at, i.id LIMIT 1) AS name
  FROM conversations c;

ALTER TABLE conversations ADD COLUMN brightrun_batch TEXT;

UPDATE conversations SET brightrun_batch = (SELECT name FROM brightrun_batch_of WHERE conversation = conversations.id);

CREATE INDEX conversations_batch ON conversations (brightrun_batch, created_at, conversation_id);

CREATE TRIGGER brightrun_batch_in AFTER INSERT ON batch_items WHEN NEW.conversation_id IS NOT NULL BEGIN
  UPDATE conversations SET brightrun_batch = (SELECT name FROM brightrun_batch_of WHERE conversation = conversations.id)
  WHERE id = NEW.conversation_id;
END;
CREATE TRIGGER brightrun_batch_out AFTER DELETE ON batch_items WHEN OLD.conversation_id IS NOT NULL BEGIN
  UPDATE conversations SET brightrun_batch = (SELECT name FROM brightrun_batch_of WHERE conversation = conversations.id)
  WHERE id = OLD.conversation_id;
END;
CREATE TRIGGER brightrun_batch_moved AFTER UPDATE OF batch_job_id, conversation_id, created_at ON batch_items BEGIN
  UPDATE conversations SET brightrun_batch = (SELECT name FROM brightrun_batch_of WHERE conversation = conversations.id)
  WHERE id IN (OLD.conversation_id, NEW.conversation_id);
END;
CREATE TRIGGER brightrun_batch_named AFTER UPDATE OF name ON batch_jobs BEGIN
  UPDATE conversations SET brightrun_batch = (SELECT name FROM brightrun_batch_of WHERE conversation = conversations.id)
  WHERE id IN (SELECT conversation_id FROM batch_items WHERE batch_job_id = NEW.id);
END;
