"""Crowds: a thousand sessions that come at once, a hundred thousand subscriptions and presence keys after a restart."""

import contextlib
import pathlib
import subprocess
import sys
import threading
import time
import unittest

import zmq
from clients import (HOLD, ONLINE, PATIENCE, SLOWNESS, WATCH, BrokerCase, Client, Command, ConnectionLost,
                     PresenceClient, Steady, codec, eventually)

MIB = 1 << 20


class Storm(BrokerCase):
    SESSIONS = 1_000
    LIMITS = "lease: 30s, heartbeat: 5s, publish_pool: 64MiB"

    def test_a_thousand_sessions_at_once_all_come_up(self):
        asking, steady = self.client("asking"), Steady(self.address)
        self.addCleanup(steady.stop)
        self.assertTrue(steady.goes_on())
        context = zmq.Context(io_threads=1)
        context.max_sockets = 4 * self.SESSIONS
        self.addCleanup(context.destroy, 0)
        began = time.monotonic()
        crowd, poller, heard = [], zmq.Poller(), {}
        for number in range(self.SESSIONS):
            one = context.socket(zmq.DEALER)
            one.linger, one.reconnect_ivl, one.sndhwm = 0, -1, 0
            one.connect(self.address)
            one.send(codec.frame(Command("HELLO", version_min=1, version_max=1, limit=MIB, peer=f"one{number}",
                                         software="fault/1"),
                                 Command("SUBSCRIBE", request=1, handle=1, pattern=f"crowd.{number}")))
            crowd.append(one)
            poller.register(one, zmq.POLLIN)
            heard[one] = set()
        limits, deadline = [], time.monotonic() + 30 * SLOWNESS
        missing = self.SESSIONS
        while missing and time.monotonic() < deadline:
            for one, _ in poller.poll(1_000):
                for command, _ in codec.decode(one.recv()):
                    self.assertNotEqual(command.name, "ERROR")
                    if command.name == "WELCOME":
                        limits.append(command.limit)
                        one.send(codec.frame(
                            Command("TOPIC", number=1, topic=f"crowd.{crowd.index(one)}"),
                            Command("PUBLISH", request=2, topic=1, **codec.message_fields(b"x" * 20_000))))
                    before = {"WELCOME", "OK", "PUBACK", "DELIVER"} <= heard[one]
                    heard[one].add(command.name)
                    missing -= not before and {"WELCOME", "OK", "PUBACK", "DELIVER"} <= heard[one]
        self.assertEqual(missing, 0)
        print(f"{self.SESSIONS} sessions came, subscribed and published in {time.monotonic() - began:.2f} s", flush=True)
        figures = self.figures(asking)
        self.assertGreaterEqual(figures["sessions"], self.SESSIONS)
        most = 64 * MIB + figures["sessions"] * (16 << 10)
        self.assertLessEqual(sum(limits), most)
        self.assertLessEqual(figures["credit_bytes"], most)
        steady.check(self, "a thousand sessions at once")


class Subscriptions(BrokerCase):
    PROGRAMS, EACH = 4, 25_000
    LIMITS = "lease: 10s, heartbeat: 3s"

    def test_a_hundred_thousand_are_taken_up_after_a_restart(self):
        asking, subs = self.client("asking"), []
        for number in range(self.PROGRAMS):  # one after the other: a command wants its answer within 5 s
            patterns = [f"chat.p{number}.{each}" for each in range(self.EACH)]
            subs.append(self.program("sub", *patterns, "--json"))
            has = len(subs) * self.EACH
            self.assertTrue(eventually(lambda has=has: self.figures(asking)["patterns"] == has, 60))
        everything = self.PROGRAMS * self.EACH
        self.speak(asking, "before")
        self.heard(subs, ["before"])
        # While the broker is away somebody publishes: no subscriber may miss it.
        self.programs.kill("broker")
        began = time.monotonic()
        self.programs.start("broker")
        asking = self.client("asking-again")
        self.speak(asking, "meanwhile")
        self.assertTrue(eventually(lambda: self.figures(asking)["patterns"] == everything, 60))
        taken = time.monotonic() - began
        self.heard(subs, ["before", "meanwhile"])
        print(f"{everything} subscriptions of {self.PROGRAMS} sessions were taken up {taken:.2f} s after the broker was "
              f"started again, what came meanwhile was there after {time.monotonic() - began:.2f} s", flush=True)

    def speak(self, client, payload):
        for number in range(self.PROGRAMS):
            client.wait(client.publish(f"chat.p{number}.{self.EACH - 1}", payload.encode()))

    def heard(self, subs, payloads):
        for sub in subs:
            self.assertTrue(eventually(lambda sub=sub: len(sub.lines) >= len(payloads), 60), sub.error_text())
            self.assertEqual([line.get("payload") for line in sub.lines], payloads)


