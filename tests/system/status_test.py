"""What `fanfare status` shows of the system, to people and to scripts."""

import json
import unittest

from harness import SystemTest, eventually

WIDTH = 100


class Status(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()

    def status(self):
        return json.loads(self.succeed("status", "--json"))

    def text(self):
        return self.succeed("status").decode()

    def test_scripts_find_every_part_of_the_system(self):
        join = self.start("join", "work", "chat.>", "--order", "key")
        self.assertTrue(join.says("joined"), join.stderr)
        self.succeed("pub", "chat.t", "hi")
        self.assertTrue(eventually(lambda: self.status()["groups"][0]["lag"] == 0))
        status = self.status()
        self.assertEqual(list(status), ["broker", "processes", "streams", "groups", "sessions"])
        broker = status["broker"]
        self.assertEqual((broker["address"], broker["state"], broker["messages_published"]), (self.address, "ready", 1))
        for key in ("version", "uptime_seconds", "sessions"):
            self.assertIn(key, broker)
        streams = {row["stream"]: row for row in status["streams"]}
        self.assertEqual((streams["chat"]["head"], streams["chat"]["uncommitted_bytes"]), (1, 0))
        self.assertEqual([(row["group"], row["members"], row["state"]) for row in status["groups"]], [("work", 1, "ok")])
        sessions = {row["name"]: row for row in status["sessions"]}
        for key in ("subscriptions", "waiting_bytes", "dropped"):
            self.assertEqual(type(sessions["fanfare-join"][key]), int, key)

    def test_people_see_it_within_a_hundred_columns(self):
        for group in ("work", "a-group-of-usual-length"):
            join = self.start("join", group, "chat.>", "--order", "exclusive")
            self.assertTrue(join.says("joined"), join.stderr)
        self.succeed("pub", "chat.t", "--lines", stdin=b"x\n" * 5000)
        self.assertTrue(eventually(lambda: all(row["lag"] == 0 for row in self.status()["groups"]), 20))
        text = self.text()
        for header in ("PROCESS ", "STREAM ", "GROUP ", "SESSION "):
            self.assertEqual(text.count(f"\n{header}"), 1, text)
        self.assertRegex(text, r"(?m)^chat +ok +5000 +\S+ \S+ +5000 +\d+s ago +\S+ \S+ +-$")
        self.assertRegex(text, r"(?m)^work +ok +\d+ ")
        self.assertLessEqual(max(len(line) for line in text.splitlines()), WIDTH, text)

    def test_what_there_is_none_of_is_left_out(self):
        text = self.text()
        self.assertNotIn("GROUP", text)
        self.assertEqual(self.status()["groups"], [])

    def test_without_a_broker_it_says_so_in_time(self):
        done = self.run_fanfare("status", "--server", "ipc://nobody", seconds=5)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn("no broker at ipc://nobody – start one with `fanfare up`".encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
