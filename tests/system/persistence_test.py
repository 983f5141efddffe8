"""What people were told is stored is in the database, however the processes end."""

import json
import os
import random
import signal
import sqlite3
import threading
import unittest

from harness import SystemTest, eventually, kill

ROOM = "0199a1b2-0000-7000-8000-00000000000a"
PERSON = "0199a1b2-0000-7000-8000-000000000001"


def payload(number):
    return json.dumps({"kind": "text", "id": f"00000000-0000-7000-8000-{number:012d}", "client_id": f"c{number}",
                       "text": f"text {number}"})


class Persistence(SystemTest):
    components = ("persistence",)

    def publish(self, first, last):
        lines = "".join(payload(number) + "\n" for number in range(first, last + 1))
        self.succeed("pub", f"chat.{ROOM}", "--lines", "--actor", PERSON, stdin=lines.encode())

    def rows(self):
        database = sqlite3.connect(self.folder / "data" / "fanfare.db")
        try:
            return [text for text, in database.execute("SELECT text FROM message ORDER BY epoch, sequence")]
        finally:
            database.close()

    def worker_pid(self):
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return next((row["pid"] for row in rows if row["name"] == "persistence" and row["state"] == "ready"), 0)

    def start_up_with(self, *components):
        self.environment["FANFARE_WORKERS_PERSISTENCE_ENABLED"] = "true" if "persistence" in components else "false"
        return self.start_up()

    def stop(self, up):
        up.process.send_signal(signal.SIGTERM)
        self.assertEqual(up.ends(), 0, up.stderr)

    def assert_stored(self, last):
        """Texts 1 to `last`, each once, in their order."""
        self.assertTrue(eventually(lambda: len(self.rows()) >= last, 20), f"{len(self.rows())} rows of {last}")
        self.assertEqual(self.rows(), [f"text {number}" for number in range(1, last + 1)])

    def test_what_was_acknowledged_is_stored_however_everything_is_stopped(self):
        for first in (1, 1001):
            up = self.start_up()
            self.publish(first, first + 999)
            self.stop(up)
        self.start_up()
        self.assert_stored(2000)

    def test_what_was_sent_while_no_worker_ran_is_stored_when_one_runs_again(self):
        self.stop(self.start_up_with("persistence"))
        up = self.start_up_with()
        self.publish(1, 500)
        self.stop(up)
        self.start_up_with("persistence")
        self.publish(501, 600)
        self.assert_stored(600)

    def test_killed_at_any_moment_it_stores_what_was_acknowledged_once_and_in_order(self):
        seed = int(os.environ.get("FANFARE_TEST_SEED", random.randrange(2 ** 32)))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        self.start_up()
        last, worker = 0, self.worker_pid()
        for _ in range(5):
            publisher = threading.Thread(target=self.publish, args=(last + 1, last + 2000))
            publisher.start()
            last += 2000
            moment = chance.randrange(2000)  # by rows, so that the seed says more than a time would
            self.assertTrue(eventually(lambda: len(self.rows()) >= last - 2000 + moment, 20))
            kill(worker)
            publisher.join()
            self.assertTrue(eventually(lambda: self.worker_pid() not in (0, worker), 20))
            worker = self.worker_pid()
        self.assert_stored(last)

    def test_a_worker_that_is_killed_is_started_again_and_stores_nothing_twice(self):
        self.start_up()
        self.publish(1, 50)
        self.assertTrue(eventually(lambda: len(self.rows()) == 50))
        worker = self.worker_pid()
        kill(worker)
        self.assertTrue(eventually(lambda: self.worker_pid() not in (0, worker)))
        self.publish(40, 100)
        self.assertTrue(eventually(lambda: len(self.rows()) == 100))
        self.assertEqual(self.rows(), [f"text {number}" for number in range(1, 101)])

    def test_the_trace_shows_when_a_message_is_stored(self):
        self.start_up()
        trace = self.succeed("pub", f"chat.{ROOM}", payload(1), "--actor", PERSON, "--trace").decode()
        self.assertRegex(trace, r"persistence +stored in the database")


if __name__ == "__main__":
    unittest.main()
