"""The history has what was acknowledged, whatever the database has got of it: over HTTP, as the chat page reads it."""

import sqlite3
import unittest

from chat_test import ChatTest, Person
from harness import eventually


class History(ChatTest):
    def connect(self):
        """To the database; nothing waits for this one, and it waits for nobody but a moment."""
        database = sqlite3.connect(self.folder / "data" / "fanfare.db", isolation_level=None, timeout=10)
        self.addCleanup(database.close)
        return database

    def whole(self, person, conversation, limit):
        """All texts, page by page, oldest first."""
        texts, query = [], f"?limit={limit}"
        while True:
            page = person.history(conversation, query=query)
            texts = [message["text"] for message in reversed(page["messages"])] + texts
            if page["next"] is None:
                return texts
            query = f"?limit={limit}&before={page['next']}"

    def check_around(self, person, conversation, expected):
        """Each message is in the middle of the page around it, and from there all others are reached."""
        every = list(reversed(person.history(conversation)["messages"]))
        for number in (0, 4, 5, 30, len(expected) - 1):
            position = f"{every[number]['epoch']}-{every[number]['sequence']}"
            page = person.history(conversation, query=f"?limit=7&around={position}")
            texts = [message["text"] for message in reversed(page["messages"])]
            self.assertEqual(texts, expected[max(0, number - 3) : number + 4])
            self.assertEqual(page["next"] is None, number <= 3)
            self.assertEqual(page["previous"] is None, number + 4 >= len(expected))
            if page["previous"] is not None:
                newer = person.history(conversation, query=f"?limit=100&after={page['previous']}")
                self.assertEqual([message["text"] for message in newer["messages"]], expected[number + 4 :])

    def found(self, person, query):
        """All texts that are found, page by page."""
        texts, cursor = [], ""
        while True:
            page = person.ask("GET", f"/api/v1/search?query={query}&limit=15{cursor}")
            texts += [result["text"] for result in page["results"]]
            if page["next"] is None:
                return texts
            cursor = f"&cursor={page['next']}"

    def begin(self):
        ann, bob = Person(self, "ann"), Person(self, "bob")
        return ann, bob, ann.create("direct", bob)

    def test_a_message_is_there_as_soon_as_it_was_acknowledged(self):
        self.environment["FANFARE_WORKERS_PERSISTENCE_LINGER"] = "1s"
        self.start_up()
        ann, bob, direct = self.begin()
        for number in range(20):
            sent = ann.send(direct, f"text {number}")
            newest = bob.history(direct, query="?limit=1")
            self.assertEqual(newest["messages"][0]["id"], sent["id"])
            self.assertEqual(newest["messages"][0]["from"]["username"], "ann")
            epoch, _, sequence = newest["resume"].rpartition("-")
            self.assertEqual(epoch, sent["epoch"])
            self.assertGreaterEqual(int(sequence), sent["sequence"])  # the stream has more than this conversation

    def test_it_is_whole_while_the_database_takes_nothing_and_stays_so_when_that_has_caught_up(self):
        self.start_up()
        ann, bob, direct = self.begin()
        expected = [f"before {number}" for number in range(5)]
        for text in expected:
            ann.send(direct, text)
        database = self.connect()
        rows = "SELECT count(*) FROM message"
        self.assertTrue(eventually(lambda: database.execute(rows).fetchone()[0] == 5))
        database.execute("BEGIN IMMEDIATE")
        for number in range(40):
            expected.append(f"meanwhile {number}")
            (ann if number % 2 else bob).send(direct, expected[-1])
            if number % 10 == 9:
                self.assertEqual(self.whole(bob, direct, 7), expected)
        self.assertEqual(database.execute(rows).fetchone()[0], 5)
        resume = ann.history(direct)["resume"]
        self.check_around(bob, direct, expected)
        self.assertEqual(self.found(bob, "meanwhile"), [])
        self.assertCountEqual(self.found(bob, "BEFORE"), expected[:5])
        database.execute("ROLLBACK")
        self.assertTrue(eventually(lambda: database.execute(rows).fetchone()[0] == len(expected), 20))
        self.assertEqual(self.whole(bob, direct, 7), expected)
        self.check_around(bob, direct, expected)
        self.assertCountEqual(self.found(bob, "meanwhile"), expected[5:])
        self.assertEqual(self.found(Person(self, "eve"), "meanwhile"), [])
        self.assertEqual(ann.history(direct, query=f"?after={resume}")["messages"], [])

    def test_what_was_sent_while_no_worker_ran_is_there_when_one_runs_again(self):
        up = self.start_up()
        ann, bob, direct = self.begin()
        ann.send(direct, "first")
        up.process.terminate()
        self.assertEqual(up.ends(), 0, up.stderr)
        self.environment["FANFARE_WORKERS_PERSISTENCE_ENABLED"] = "false"
        up = self.start_up()
        expected = ["first"] + [f"alone {number}" for number in range(20)]
        for text in expected[1:]:
            bob.send(direct, text)
        self.assertEqual(ann.history(direct, expect=503)["code"], "unavailable")
        up.process.terminate()
        self.assertEqual(up.ends(), 0, up.stderr)
        self.environment["FANFARE_WORKERS_PERSISTENCE_ENABLED"] = "true"
        self.start_up()
        self.assertEqual(ann.texts(direct), expected)


if __name__ == "__main__":
    unittest.main()
