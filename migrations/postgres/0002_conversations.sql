-- Conversations and who is in them. Written by fanfare-accounts only.

CREATE TABLE conversation (
  id uuid PRIMARY KEY,                      -- UUIDv7: sorts by the time it was made
  kind text NOT NULL CHECK (kind IN ('direct', 'room')),
  title text,
  created_at bigint NOT NULL
);

-- The one direct conversation of two people, the smaller id first.
CREATE TABLE direct_pair (
  low_person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  high_person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  PRIMARY KEY (low_person_id, high_person_id),
  CHECK (low_person_id < high_person_id)
);

CREATE TABLE member (
  conversation_id uuid NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  position bigint NOT NULL,                 -- in the order they came, the founder first
  role text NOT NULL CHECK (role IN ('owner', 'member')),
  PRIMARY KEY (conversation_id, person_id),
  UNIQUE (conversation_id, position)
);

CREATE INDEX member_by_person ON member (person_id, conversation_id);

-- What other workers may read of membership.
CREATE VIEW member_view AS SELECT conversation_id, person_id FROM member;
