-- What was answered to changes that named an Idempotency-Key, kept for 24 hours: a repeat gets the same answer and
-- changes nothing. Written by fanfare-accounts, in the transaction of the change.

CREATE TABLE idempotency_key (
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  method TEXT NOT NULL,
  request_hash BLOB NOT NULL,               -- BLAKE2b-256
  reply TEXT NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key_by_time ON idempotency_key (done_at);
