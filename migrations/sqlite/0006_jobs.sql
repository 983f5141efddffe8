-- Runs of jobs, each from its beginning on. Written by the fanfare-persistence that holds the group `jobs`.

CREATE TABLE job_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL,
  instance TEXT NOT NULL,                   -- of the process that ran it
  by_hand INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,                         -- null: it runs
  count INTEGER NOT NULL DEFAULT 0,
  done TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT ''            -- empty: it ended well
) STRICT;

CREATE INDEX job_run_by_job ON job_run (job, id);
CREATE UNIQUE INDEX job_run_running ON job_run (job) WHERE ended_at IS NULL;

-- What the job `sweep` asks fanfare-accounts to look for.
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_end ON session (ended_at) WHERE ended_at IS NOT NULL;
