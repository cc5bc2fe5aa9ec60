-- What brightrun adds, in a schema of its own; on an empty database and beside the platform's tables alike.
-- The comment before each statement is the reason that `brightrun db attach` shows. Indexes follow from src/store/attach.rs.

-- a place of its own for everything that brightrun keeps, which the platform's web interface does not publish
CREATE SCHEMA IF NOT EXISTS brightrun;

-- which version of these tables is there
CREATE TABLE IF NOT EXISTS brightrun.versions (
  version integer PRIMARY KEY,
  applied timestamptz NOT NULL DEFAULT now()
);

-- the users of a database without accounts
CREATE TABLE IF NOT EXISTS brightrun.users (
  id   uuid PRIMARY KEY,
  name text NOT NULL UNIQUE
);

-- content hashes, to recognise a second import, and the number of truncated turns
CREATE TABLE IF NOT EXISTS brightrun.imports (
  user_id         uuid NOT NULL,
  conversation_id text NOT NULL,
  content_hash    text,
  truncated       bigint,
  PRIMARY KEY (user_id, conversation_id)
);

-- the order of the conversations in a training file
CREATE TABLE IF NOT EXISTS brightrun.members (
  training_file_id uuid NOT NULL,
  position         bigint NOT NULL,
  conversation_id  uuid NOT NULL,
  PRIMARY KEY (training_file_id, position),
  UNIQUE (training_file_id, conversation_id)
);

-- saved views
CREATE TABLE IF NOT EXISTS brightrun.views (
  id      uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  name    text NOT NULL,
  body    jsonb NOT NULL,
  UNIQUE (user_id, name)
);

-- what is under way, so that an interrupted change can be finished or undone
CREATE TABLE IF NOT EXISTS brightrun.journal (
  id          uuid PRIMARY KEY,
  user_id     uuid NOT NULL,
  kind        text NOT NULL,
  what        text NOT NULL,
  objects     jsonb NOT NULL,
  started     timestamptz NOT NULL,
  owner       text NOT NULL,
  lease_until timestamptz NOT NULL
);

-- small settings per user
CREATE TABLE IF NOT EXISTS brightrun.settings (
  user_id uuid NOT NULL,
  key     text NOT NULL,
  value   jsonb NOT NULL,
  PRIMARY KEY (user_id, key)
);
