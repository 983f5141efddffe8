"""Replicas come and go while messages flow: what was acknowledged is in the database once, and nothing failed for it.

On SQLite; with FANFARE_DATABASE_URL in the environment on that PostgreSQL, whose database has to be empty.
"""

import json
import os
import sqlite3
import subprocess
import threading
import unittest

from harness import SLOWNESS, SystemTest, eventually, json_lines

PERSON = "0199a1b2-0000-7000-8000-000000000001"
ROOMS = [f"0199a1b2-0000-7000-8000-0000000000{number:02x}" for number in range(12)]
QUERY = "SELECT conversation_id, text FROM message ORDER BY epoch, sequence"


class Publisher(threading.Thread):
    """Sends numbered messages to one room until it is told to stop; `last` is acknowledged."""

    BATCH = 100

    def __init__(self, test, number):
        super().__init__()
        self.test, self.number, self.last, self.is_done, self.error = test, number, 0, threading.Event(), None
        self.start()

    def payload(self, number):
        return json.dumps({"kind": "text", "id": f"00000000-0000-7000-8{self.number:03d}-{number:012d}",
                           "client_id": f"c{number}", "text": f"text {number}"})

    def run(self):
        try:
            while not self.is_done.is_set():
                lines = "".join(self.payload(self.last + step + 1) + "\n" for step in range(self.BATCH))
                self.test.succeed("pub", f"chat.{ROOMS[self.number]}", "--lines", "--actor", PERSON, stdin=lines.encode())
                self.last += self.BATCH
        except Exception as error:  # told to the test's own thread
            self.error = error


class Scale(SystemTest):
    components = ("persistence",)
    url = os.environ.get("FANFARE_DATABASE_URL", "")

    def setUp(self):
        super().setUp()
        self.environment |= {"FANFARE_WORKERS_PERSISTENCE_REPLICAS": "1", "FANFARE_METRICS_INTERVAL": "100ms",
                             "FANFARE_LIMITS_DRAIN": "9s",  # on a machine that is busy, too, who stops may write all it has
                             "FANFARE_DATABASE_URL": self.url}

    def rows(self):
        """Texts of each room in the order of their positions."""
        if self.url:
            done = subprocess.run(["psql", "-At", "-F", "|", self.url, "-c", QUERY], capture_output=True, check=True, text=True)
            rows = [line.split("|", 1) for line in done.stdout.splitlines()]
        else:
            database = sqlite3.connect(self.folder / "data" / "fanfare.db")
            rows = database.execute(QUERY).fetchall()
            database.close()
        return {room: [text for of, text in rows if of == room] for room in {of for of, _ in rows}}

    def status(self):
        return json.loads(self.succeed("status", "--json"))

    def lag(self):
        return next(row["lag"] for row in self.status()["groups"] if row["group"] == "persistence")

    def scale(self, replicas):
        """The processes then, once all that run are ready and those that were too many have ended."""
        self.succeed("scale", f"persistence={replicas}")
        waited = self.run_fanfare("status", "--wait", f"{10 * SLOWNESS}s", "--json")
        self.assertEqual(waited.returncode, 0, waited.stderr)
        return [row for row in json.loads(waited.stdout)["processes"] if row["component"] == "persistence"]

    def figures(self, component, family):
        """The newest value of the family for each process of the component, all its samples together, by its pid."""
        newest = {}
        for message in json_lines(bytes(self.metrics.stdout).decode().rpartition("\n")[0]):
            _, _, of, instance = message["topic"].split(".")
            families = {one["name"]: one["samples"] for one in json.loads(message["payload"])["families"]}
            if of == component and family in families:
                chosen = [sample for sample in families[family] if sample.get("labels", {}).get("group") in (None, "persistence")]
                newest[int(instance.rpartition("-")[2])] = sum(sample["value"] for sample in chosen)
        return newest

    def test_replicas_come_and_go_under_load_and_the_database_is_exact(self):
        self.start_up()
        self.metrics = self.start_sub("$sys.metrics.*.*", "--json")
        publishers = [Publisher(self, number) for number in range(len(ROOMS))]
        self.addCleanup(lambda: [one.is_done.set() for one in publishers])
        first = self.scale(1)[0]
        for replicas in (4, 2, 4, 1):
            processes = self.scale(replicas)
            self.assertEqual([row["replica"] for row in processes], list(range(1, replicas + 1)))
            self.assertEqual(processes[0]["pid"], first["pid"], "the first one never stops")
            pids = {row["pid"] for row in processes}
            busy = lambda: {pid for pid, count in self.figures("persistence", "fanfare_persistence_stored_total").items() if count > 0}
            self.assertTrue(eventually(lambda: pids <= busy(), 20), f"{pids} share the work, {busy()} did")
        for one in publishers:
            one.is_done.set()
        for one in publishers:
            one.join()
            self.assertIsNone(one.error)
        self.assertTrue(eventually(lambda: self.lag() == 0, 60), self.lag())
        expected = {ROOMS[one.number]: [f"text {number}" for number in range(1, one.last + 1)] for one in publishers}
        rows = self.rows()
        self.assertEqual({room: len(texts) for room, texts in rows.items()}, {room: len(texts) for room, texts in expected.items()})
        self.assertTrue(rows == expected, "each once and in order")
        self.assertEqual([(row["restarts"], row["state"]) for row in self.status()["processes"]], [(0, "ready")] * 2)
        self.check_figures(sum(len(texts) for texts in expected.values()))

    def check_figures(self, messages):
        total = lambda component, family: sum(self.figures(component, f"fanfare_{component}_{family}").values())
        self.assertTrue(eventually(lambda: total("broker", "group_acknowledged_total") == messages), messages)
        self.assertEqual(total("broker", "group_failures_total"), 0)
        self.assertEqual(total("broker", "group_dead_lettered_total"), 0)
        self.assertEqual(total("persistence", "repeated_total"), 0, "what was written is not delivered again")
        self.assertEqual(total("broker", "group_redelivered_total"), 0, "who is stopped writes what it was handed")
        print(f"{messages} messages, each handed out once")


if __name__ == "__main__":
    unittest.main()
