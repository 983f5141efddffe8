-- Conversations and who is in them. Written by fanfare-accounts only.

CREATE TABLE conversation (
  id TEXT NOT NULL PRIMARY KEY,             -- UUIDv7: sorts by the time it was made
  kind TEXT NOT NULL CHECK (kind IN ('direct', 'room')),
  title TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The one direct conversation of two people, the smaller id first.
CREATE TABLE direct_pair (
  low_person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  high_person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  PRIMARY KEY (low_person_id, high_person_id),
  CHECK (low_person_id < high_person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,                -- in the order they came, the founder first
  role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
  PRIMARY KEY (conversation_id, person_id),
  UNIQUE (conversation_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_by_person ON member (person_id, conversation_id);

-- What other workers may read of membership.
CREATE VIEW member_view AS SELECT conversation_id, person_id FROM member;
