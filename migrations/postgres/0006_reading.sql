-- How far people have read, and what they have muted. Written by fanfare-accounts only.

-- Only moves forward. Who sends a message has read up to it, too, which no row says.
CREATE TABLE read_position (
  conversation_id uuid NOT NULL,
  person_id uuid NOT NULL,
  epoch uuid NOT NULL,
  sequence bigint NOT NULL,
  read_at bigint NOT NULL,
  PRIMARY KEY (conversation_id, person_id),
  FOREIGN KEY (conversation_id, person_id) REFERENCES member (conversation_id, person_id) ON DELETE CASCADE
) WITH (fillfactor = 50);                   -- a row changes often, best in its page

CREATE TABLE mute (
  conversation_id uuid NOT NULL,
  person_id uuid NOT NULL,
  until bigint,                             -- null: until it is taken back
  PRIMARY KEY (conversation_id, person_id),
  FOREIGN KEY (conversation_id, person_id) REFERENCES member (conversation_id, person_id) ON DELETE CASCADE
);

-- What other workers may read of them.
CREATE VIEW read_view AS SELECT conversation_id, person_id, epoch, sequence FROM read_position;
CREATE VIEW mute_view AS SELECT conversation_id, person_id, until FROM mute;
CREATE VIEW conversation_view AS SELECT id, kind, title FROM conversation;
CREATE VIEW locale_view AS SELECT id AS person_id, locale FROM person;
