-- How far the history of each conversation is, with what was skipped on the way: moves with the rows, in their
-- transaction. Several processes share the work, so there is no one position up to which all of the stream is stored.
CREATE TABLE conversation_progress (
  conversation_id TEXT NOT NULL PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One process stored everything up to its position.
INSERT INTO conversation_progress (conversation_id, epoch, sequence)
SELECT DISTINCT m.conversation_id, p.epoch, p.sequence FROM message m CROSS JOIN message_progress p;

DROP TABLE message_progress;
