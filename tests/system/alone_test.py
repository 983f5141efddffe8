"""Each component started by itself, as a process manager does it: in any order, told of readiness, life and reloads."""

import os
import random
import signal
import socket
import subprocess
import unittest

from chat_test import ChatTest, Person
from harness import BIN, SLOWNESS, eventually

NAMES = ["broker", "accounts", "persistence", "http", "websocket"]


class Unit:
    """A component as systemd runs it: with a NOTIFY_SOCKET, watched, and without `fanfare up`."""

    def __init__(self, test, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        path = test.folder / f"{name}.notify"
        self.socket.bind(str(path))
        test.addCleanup(self.socket.close)
        self.messages = []
        settings = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": str(400_000 * SLOWNESS)}
        with open(test.folder / f"{name}.log", "wb") as log:
            self.process = subprocess.Popen([BIN / f"fanfare-{name}", "-c", "fanfare.yaml"], cwd=test.folder,
                                            env=test.environment | settings, stdout=log, stderr=log)
        test.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def told(self, word):
        """How often its manager was told this by now."""
        try:
            while True:
                self.messages.append(self.socket.recv(1024).decode())
        except BlockingIOError:
            return sum(word in message.split("\n") for message in self.messages)


class Alone(ChatTest):
    components = ("accounts", "persistence", "http", "websocket")

    def test_they_find_each_other_in_any_order_and_people_chat(self):
        seed = int(os.environ.get("FANFARE_TEST_SEED", random.randrange(2 ** 32)))
        print(f"seed {seed}", flush=True)
        order = random.Random(seed).sample(NAMES, len(NAMES))
        units = {name: Unit(self, name) for name in order}
        for name, unit in units.items():
            self.assertTrue(eventually(lambda: unit.told("READY=1")), (order, name))
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        bob.send(direct, "hello")
        self.assertEqual(ann.texts(direct), ["hello"])
        for name, unit in units.items():
            beats = unit.told("WATCHDOG=1")  # a socket holds but a few that nobody reads
            self.assertTrue(eventually(lambda: unit.told("WATCHDOG=1") >= beats + 3), f"{name} lives also while idle")
            unit.process.send_signal(signal.SIGHUP)
            self.assertTrue(eventually(lambda: unit.told("RELOADING=1") == 1 and unit.told("READY=1") == 2), name)
        for name, unit in reversed(list(units.items())):
            unit.told("WATCHDOG=1")
            unit.process.send_signal(signal.SIGTERM)
            self.assertEqual(unit.process.wait(20 * SLOWNESS), 0, (self.folder / f"{name}.log").read_text())
            self.assertEqual(unit.told("STOPPING=1"), 1, name)


if __name__ == "__main__":
    unittest.main()
