-- The history of messages. Written by fanfare-persistence only.
-- Ids are UUIDs as 36 characters; times are milliseconds since 1970 in UTC.

CREATE TABLE message (
  id TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,                      -- of the stream's life; epochs sort by time
  sequence INTEGER NOT NULL,                -- in it, as the broker counted
  conversation_id TEXT NOT NULL,
  author_id TEXT NOT NULL,                  -- no foreign key: other workers own people and conversations
  client_id TEXT NOT NULL,
  text TEXT NOT NULL,
  sent_at INTEGER NOT NULL,                 -- by the broker's clock
  UNIQUE (epoch, sequence)
) STRICT;

CREATE INDEX message_by_conversation ON message (conversation_id, epoch, sequence);

-- How far the stream was read, with what was skipped on the way: moves with the rows, in their transaction.
CREATE TABLE message_progress (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT;
