-- Sets of rows per value instead of the trigram index over all texts and the index by facet (docs/decisions/0034).

DROP TRIGGER brightrun_conversation_in;
DROP TRIGGER brightrun_conversation_words;
DROP TRIGGER brightrun_conversation_out;
DROP TABLE brightrun_words;
DROP INDEX conversations_facet;

-- Which rows have a value, as sets of row numbers: a term is a kind (a column, a word of the search text) and a value, and its
-- rows are kept in pieces of 32,000 (src/store/index). This is what makes any combination of conditions quick, and its count.
CREATE TABLE brightrun_terms (
  id    INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (kind, value)
) STRICT;

CREATE TABLE brightrun_bits (
  place INTEGER PRIMARY KEY, -- term * 2^24 + piece
  bits  BLOB NOT NULL
) STRICT;

-- The words, and the keys of conversations, that hold a group of three letters. Groups only, no places.
CREATE VIRTUAL TABLE brightrun_words USING fts5(
  value, content = '', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);
CREATE VIRTUAL TABLE brightrun_keys USING fts5(
  value, content = '', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);

-- Rows that have changed since the sets were last brought up to date, and what they held then (nothing: the row is new).
CREATE TABLE brightrun_changes (
  row        INTEGER PRIMARY KEY,
  key        TEXT,
  persona    TEXT,
  arc        TEXT,
  topic      TEXT,
  tier       TEXT,
  status     TEXT,
  enrichment TEXT,
  turns      INTEGER,
  quality    REAL,
  in_files   INTEGER,
  search     TEXT
) STRICT;

-- How often the sets were brought up to date.
CREATE TABLE brightrun_rounds (n INTEGER NOT NULL) STRICT;
INSERT INTO brightrun_rounds VALUES (0);

CREATE TRIGGER brightrun_conversation_in AFTER INSERT ON conversations BEGIN
  INSERT INTO brightrun_changes (row) SELECT NEW.brightrun_row
    WHERE NOT EXISTS (SELECT 1 FROM brightrun_changes WHERE row = NEW.brightrun_row);
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

CREATE TRIGGER brightrun_conversation_change
AFTER UPDATE OF conversation_id, persona_key, emotional_arc_key, topic_key, tier, status, enrichment_status, turn_count,
  quality_score, brightrun_in_files, brightrun_search ON conversations
BEGIN
  INSERT INTO brightrun_changes SELECT OLD.brightrun_row, OLD.conversation_id, OLD.persona_key, OLD.emotional_arc_key,
      OLD.topic_key, OLD.tier, OLD.status, OLD.enrichment_status, OLD.turn_count, OLD.quality_score, OLD.brightrun_in_files,
      OLD.brightrun_search
    WHERE NOT EXISTS (SELECT 1 FROM brightrun_changes WHERE row = OLD.brightrun_row);
END;

CREATE TRIGGER brightrun_conversation_out AFTER DELETE ON conversations BEGIN
  INSERT INTO brightrun_changes SELECT OLD.brightrun_row, OLD.conversation_id, OLD.persona_key, OLD.emotional_arc_key,
      OLD.topic_key, OLD.tier, OLD.status, OLD.enrichment_status, OLD.turn_count, OLD.quality_score, OLD.brightrun_in_files,
      OLD.brightrun_search
    WHERE NOT EXISTS (SELECT 1 FROM brightrun_changes WHERE row = OLD.brightrun_row);
  UPDATE brightrun_facets SET n = n - 1 WHERE id = OLD.brightrun_facet;
END;

-- All rows that are there wait to be put into the sets; opening the file does it.
INSERT INTO brightrun_changes (row) SELECT brightrun_row FROM conversations;
