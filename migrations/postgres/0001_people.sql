-- People, how they log in, and what others are told of changes. Written by fanfare-accounts only.
-- Times are milliseconds since 1970 in UTC.

CREATE TABLE person (
  id uuid PRIMARY KEY,
  username text NOT NULL,                   -- as typed
  username_key text NOT NULL COLLATE "C" UNIQUE,       -- NFKC and case folded: what logging in compares
  username_skeleton text NOT NULL COLLATE "C" UNIQUE,  -- what it looks like (Unicode TS 39)
  display_name text NOT NULL,
  display_key text NOT NULL COLLATE "C",    -- NFKC and case folded: what finding compares
  locale text,
  created_at bigint NOT NULL
);

CREATE INDEX person_by_display_key ON person (display_key);

-- What other workers may read of people.
CREATE VIEW person_view AS SELECT id, username, display_name FROM person;

CREATE TABLE password (
  person_id uuid PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  hash text NOT NULL                        -- argon2id, with its salt and cost
);

-- One login and all the refresh tokens that followed from it.
CREATE TABLE session (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  generation bigint NOT NULL,               -- of the tokens that are good now
  rotated_at bigint NOT NULL,               -- when that generation began
  expires_at bigint NOT NULL,
  ended_at bigint                           -- logged out, or revoked because a token was used twice
);

CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE refresh_token (
  hash bytea PRIMARY KEY,                   -- BLAKE2b-256; the token itself is nowhere
  session_id uuid NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  generation bigint NOT NULL
);

CREATE INDEX refresh_token_by_session ON refresh_token (session_id, generation);

CREATE TABLE signing_key (
  id text PRIMARY KEY,
  seed bytea NOT NULL,                      -- the private key of RFC 8032
  created_at bigint NOT NULL
);

-- The number of the last change. A row and not a sequence: it is counted in the transaction of the change, so numbers
-- are in the order of the commits and an undone change leaves no hole.
CREATE TABLE change_counter (
  only_row integer PRIMARY KEY CHECK (only_row = 1),
  change bigint NOT NULL
);

INSERT INTO change_counter (only_row, change) VALUES (1, 0);

-- What is still to be published, in order. A row goes once the broker has acknowledged it.
CREATE TABLE outbox (
  change bigint PRIMARY KEY,
  message_id uuid NOT NULL,                 -- the same at every attempt
  kind text NOT NULL CHECK (kind IN ('person_changed', 'conversation_changed', 'conversation_added')),
  person_id uuid,
  conversation_id uuid
);

-- Which process publishes from the outbox.
CREATE TABLE outbox_lease (
  only_row integer PRIMARY KEY CHECK (only_row = 1),
  holder text NOT NULL,
  expires_at bigint NOT NULL
);

INSERT INTO outbox_lease (only_row, holder, expires_at) VALUES (1, '', 0);

-- What was answered to changes that named an Idempotency-Key, kept for 24 hours: a repeat gets the same answer and
-- changes nothing. Stands in the transaction of the change.
CREATE TABLE idempotency_key (
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  key text NOT NULL COLLATE "C",
  method text NOT NULL,
  request_hash bytea NOT NULL,              -- BLAKE2b-256
  reply text NOT NULL,
  done_at bigint NOT NULL,
  PRIMARY KEY (person_id, key)
);

CREATE INDEX idempotency_key_by_time ON idempotency_key (done_at);
