-- People, how they log in, and what others are told of changes. Written by fanfare-accounts only.
-- Ids are UUIDs as 36 characters; times are milliseconds since 1970 in UTC.

CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,                   -- as typed
  username_key TEXT NOT NULL UNIQUE,        -- NFKC and case folded: what logging in compares
  username_skeleton TEXT NOT NULL UNIQUE,   -- what it looks like (Unicode TS 39)
  display_name TEXT NOT NULL,
  display_key TEXT NOT NULL,                -- NFKC and case folded: what finding compares
  locale TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX person_by_display_key ON person (display_key);

-- What other workers may read of people.
CREATE VIEW person_view AS SELECT id, username, display_name FROM person;

CREATE TABLE password (
  person_id TEXT NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  hash TEXT NOT NULL                        -- argon2id, with its salt and cost
) STRICT, WITHOUT ROWID;

-- One login and all the refresh tokens that followed from it.
CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,              -- of the tokens that are good now
  rotated_at INTEGER NOT NULL,              -- when that generation began
  expires_at INTEGER NOT NULL,
  ended_at INTEGER                          -- logged out, or revoked because a token was used twice
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE refresh_token (
  hash BLOB NOT NULL PRIMARY KEY,           -- BLAKE2b-256; the token itself is nowhere
  session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_token_by_session ON refresh_token (session_id, generation);

CREATE TABLE signing_key (
  id TEXT NOT NULL PRIMARY KEY,
  seed BLOB NOT NULL,                       -- the private key of RFC 8032
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The number of the last change. A row and not a sequence: it is counted in the transaction of the change, so numbers
-- are in the order of the commits and an undone change leaves no hole.
CREATE TABLE change_counter (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  change INTEGER NOT NULL
) STRICT;

INSERT INTO change_counter (only_row, change) VALUES (1, 0);

-- What is still to be published, in order. A row goes once the broker has acknowledged it.
CREATE TABLE outbox (
  change INTEGER NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL,                 -- the same at every attempt
  kind TEXT NOT NULL CHECK (kind IN ('person_changed', 'conversation_changed', 'conversation_added')),
  person_id TEXT,
  conversation_id TEXT
) STRICT;

-- Which process publishes from the outbox.
CREATE TABLE outbox_lease (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  holder TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

INSERT INTO outbox_lease (only_row, holder, expires_at) VALUES (1, '', 0);
