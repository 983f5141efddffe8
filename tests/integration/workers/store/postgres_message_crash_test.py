"""PostgreSQL killed in the middle of commits while messages are appended: what was acknowledged is there, once, and how
far a conversation is never says more than its rows.

    postgres_message_crash_test.py WRITER [--kills N] [--seed S]      WRITER: message_writer, built from the source here
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests/support"))
from postgres import DEADLINE, PostgresServer  # noqa: E402

WRITERS = (1, 2)
STANDS = """SELECT p.sequence, count(m.*), count(DISTINCT m.id), max(m.sequence) FROM conversation_progress p
LEFT JOIN message m USING (conversation_id, epoch) WHERE p.conversation_id = '{}' GROUP BY p.sequence"""


class Writer:
    def __init__(self, program, url, number):
        self.number, self.acknowledged = number, 0
        self.process = subprocess.Popen([program, url, str(number)], stdout=subprocess.PIPE, text=True)
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.acknowledged = int(line)
                self.changed.notify_all()

    def wait_beyond(self, sequence):
        with self.changed:
            if not self.changed.wait_for(lambda: self.acknowledged > sequence, DEADLINE):
                sys.exit(f"writer {self.number} stands at {self.acknowledged}")

    def end(self):
        self.process.terminate()
        if self.process.wait(DEADLINE) != 0:
            sys.exit(f"writer {self.number} has failed")
        self.thread.join()


def check(server, writer, least):
    """In one statement, so at one moment."""
    rows = server.query(STANDS.format(f"01000000-0000-0000-0000-{writer.number:012x}"), "crash")
    progress, count, ids, last = map(int, rows[0].split("|")) if rows else (0, 0, 0, 0)
    if not progress == count == ids == last or progress < least:
        sys.exit(f"conversation {writer.number}: progress {progress}, {count} rows, {ids} ids, up to {last}, "
                 f"acknowledged {least}")
    return progress


def main():
    options = argparse.ArgumentParser()
    options.add_argument("writer")
    options.add_argument("--kills", type=int, default=4)
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = options.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    with PostgresServer() as server:
        url = server.create("crash")
        subprocess.run([pathlib.Path(os.environ["FANFARE_BIN_DIR"]) / "fanfare", "migrate"], check=True, cwd=server.folder,
                       env={**os.environ, "FANFARE_DATABASE_URL": url}, stdout=subprocess.DEVNULL, timeout=DEADLINE)
        writers = [Writer(options.writer, url, number) for number in WRITERS]
        try:
            for _ in range(options.kills):
                for writer in writers:
                    writer.wait_beyond(writer.acknowledged)
                time.sleep(chance.uniform(0, 0.1))  # any moment
                server.kill()
                acknowledged = {writer: writer.acknowledged for writer in writers}
                server.start()
                for writer in writers:
                    check(server, writer, acknowledged[writer])
        finally:
            for writer in writers:
                writer.process.terminate()
        for writer in writers:
            writer.end()
            if check(server, writer, writer.acknowledged) != writer.acknowledged:
                sys.exit(f"conversation {writer.number} has more than was written")
            print(f"writer {writer.number}: {writer.acknowledged} messages, {options.kills} kills")


if __name__ == "__main__":
    main()
