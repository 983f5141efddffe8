"""What people were told is stored is in the database, however the processes end."""

import json
import os
import random
import signal
import sqlite3
import threading
import unittest

from harness import SystemTest, eventually, json_lines, kill

ROOM = "0199a1b2-0000-7000-8000-00000000000a"
PERSON = "0199a1b2-0000-7000-8000-000000000001"


def payload(number, room=0):
    return json.dumps({"kind": "text", "id": f"00000000-0000-7000-8{room:03d}-{number:012d}", "client_id": f"c{number}",
                       "text": f"text {number}"})


def texts(last):
    return [f"text {number}" for number in range(1, last + 1)]


class PersistenceTest(SystemTest):
    components = ("persistence",)

    def publish(self, first, last, room=ROOM, number=0):
        lines = "".join(payload(each, number) + "\n" for each in range(first, last + 1))
        self.succeed("pub", f"chat.{room}", "--lines", "--actor", PERSON, stdin=lines.encode())

    def connect(self):
        """To the database; closed when the test ends."""
        database = sqlite3.connect(self.folder / "data" / "fanfare.db", isolation_level=None, timeout=10)
        self.addCleanup(database.close)
        return database

    def rows(self, room=ROOM):
        database = sqlite3.connect(self.folder / "data" / "fanfare.db")
        try:
            return [text for text, in database.execute(
                "SELECT text FROM message WHERE conversation_id = ? ORDER BY epoch, sequence", (room,))]
        finally:
            database.close()

    def workers(self):
        """The processes of those that are ready, by name."""
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return {row["name"]: row["pid"] for row in rows
                if row["name"].startswith("persistence") and row["state"] == "ready"}

    def dead_letters(self):
        return json_lines(self.succeed("sub", "$dead.>", "--from", "all", "--json", "--until-caught-up").decode())


class Persistence(PersistenceTest):
    def setUp(self):
        super().setUp()
        self.environment["FANFARE_WORKERS_PERSISTENCE_REPLICAS"] = "1"

    def worker_pid(self):
        return self.workers().get("persistence", 0)

    def start_up_with(self, *components):
        self.environment["FANFARE_WORKERS_PERSISTENCE_ENABLED"] = "true" if "persistence" in components else "false"
        return self.start_up()

    def stop(self, up):
        up.process.send_signal(signal.SIGTERM)
        self.assertEqual(up.ends(), 0, up.stderr)

    def assert_stored(self, last):
        """Texts 1 to `last`, each once, in their order."""
        self.assertTrue(eventually(lambda: len(self.rows()) >= last, 20), f"{len(self.rows())} rows of {last}")
        self.assertEqual(self.rows(), texts(last))

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
        self.assertEqual(self.rows(), texts(100))

    def test_the_trace_shows_when_a_message_is_stored(self):
        self.start_up()
        trace = self.succeed("pub", f"chat.{ROOM}", payload(1), "--actor", PERSON, "--trace").decode()
        self.assertRegex(trace, r"persistence +stored in the database")


