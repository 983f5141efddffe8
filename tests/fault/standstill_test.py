"""A broker that stands still for 8 s, within its lease, and for 15 s, beyond it: nothing acknowledged is lost or comes
twice, its sessions go on, and nobody is shown offline. Both at the same time, each with a broker of its own."""

import json
import threading
import unittest

from clients import (BIN, HOLD, ONLINE, PATIENCE, WATCH, BrokerCase, Client, ConnectionLost, PresenceClient,
                     eventually, signal)
from programs import Lines

KEYS = [f"user.{number}" for number in range(100)]


class Person(PresenceClient):
    """Holds keys or watches them in a thread of its own, over lost connections as well."""

    def __init__(self, address, name, action, *keys):
        self.action, self.keys, self.sessions, self.error, self.over = action, keys, [], None, threading.Event()
        super().__init__(address, name, patience=4 * PATIENCE)
        self._begin()
        self.thread = threading.Thread(target=self._live)
        self.thread.start()

    def _begin(self):
        if not self.sessions or self.sessions[-1] != self.welcome.session:
            self.sessions.append(self.welcome.session)
            self.presence(self.action, *self.keys)

    def _live(self):
        try:
            while not self.over.is_set():
                try:
                    self.pump(0.1)
                except ConnectionLost:
                    self.connect()
                    self._begin()
        except Exception as error:  # whatever it is, the test has to see it
            self.error = error

    def stop(self):
        self.over.set()
        self.thread.join()
        self.close()


class World:
    """A broker with people, a publisher that never ends and a subscriber."""

    def __init__(self, case):
        self.case, self.programs = case, case.broker("lease: 10s, heartbeat: 3s, presence_grace: 2s")
        self.holder = self._person("holder", HOLD, *KEYS)
        self.watcher = self._person("watcher", WATCH, ">")
        case.assertTrue(eventually(lambda: self.watcher.online == set(KEYS)))
        case.assertTrue(eventually(lambda: self.watcher.settling is False, 15))
        self.sub = self._program("sub", "chat.>", "--from", "all", "--json")
        self.pub = self._program("pub", "chat.t", "--lines", "--json")
        self.told, self.over = 0, threading.Event()
        case.addCleanup(self.over.set)
        self.feeder = threading.Thread(target=self._feed)
        self.feeder.start()

    def _person(self, name, action, *keys):
        person = Person(self.programs.address, name, action, *keys)
        self.case.addCleanup(person.stop)
        return person

    def _program(self, *arguments):
        program = Lines([BIN / "fanfare", *arguments], self.programs)
        self.case.addCleanup(program.kill)
        return program

    def _feed(self):
        while not self.over.is_set() and self.pub.process.poll() is None:
            self.pub.tell(f"{self.told}\n")
            self.told += 1
            self.over.wait(0.005)

    def stop(self):
        self.case.assertTrue(eventually(lambda: len(self.sub.lines) > 50))
        self.stopped_at = len(self.sub.lines)
        self.programs.running["broker"].send_signal(signal.SIGSTOP)

    def go_on(self):
        self.programs.running["broker"].send_signal(signal.SIGCONT)

    def _state(self):
        asking = Client(self.programs.address, "asking", patience=PATIENCE)
        rows = [row for kind in range(3) for row in asking.query(kind)]
        asking.close(bye=True)
        return (f"{self.told} told, {len(self.pub.lines)} acknowledged, {len(self.sub.lines)} heard\n{rows}\n"
                f"{self.pub.error_text()}\n{self.sub.error_text()}\n{self.programs.log_text(last=1 << 16)}")

    def check(self):
        case = self.case
        goes_on = eventually(lambda: len(self.sub.lines) > self.stopped_at + 200, 30)
        case.assertTrue(goes_on, goes_on or self._state())
        self.over.set()
        self.feeder.join()
        case.assertEqual(self.pub.ends(60), 0, self.pub.error_text())
        case.assertEqual([line["sequence"] for line in self.pub.lines], list(range(1, self.told + 1)))
        case.assertTrue(eventually(lambda: len(self.sub.lines) >= self.told, 30))
        case.assertEqual([line.get("payload") for line in self.sub.lines], [str(number) for number in range(self.told)])
        for person in self.holder, self.watcher:
            case.assertIsNone(person.error)
            case.assertEqual(len(person.sessions), 1, "its session goes on")
        case.assertEqual(self.watcher.online, set(KEYS))
        told = [entry for update in self.watcher.history for entry in update.entries if entry[0] != ONLINE]
        case.assertEqual(told, [])
        case.assertNotIn("session_expired", self.programs.log_text(last=1 << 20))
        log = self.programs.log_text(last=1 << 20)
        return sum("session resumed" in line for line in log.splitlines())


class Standstill(BrokerCase):
    def test_within_the_lease_and_beyond_it(self):
        short, long = World(self), World(self)
        short.stop()
        long.stop()
        self.addCleanup(short.go_on)
        self.addCleanup(long.go_on)
        threading.Event().wait(8)
        short.go_on()
        threading.Event().wait(7)
        long.go_on()
        # Who would be shown offline by mistake is by then: the lease and the grace are over.
        threading.Event().wait(13)
        resumed = {"8 s": short.check(), "15 s": long.check()}
        print(f"sessions resumed: {json.dumps(resumed)}", flush=True)
        self.assertGreaterEqual(resumed["15 s"], 2)


if __name__ == "__main__":
    unittest.main()
