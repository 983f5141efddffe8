-- What fanfare-telegram alone needs. Written by it only.

-- The codes of links that the page shows. Good once.
CREATE TABLE telegram_code (
  hash bytea PRIMARY KEY,                   -- BLAKE2b-256; the code itself is nowhere
  person_id uuid NOT NULL,
  expires_at bigint NOT NULL
);

CREATE INDEX telegram_code_by_person ON telegram_code (person_id);
CREATE INDEX telegram_code_by_expiry ON telegram_code (expires_at);

-- How far the updates of a bot are done.
CREATE TABLE telegram_bot (
  bot_id bigint PRIMARY KEY,
  update_id bigint NOT NULL,                -- the last one that is done
  done_at bigint NOT NULL                   -- numbers begin anew after a week without updates
) WITH (fillfactor = 50);
