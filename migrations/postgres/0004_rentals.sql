-- What is rented for a run, on every database. The comment before each statement is the reason that `brightrun db attach` shows.

-- what is rented for a run: written before it is asked for, so that a lost answer can be found again
CREATE TABLE IF NOT EXISTS brightrun.rentals (
  id          uuid PRIMARY KEY,
  user_id     uuid NOT NULL,
  job_id      uuid NOT NULL,
  state       text NOT NULL,
  external_id text,
  turn        bigint NOT NULL DEFAULT 0,
  body        jsonb NOT NULL
);

-- of one run at most one thing is rented
CREATE UNIQUE INDEX IF NOT EXISTS rentals_open ON brightrun.rentals (job_id) WHERE state IN ('claimed', 'held');

-- what was rented for a run
CREATE INDEX IF NOT EXISTS rentals_job ON brightrun.rentals (user_id, job_id);
