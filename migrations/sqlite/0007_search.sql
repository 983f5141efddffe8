-- Ids of messages are unique for an author in a conversation, as front-ends make them, so that nobody can occupy
-- another's; and messages are found by their words.

ALTER TABLE message RENAME TO message_before;

CREATE TABLE message (
  number INTEGER PRIMARY KEY,               -- what the index of words calls it
  id TEXT NOT NULL,
  epoch TEXT NOT NULL,                      -- of the stream's life; epochs sort by time
  sequence INTEGER NOT NULL,                -- in it, as the broker counted
  conversation_id TEXT NOT NULL,
  author_id TEXT NOT NULL,                  -- no foreign key: other workers own people and conversations
  client_id TEXT NOT NULL,
  text TEXT NOT NULL,
  sent_at INTEGER NOT NULL,                 -- by the broker's clock
  UNIQUE (epoch, sequence),
  UNIQUE (conversation_id, author_id, id)
) STRICT;

INSERT INTO message (id, epoch, sequence, conversation_id, author_id, client_id, text, sent_at)
SELECT id, epoch, sequence, conversation_id, author_id, client_id, text, sent_at FROM message_before
ORDER BY epoch, sequence;

DROP TABLE message_before;

CREATE INDEX message_by_conversation ON message (conversation_id, epoch, sequence);

-- The words of each message as the program folds them (search_words() is its own function), and the conversation's id
-- without hyphens, so that a search looks only where its reader is. Nothing but the index: texts are in `message`.
CREATE VIRTUAL TABLE message_word USING fts5 (conversation, words, content = '', tokenize = 'ascii');

INSERT INTO message_word (rowid, conversation, words)
SELECT number, replace(conversation_id, '-', ''), search_words(text) FROM message;
