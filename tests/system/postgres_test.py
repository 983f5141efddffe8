"""The whole system on PostgreSQL: the same chat as on SQLite, behind PgBouncer too, and what an outage does to it."""

import collections
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from chat_test import ChatTest, Person
from harness import BIN, SLOWNESS, eventually

sys.path.insert(0, str(pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests" / "support"))

from pgbouncer import PgBouncer  # noqa: E402
from postgres import PostgresServer  # noqa: E402

PASSWORD = "correct horse"


class PostgresTest(ChatTest):
    @classmethod
    def setUpClass(cls):
        cls.server = PostgresServer()
        cls.addClassCleanup(cls.server.close)
        cls.count = 0

    def setUp(self):
        super().setUp()
        type(self).count += 1
        self.database = f"fanfare_{self.count}"
        self.environment["FANFARE_DATABASE_URL"] = self.server.create(self.database)

    def value(self, sql):
        return self.server.query(sql, self.database)[0]

    def workers(self):
        """The processes of the workers, by name."""
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return {row["name"]: row["pid"] for row in rows if row["name"].startswith(("accounts", "persistence"))}

    def dead_letters(self):
        return json.loads(self.succeed("dead", "ls", "persistence", "--json"))["dead_letters"]

    def page(self, person, conversation, query):
        return person.history(conversation, query=query)

    def whole(self, person, conversation):
        """All texts, page by page, oldest first."""
        texts, query = [], "?limit=100"
        while True:
            page = self.page(person, conversation, query)
            texts = [message["text"] for message in reversed(page["messages"])] + texts
            if page["next"] is None:
                return texts
            query = f"?limit=100&before={page['next']}"


class OnPostgres(PostgresTest):
    def chat(self):
        """People come, talk and come back; the history is what they said."""
        self.start_up()
        ann, bob = Person(self, "ann"), Person(self, "bob")
        tokens = self.ask("POST", "/api/v1/sessions", {"username": "ANN", "password": PASSWORD}, expect=201)
        refresh = {"refresh_token": tokens["refresh_token"]}
        ann.token = self.ask("POST", "/api/v1/sessions/refresh", refresh)["access_token"]
        direct = ann.create("direct", bob)
        room = bob.create("room", ann, title="'; DROP TABLE person; -- \u202e\U0001F600")
        expected = []
        for number in range(20):
            expected.append(f"{number} '); DELETE FROM message; -- \u202e\U0001F468\u200d\U0001F469")
            (ann if number % 2 else bob).send(direct, expected[-1])
        self.assertEqual(self.whole(bob, direct), expected)
        self.assertTrue(eventually(lambda: self.value("SELECT count(*) FROM message") == "20", 20))
        self.assertEqual(self.whole(ann, direct), expected)
        listed = ann.ask("GET", "/api/v1/conversations")["conversations"]
        self.assertEqual({item["id"] for item in listed}, {direct, room})
        self.assertIn("'; DROP TABLE person; -- \u202e\U0001F600", {item.get("title") for item in listed})
        self.assertEqual(self.dead_letters(), [])

    def test_the_chat_is_as_on_sqlite(self):
        self.chat()
        self.assertFalse((self.folder / "data" / "fanfare.db").exists())
        status = json.loads(self.succeed("migrate", "--status", "--json"))["migrations"]
        self.assertTrue(all(row["applied_at"] for row in status), status)

    def test_it_is_so_behind_a_pgbouncer_that_migrations_go_past(self):
        with PgBouncer(self.server.port) as bouncer:
            self.environment["FANFARE_DATABASE_MIGRATE_URL"] = self.environment["FANFARE_DATABASE_URL"]
            self.environment["FANFARE_DATABASE_URL"] = bouncer.url(self.database)
            self.chat()

    def test_of_many_workers_that_start_at_once_one_applies_each_migration(self):
        running = [subprocess.Popen([BIN / "fanfare", "migrate", "--json"], cwd=self.folder, env=self.environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
        applied = []
        for process in running:
            with process:
                stdout, stderr = process.communicate(timeout=20 * SLOWNESS)
                self.assertEqual(process.returncode, 0, stderr)
                applied += [row["number"] for row in json.loads(stdout)["migrations"]]
        self.assertEqual([str(number) for number in sorted(applied)],
                         self.server.query("SELECT number FROM schema_migration ORDER BY number", self.database))

    def test_a_worker_that_finds_no_database_ends_with_a_line_that_says_what_to_look_at(self):
        self.environment["FANFARE_DATABASE_URL"] = "postgresql://fanfare:secret@127.0.0.1:1/fanfare"
        for name in ("fanfare-accounts", "fanfare-persistence"):
            done = subprocess.run([BIN / name], cwd=self.folder, env=self.environment, capture_output=True,
                                  timeout=20 * SLOWNESS, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"fanfare@127.0.0.1:1/fanfare", done.stderr)
            self.assertIn(b"look whether it runs", done.stderr)
            self.assertNotIn(b"secret", done.stderr)


class Outage(PostgresTest):
    ANSWER = 8 * SLOWNESS  # seconds that a request may take whatever the database does

    def setUp(self):
        super().setUp()
        self.is_over = threading.Event()
        self.failures, self.slowest, self.refusals = [], 0.0, collections.Counter()
        self.lock = threading.Lock()

    def try_in_time(self, what, person, method, path, body=None):
        """The answer; None if it was refused as something that may work later. Either in time."""
        began = time.monotonic()
        status, answer = self.try_to_ask(method, path, body, Authorization=f"Bearer {person.token}")
        took = time.monotonic() - began
        with self.lock:
            self.slowest = max(self.slowest, took)
            self.refusals[what] += status >= 400
        self.assertLess(took, self.ANSWER, path)
        if status < 300:
            return answer
        self.assertEqual(status, 503, answer)
        self.assertIn(answer["code"], ("unavailable", "outcome_unknown"))
        self.is_over.wait(0.1)  # nobody may ask too often
        return None

    def until_over(self, work):
        """A thread that does it again and again."""
        def run():
            try:
                while not self.is_over.wait(0.1):  # people, no benchmark
                    work()
            except BaseException as failure:  # of a thread; told by who joins it
                self.failures.append(failure)
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def send(self, person, conversation, number):
        return self.try_in_time("send", person, "POST", f"/api/v1/conversations/{conversation}/messages",
                                {"text": f"{person.id[-4:]} {number}", "id": f"c{number}"})

    def list(self, person):
        return self.try_in_time("list", person, "GET", "/api/v1/conversations")

    def create(self, person):
        return self.try_in_time("create", person, "POST", "/api/v1/conversations",
                                {"kind": "room", "title": "r", "members": []})

    def read(self, person, conversation, query="?limit=5"):
        return self.try_in_time("read", person, "GET", f"/api/v1/conversations/{conversation}/messages{query}")

    def page(self, person, conversation, query):
        return eventually(lambda: self.read(person, conversation, query))

    def talk(self, person, conversation, said):
        """Says the next thing until it is acknowledged, with the same id."""
        self.assertTrue(eventually(lambda: self.send(person, conversation, len(said)), 60))
        said.append(f"{person.id[-4:]} {len(said)}")

    def outages(self):
        self.server.stop()
        yield "stopped"
        self.server.start()
        yield None
        self.server.kill()
        yield "killed"
        self.server.start()
        yield None
        self.server.freeze()
        yield "frozen"
        self.server.thaw()
        yield None

    def assert_refused(self, outage):
        """Everybody who needs the database hears that it is away, and so does whoever comes later."""
        before = self.refusals.copy()
        heard = lambda what: self.refusals[what] >= before[what] + 2
        self.assertTrue(eventually(lambda: self.failures or all(map(heard, ("list", "create", "read"))), 30), outage)

    def assert_all_works(self, person, conversation):
        for work in (self.list, self.create, lambda person: self.read(person, conversation)):
            self.assertTrue(eventually(lambda work=work: self.failures or work(person), 20))

    def test_is_a_pause_for_people_who_chat_and_needs_nobody_to_do_anything(self):
        self.start_up()
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        before = self.workers()
        said = {ann: [], bob: []}
        threads = [self.until_over(lambda person=person: self.talk(person, direct, said[person])) for person in said]
        threads += [self.until_over(work) for work in (
            lambda: self.list(ann), lambda: self.list(bob), lambda: self.create(bob), lambda: self.read(ann, direct))]
        try:
            for outage in self.outages():
                if outage:
                    self.assert_refused(outage)
                else:
                    self.assert_all_works(ann, direct)
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.failures, [])
        expected = sorted(said[ann] + said[bob])
        self.assertEqual(sorted(self.whole(ann, direct)), expected)
        stored = "SELECT text FROM message ORDER BY text COLLATE \"C\""
        self.assertTrue(eventually(lambda: self.server.query(stored, self.database) == expected, 30))
        self.assertEqual(self.workers(), before)
        self.assertEqual(self.dead_letters(), [])
        print(f"{len(expected)} messages, {dict(self.refusals)} refused, slowest answer {self.slowest:.1f} s", flush=True)


if __name__ == "__main__":
    unittest.main()
