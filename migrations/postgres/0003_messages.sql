-- The history of messages. Written by fanfare-persistence only. Times are milliseconds since 1970 in UTC.

-- In a partition for each month of sent_at, which is part of a record and never changes: a record that comes again meets
-- its row. An index over all partitions would have to hold sent_at, so each has one of its own that finds messages of the
-- same id (message_partition() makes it); a message that is sent again in another month is another row.
CREATE TABLE message (
  epoch uuid NOT NULL,                      -- of the stream's life; epochs sort by time
  sequence bigint NOT NULL,                 -- in it, as the broker counted
  sent_at bigint NOT NULL,                  -- by the broker's clock
  conversation_id uuid NOT NULL,
  author_id uuid NOT NULL,                  -- no foreign key: other workers own people and conversations
  id uuid NOT NULL,
  client_id text NOT NULL,
  text text NOT NULL,
  words tsvector NOT NULL,                  -- of the text, folded by the program; and =CONVERSATION, without a place
  PRIMARY KEY (epoch, sequence, sent_at)
) PARTITION BY RANGE (sent_at);

CREATE INDEX message_by_conversation ON message (conversation_id, epoch, sequence);

-- What is not merged into it yet is read by every search: not more than what takes a millisecond.
CREATE INDEX message_by_word ON message USING gin (words) WITH (gin_pending_list_limit = 1024);

-- Makes the partition of the month of that time, if there is none; says whether it did. It is filled with what it needs
-- before it is attached, so that readers and writers of the others are not held up. With the rights of who owns the
-- table, because whoever writes meets new months.
CREATE FUNCTION message_partition(sent_at bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  day date := date '1970-01-01' + (sent_at / 86400000)::integer;
  first date := make_date(extract(year FROM day)::integer, extract(month FROM day)::integer, 1);
  starts bigint := (first - date '1970-01-01') * 86400000::bigint;
  ends bigint := ((first + interval '1 month')::date - date '1970-01-01') * 86400000::bigint;
  child text := 'message_' || to_char(first, 'YYYY_MM');
BEGIN
  IF EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'message'::regclass AND inhrelid = to_regclass(child)) THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(1717661296);  -- "fanp"
  IF EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'message'::regclass AND inhrelid = to_regclass(child)) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE message INCLUDING ALL EXCLUDING INDEXES, '
                 'CONSTRAINT in_month CHECK (sent_at >= %s AND sent_at < %s))', child, starts, ends);
  EXECUTE format('CREATE UNIQUE INDEX %I ON %I (conversation_id, author_id, id)', child || '_by_id', child);
  EXECUTE format('ALTER TABLE message ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', child, starts, ends);
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT in_month', child);
  RETURN true;
END
$$;

-- In which months a conversation has messages: a page looks only there. Within an epoch times never fall, so its months
-- in their order hold its sequences in their order.
CREATE TABLE conversation_month (
  conversation_id uuid NOT NULL,
  epoch uuid NOT NULL,
  month bigint NOT NULL,                    -- its first millisecond
  first_sequence bigint NOT NULL,           -- of its messages then
  PRIMARY KEY (conversation_id, epoch, month)
);

-- How far the history of each conversation is, with what was skipped on the way: moves with the rows, in their
-- transaction. Several processes share the work, so there is no one position up to which all of the stream is stored.
CREATE TABLE conversation_progress (
  conversation_id uuid PRIMARY KEY,
  epoch uuid NOT NULL,
  sequence bigint NOT NULL
) WITH (fillfactor = 50);                   -- a row changes with every batch, best in its page
