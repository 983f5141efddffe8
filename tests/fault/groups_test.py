"""Three members of a group, stopped, cut off and killed while messages flow: each message is handled at least once, those
of a topic in their order, and none ends in the dead letters."""

import json
import os
import random
import signal
import tempfile
import threading
import time
import unittest

from gate import Gate
from programs import BIN, SLOWNESS, Lines, Programs, eventually

TOPICS = [f"chat.topic{number}" for number in range(8)]
EACH = 100  # messages of a topic at least; more come as long as faults do


class Member(Lines):
    """`fanfare join`; notes when each line came."""

    def __init__(self, programs, port, *arguments):
        self.times = []
        super().__init__([BIN / "fanfare", "join", "work", "chat.>", "--order", "key", "--json", *arguments,
                          "--server", f"tcp://127.0.0.1:{port}"], programs)

    def _read(self):
        for line in self.process.stdout:
            self.times.append(time.monotonic())
            self.lines.append(json.loads(line))


class Groups(unittest.TestCase):
    def setUp(self):
        self.seed = int(os.environ.get("FANFARE_TEST_SEED", random.randrange(2 ** 32)))
        print(f"seed {self.seed}", flush=True)
        self.random = random.Random(self.seed)
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        self.programs = Programs(folder.name, names=("broker",))
        self.addCleanup(self.programs.stop)
        self.assertTrue(eventually(self._answers))
        self.members, self.feeders, self.pubs = [], [], []
        self.told = []  # messages each feeder has given
        self.over = threading.Event()  # no more faults come
        self.addCleanup(self.over.set)

    def _answers(self):
        try:
            return self.programs.fanfare("status", "--json")
        except AssertionError:
            return None

    def join(self, *arguments, port=None):
        member = Member(self.programs, port or self.programs.ports["broker"], "--ack-wait", "4s",
                        "--back-off", "100ms,1s", *arguments)
        self.addCleanup(member.kill)
        self.members.append(member)
        return member

    def publish(self):
        """All topics at once, each in its order and some hundred at a time, for as long as faults come."""
        for topic in TOPICS:
            pub = Lines([BIN / "fanfare", "pub", topic, "--lines", "--json"], self.programs)
            self.addCleanup(pub.kill)
            feeder = threading.Thread(target=self._feed, args=(pub,))
            feeder.start()
            self.pubs.append(pub)
            self.feeders.append(feeder)

    def _feed(self, pub):
        number = 0
        while number < EACH or not self.over.is_set():
            pub.tell(f"{number}\n")
            eventually(lambda number=number: len(pub.lines) > number - 20 or pub.process.poll() is not None, 60)
            self.over.wait(0.01)
            number += 1
        self.told.append(number)

    def handled(self):
        return sum(len(member.lines) for member in self.members)

    def grows(self, by=50):
        """Some more messages have been handled."""
        before = self.handled()
        self.assertTrue(eventually(lambda: self.handled() >= before + by, 30), f"stands at {before}")

    def acknowledged(self):
        return {(ack["epoch"], ack["sequence"]) for pub in self.pubs for ack in pub.lines}

    def check(self):
        self.over.set()
        for feeder in self.feeders:
            feeder.join()
        for pub in self.pubs:
            self.assertEqual(pub.ends(60), 0, pub.error_text())
        published = self.acknowledged()
        self.assertEqual(len(published), sum(self.told))

        def positions():
            return {(line["epoch"], line["sequence"]) for member in self.members for line in list(member.lines)}
        self.assertTrue(eventually(lambda: positions() >= published, 60),
                        f"{len(published - positions())} were not handled")
        self.assertEqual(positions(), published)
        self._check_order()
        dead = self.programs.fanfare("sub", "$dead.>", "--from", "all", "--json", "--until-caught-up")
        self.assertEqual(dead, b"")

    def _check_order(self):
        """A message is begun before those behind it. Within a member that is exact, between processes as well as it can be
        told."""
        first, handlers = {}, {}
        for member in self.members:
            for at, line in zip(member.times, member.lines):
                key = (line["topic"], line["sequence"])
                first[key] = min(first.get(key, at), at)
                handlers.setdefault(key, set()).add(member)
        for member in self.members:
            highest, seen = {}, set()
            for line in member.lines:
                key = topic, sequence = (line["topic"], line["sequence"])
                if sequence < highest.get(topic, 0):
                    self.assertTrue(key in seen or len(handlers[key]) > 1, f"{key} was overtaken")
                seen.add(key)
                highest[topic] = max(highest.get(topic, 0), sequence)
        for topic in TOPICS:
            times = [at for (name, _), at in sorted(first.items()) if name == topic]
            for before, behind in zip(times, times[1:]):
                self.assertLess(before, behind + 0.5 * SLOWNESS, f"{topic}: overtaken")

    def test_members_that_stand_still_and_go_on(self):
        for _ in range(3):
            self.join()
        self.publish()
        for _ in range(2):
            self.grows()
            victim = self.random.choice(self.members)
            victim.process.send_signal(signal.SIGSTOP)
            try:
                self.grows()
                threading.Event().wait(5)  # longer than its lease
            finally:
                victim.process.send_signal(signal.SIGCONT)
        self.check()

    def test_a_broker_that_is_killed_while_three_work(self):
        for _ in range(3):
            self.join()
        self.publish()
        for _ in range(4):
            self.grows()
            self.programs.kill("broker")
            self.programs.start("broker")
        self.check()

    def test_a_member_that_is_cut_off_and_comes_back(self):
        gate = Gate(self.programs.ports["broker"])
        self.addCleanup(gate.close)
        self.join(port=gate.port)
        self.join()
        self.join()
        self.publish()
        for _ in range(5):
            self.grows()
            gate.cut()
        self.check()
        self.assertGreater(len(self.members[0].lines), 0)

    def test_a_member_that_is_gone_with_what_it_had(self):
        for _ in range(2):
            self.join()
        self.publish()
        for _ in range(3):
            stuck = self.join("--exec", "sleep 1000")
            self.grows(100)
            stuck.process.kill()
            self.grows(100)
        self.check()

    def test_members_and_the_broker_killed_together(self):
        for _ in range(3):
            self.join()
        self.publish()
        for _ in range(4):
            self.grows()
            victim = self.random.choice([member for member in self.members if member.process.poll() is None])
            victim.process.kill()
            self.programs.kill("broker")
            self.programs.start("broker")
            self.join()
        self.check()


if __name__ == "__main__":
    unittest.main()
