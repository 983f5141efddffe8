-- Who is to be told of what while they are away. Written by the notifiers only (fanfare-telegram, fanfare-log-notifier);
-- `notifier` says which, as in the group's name: "telegram", "log_notifier".

-- Where a person is told. What /start linked, or what ended that, for the page to show.
CREATE TABLE notifier_link (
  notifier TEXT NOT NULL,
  person_id TEXT NOT NULL,
  address TEXT,                             -- Telegram: the chat's id; null: the link has ended
  name TEXT NOT NULL DEFAULT '',            -- how the other side calls itself, for people
  ended TEXT NOT NULL DEFAULT '',           -- why: 'blocked', 'stopped', 'unlinked', 'moved'; empty: it has not
  changed_at INTEGER NOT NULL,
  muted_until INTEGER,                      -- of all conversations
  quiet_from INTEGER,                       -- minutes of the day, in `zone`; with quiet_until or null
  quiet_until INTEGER,
  zone TEXT NOT NULL DEFAULT 'UTC',         -- of the IANA time zone database
  PRIMARY KEY (notifier, person_id),
  UNIQUE (notifier, address)
) STRICT, WITHOUT ROWID;

-- What a person is to be told of a conversation, or was: one row for both, so that what comes again is known.
CREATE TABLE notification (
  notifier TEXT NOT NULL,
  person_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('idle', 'due', 'sending')),
  due_at INTEGER NOT NULL,
  holder TEXT NOT NULL DEFAULT '',          -- the process that has claimed it, until lease_until
  lease_until INTEGER NOT NULL DEFAULT 0,
  last_epoch TEXT NOT NULL,                 -- of all that have come
  last_sequence INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,              -- the first of those that are not told
  count INTEGER NOT NULL,                   -- of those that are not told, without those being sent
  author_id TEXT NOT NULL,                  -- of the last
  has_several_authors INTEGER NOT NULL,
  preview TEXT NOT NULL,                    -- of the last
  told_at INTEGER,                          -- when the window began; null: never
  told_count INTEGER NOT NULL DEFAULT 0,    -- what that notification says now; 0: all of it was read
  told_message TEXT NOT NULL DEFAULT '',    -- the notifier's name for it, to change it
  told_epoch TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- up to here
  told_sequence INTEGER NOT NULL DEFAULT 0,
  changed_at INTEGER NOT NULL DEFAULT 0,       -- when it was told or last changed
  sending_count INTEGER NOT NULL DEFAULT 0,    -- what is being sent
  sending_epoch TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- up to here
  sending_sequence INTEGER NOT NULL DEFAULT 0,
  sending_is_change INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (notifier, person_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_due ON notification (notifier, due_at) WHERE state <> 'idle';
CREATE INDEX notification_held ON notification (holder) WHERE holder <> '';

-- What was sent where, to know what a reply or a button is about.
CREATE TABLE notification_message (
  notifier TEXT NOT NULL,
  address TEXT NOT NULL,
  message TEXT NOT NULL,
  person_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  epoch TEXT NOT NULL,                      -- up to where it tells
  sequence INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (notifier, address, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_message_by_time ON notification_message (sent_at);

-- Token buckets, so that all replicas together, and those after a restart, keep the limits of the other side.
CREATE TABLE notifier_bucket (
  notifier TEXT NOT NULL,
  name TEXT NOT NULL,                       -- 'all', or an address
  next_at INTEGER NOT NULL,                 -- when the next token is there, in microseconds
  blocked_until INTEGER NOT NULL DEFAULT 0, -- the other side said so
  PRIMARY KEY (notifier, name)
) STRICT, WITHOUT ROWID;