class Replicas(PersistenceTest):
    rooms = [f"0199a1b2-0000-7000-8000-00000000000{letter}" for letter in "abcdef"]

    def start_with(self, replicas):
        self.environment["FANFARE_WORKERS_PERSISTENCE_REPLICAS"] = str(replicas)
        up = self.start_up()
        database = self.connect()
        database.execute("INSERT OR IGNORE INTO person (id, username, username_key, username_skeleton, display_name, "
                         "display_key, created_at) VALUES (?, 'ann', 'ann', 'ann', 'Ann', 'ann', 0)", (PERSON,))
        for room in self.rooms:
            database.execute("INSERT INTO conversation (id, kind, created_at) VALUES (?, 'room', 0)", (room,))
            database.execute("INSERT INTO member VALUES (?, ?, 0, 'owner')", (room, PERSON))
        return up

    def page(self, request):
        """None while nobody answers, as right after a kill."""
        done = self.run_fanfare("request", "history.list", json.dumps(request), "--actor", PERSON)
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
        if "error" in answer:
            self.assertEqual(answer["error"]["code"], "unavailable")
        return answer.get("ok")

    def history(self, room):
        """All texts, page by page, oldest first."""
        found, request = [], {"conversation": room, "limit": 100}
        while True:
            page = eventually(lambda: self.page(request), 30)
            self.assertTrue(page, "nobody answers for the history")
            found = [message["text"] for message in reversed(page["messages"])] + found
            if page["next"] is None:
                return found
            request["before"] = page["next"]

    def talk(self, number, chunks, failures):
        """In a room: what was acknowledged is the history, whenever that is asked for."""
        try:
            for last in range(100, 100 * chunks + 1, 100):
                self.publish(last - 99, last, self.rooms[number], number)
                self.assertEqual(self.history(self.rooms[number]), texts(last))
        except BaseException as failure:  # of a thread; told by who joins it
            failures.append(failure)

    def assert_all_stored(self, last, seconds=30):
        for room in self.rooms:
            self.assertTrue(eventually(lambda room=room: len(self.rows(room)) >= last, seconds),
                            f"{len(self.rows(room))} rows of {last}")
            self.assertEqual(self.rows(room), texts(last))
        self.assertEqual(self.dead_letters(), [])

    def killed_in_turn(self, replicas, chunks):
        seed = int(os.environ.get("FANFARE_TEST_SEED", random.randrange(2 ** 32)))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        self.start_with(replicas)
        failures, kills = [], 0
        rooms = [threading.Thread(target=self.talk, args=(number, chunks, failures)) for number in range(len(self.rooms))]
        for room in rooms:
            room.start()
        try:
            while any(room.is_alive() for room in rooms):
                rows = sum(len(self.rows(room)) for room in self.rooms)
                ahead = chance.randrange(300)
                eventually(lambda: sum(len(self.rows(room)) for room in self.rooms) >= rows + ahead
                           or not any(room.is_alive() for room in rooms), 5)
                victims = sorted(self.workers().items())
                if victims:
                    kill(victims[kills % len(victims)][1])
                    kills += 1
        finally:
            for room in rooms:
                room.join()
        self.assertEqual(failures, [])
        self.assert_all_stored(100 * chunks)
        print(f"{kills} kills", flush=True)

    def test_two_share_the_work_and_killed_in_turn_they_keep_the_history_exact(self):
        self.killed_in_turn(2, 3)

    def test_four_share_the_work_and_killed_in_turn_they_keep_the_history_exact(self):
        self.killed_in_turn(4, 2)

    def test_a_database_that_is_away_for_long_is_a_pause_also_when_the_broker_is_killed_meanwhile(self):
        self.start_with(2)
        for number, room in enumerate(self.rooms):
            self.publish(1, 100, room, number)
        self.assert_all_stored(100)
        database = self.connect()
        database.execute("BEGIN IMMEDIATE")
        for number, room in enumerate(self.rooms):
            self.publish(101, 300, room, number)
        threading.Event().wait(15)  # more than the group's ack_wait, as the test is about
        broker = self.broker_pid()
        kill(broker)
        self.assertTrue(eventually(lambda: self.broker_pid() not in (0, broker), 30))
        for number, room in enumerate(self.rooms):
            self.publish(301, 400, room, number)
        threading.Event().wait(12)
        self.assertEqual([len(self.rows(room)) for room in self.rooms], [100] * len(self.rooms))
        self.assertEqual(self.history(self.rooms[0]), texts(400))
        database.execute("ROLLBACK")
        self.assert_all_stored(400)

    def test_one_that_stands_still_loses_its_work_to_the_others_and_changes_nothing_when_it_goes_on(self):
        self.start_with(2)
        still = self.workers()["persistence-1"]
        os.kill(still, signal.SIGSTOP)
        try:
            for number, room in enumerate(self.rooms):
                self.publish(1, 100, room, number)
            self.assert_all_stored(100, 40)
        finally:
            os.kill(still, signal.SIGCONT)
        for number, room in enumerate(self.rooms):
            self.publish(101, 200, room, number)
        self.assert_all_stored(200)


if __name__ == "__main__":
    unittest.main()
