-- Runs of jobs, each from its beginning on. Written by the fanfare-persistence that holds the group `jobs`.

CREATE TABLE job_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job text NOT NULL COLLATE "C",
  instance text NOT NULL,                   -- of the process that ran it
  by_hand boolean NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,                          -- null: it runs
  count bigint NOT NULL DEFAULT 0,
  done text NOT NULL DEFAULT '',
  error text NOT NULL DEFAULT ''            -- empty: it ended well
);

CREATE INDEX job_run_by_job ON job_run (job, id);
CREATE UNIQUE INDEX job_run_running ON job_run (job) WHERE ended_at IS NULL;

-- What the job `sweep` asks fanfare-accounts to look for.
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_end ON session (ended_at) WHERE ended_at IS NOT NULL;