class Watcher(PresenceClient):
    """Counts offline entries; a reset and new snapshot show the difference."""

    def __init__(self, *arguments, **options):
        self.offline = []
        super().__init__(*arguments, **options)

    def _apply(self, change):
        self.offline += [key for state, key in change.entries if state != ONLINE]
        super()._apply(change)


class Presence(BrokerCase):
    HOLDERS, EACH = 10, 10_000
    LIMITS = "lease: 4s, heartbeat: 1s, presence_grace: 2s"

    def setUp(self):
        super().setUp()
        self.over = threading.Event()
        self.watcher = self.client("watcher", kind=Watcher)
        self.watcher.presence(WATCH, ">")

    def start_holders(self):
        self.holders = []
        for number in range(self.HOLDERS):
            process = subprocess.Popen([sys.executable, pathlib.Path(__file__), "hold", self.address, str(number),
                                        str(self.EACH)])
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            self.holders.append(process)

    def watch(self, condition, seconds):
        """Pumps the watcher until the condition holds; it is within its rights to lose its connection."""
        deadline = time.monotonic() + seconds * SLOWNESS
        while not condition() and time.monotonic() < deadline:
            try:
                self.watcher.pump(0.05)
            except ConnectionLost:
                self.watcher.connect()
                self.watcher.presence(WATCH, ">")
        return condition()

    def test_a_killed_holder_and_a_killed_broker(self):
        everything = self.HOLDERS * self.EACH
        self.start_holders()
        self.assertTrue(self.watch(lambda: len(self.watcher.online) == everything and self.watcher.settling is False, 60),
                        len(self.watcher.online))
        self.assertEqual(self.watcher.offline, [])

        steady = Steady(self.address)
        self.addCleanup(steady.stop)
        killed = time.monotonic()
        self.holders[0].kill()
        left = everything - self.EACH
        self.assertTrue(self.watch(lambda: len(self.watcher.online) == left, 20))
        print(f"{self.EACH} of {everything} keys were offline {time.monotonic() - killed:.1f} s after their holder was "
              "killed", flush=True)
        # The lease runs from the last byte heard.
        self.assertGreaterEqual(time.monotonic() - killed, 4 + 2 - 1 - 0.5)
        self.assertEqual(len(self.watcher.offline), self.EACH)
        self.assertTrue(all(key.startswith("user.0.") for key in self.watcher.offline))
        steady.check(self, f"{self.EACH} keys go offline")

        self.watcher.offline.clear()
        self.programs.kill("broker")
        self.programs.start("broker")
        began, run = time.monotonic(), self.watcher.run
        self.assertTrue(self.watch(lambda: self.watcher.run != run and len(self.watcher.online) == left, 30),
                        len(self.watcher.online))
        print(f"{left} keys were online again {time.monotonic() - began:.1f} s after the broker was started again",
              flush=True)
        self.assertTrue(self.watch(lambda: self.watcher.settling is False, 30))
        self.assertEqual(len(self.watcher.online), left)
        self.assertEqual(self.watcher.offline, [])


def hold(address, number, count):
    """Holds keys until it is killed, over lost connections as well."""
    client, session = Client(address, f"holder{number}", patience=60 * SLOWNESS), None
    while True:
        with contextlib.suppress(ConnectionLost):
            if client.welcome.session != session:
                session = client.welcome.session
                keys = [f"user.{number}.{key}" for key in range(int(count))]
                client.wait(client._ask(Command("PRESENCE", action=HOLD, keys=keys)), PATIENCE)
            while True:
                client.pump(0.5)
        client.connect()


if __name__ == "__main__":
    if sys.argv[1:2] == ["hold"]:
        hold(*sys.argv[2:])
    else:
        unittest.main()
