-- Who is to be told of what while they are away. Written by the notifiers only (fanfare-telegram, fanfare-log-notifier);
-- `notifier` says which, as in the group's name: "telegram", "log_notifier".

-- Where a person is told. What /start linked, or what ended that, for the page to show.
CREATE TABLE notifier_link (
  notifier text NOT NULL COLLATE "C",
  person_id uuid NOT NULL,
  address text COLLATE "C",                 -- Telegram: the chat's id; null: the link has ended
  name text NOT NULL DEFAULT '',            -- how the other side calls itself, for people
  ended text NOT NULL DEFAULT '',           -- why: 'blocked', 'stopped', 'unlinked', 'moved'; empty: it has not
  changed_at bigint NOT NULL,
  muted_until bigint,                       -- of all conversations
  quiet_from integer,                       -- minutes of the day, in `zone`; with quiet_until or null
  quiet_until integer,
  zone text NOT NULL DEFAULT 'UTC',         -- of the IANA time zone database
  PRIMARY KEY (notifier, person_id),
  UNIQUE (notifier, address)
);

-- What a person is to be told of a conversation, or was: one row for both, so that what comes again is known.
CREATE TABLE notification (
  notifier text NOT NULL COLLATE "C",
  person_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('idle', 'due', 'sending')),
  due_at bigint NOT NULL,
  holder text NOT NULL DEFAULT '',          -- the process that has claimed it, until lease_until
  lease_until bigint NOT NULL DEFAULT 0,
  last_epoch uuid NOT NULL,                 -- of all that have come
  last_sequence bigint NOT NULL,
  arrived_at bigint NOT NULL,               -- the first of those that are not told
  count bigint NOT NULL,                    -- of those that are not told, without those being sent
  author_id uuid NOT NULL,                  -- of the last
  has_several_authors boolean NOT NULL,
  preview text NOT NULL,                    -- of the last
  told_at bigint,                           -- when the window began; null: never
  told_count bigint NOT NULL DEFAULT 0,     -- what that notification says now; 0: all of it was read
  told_message text NOT NULL DEFAULT '',    -- the notifier's name for it, to change it
  told_epoch uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- up to here
  told_sequence bigint NOT NULL DEFAULT 0,
  changed_at bigint NOT NULL DEFAULT 0,       -- when it was told or last changed
  sending_count bigint NOT NULL DEFAULT 0,    -- what is being sent
  sending_epoch uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- up to here
  sending_sequence bigint NOT NULL DEFAULT 0,
  sending_is_change boolean NOT NULL DEFAULT false,
  PRIMARY KEY (notifier, person_id, conversation_id)
) WITH (fillfactor = 50);

CREATE INDEX notification_due ON notification (notifier, due_at) WHERE state <> 'idle';
CREATE INDEX notification_held ON notification (holder) WHERE holder <> '';

-- What was sent where, to know what a reply or a button is about.
CREATE TABLE notification_message (
  notifier text NOT NULL COLLATE "C",
  address text NOT NULL COLLATE "C",
  message text NOT NULL COLLATE "C",
  person_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  epoch uuid NOT NULL,                      -- up to where it tells
  sequence bigint NOT NULL,
  sent_at bigint NOT NULL,
  PRIMARY KEY (notifier, address, message)
);

CREATE INDEX notification_message_by_time ON notification_message (sent_at);

-- Token buckets, so that all replicas together, and those after a restart, keep the limits of the other side.
CREATE TABLE notifier_bucket (
  notifier text NOT NULL COLLATE "C",
  name text NOT NULL COLLATE "C",           -- 'all', or an address
  next_at bigint NOT NULL,                  -- when the next token is there, in microseconds
  blocked_until bigint NOT NULL DEFAULT 0,  -- the other side said so
  PRIMARY KEY (notifier, name)
) WITH (fillfactor = 50);
