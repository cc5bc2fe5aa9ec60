-- What is rented for a run: written before it is asked for, so that a lost answer can be found again. The provider's id comes right
-- after; of one run at most one is open.
CREATE TABLE brightrun_rentals (
  id          TEXT PRIMARY KEY NOT NULL,
  user_id     TEXT NOT NULL,
  job_id      TEXT NOT NULL,
  state       TEXT NOT NULL,
  external_id TEXT,
  turn        INTEGER NOT NULL DEFAULT 0,
  body        TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX brightrun_rentals_open ON brightrun_rentals (job_id) WHERE state IN ('claimed', 'held');
CREATE INDEX brightrun_rentals_job ON brightrun_rentals (user_id, job_id);
