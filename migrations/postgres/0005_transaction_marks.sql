-- What each writer committed last, so that one whose commit got no answer can find out whether it was made. A writer is
-- one session of a process (PostgresSession). Moves in the transaction itself.

CREATE TABLE transaction_mark (
  writer uuid PRIMARY KEY,
  number bigint NOT NULL,                   -- of its last transaction
  at bigint NOT NULL                        -- by the writer's clock; old ones are swept
) WITH (fillfactor = 50);                   -- a row changes with every transaction, best in its page
