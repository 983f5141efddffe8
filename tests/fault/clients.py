"""A broker process of a test's own and clients that do what no SDK would: those of tests/interop, in plain Python."""

import os
import pathlib
import re
import signal
import sys
import tempfile
import threading
import time
import unittest

from programs import BIN, SLOWNESS, Lines, Programs, eventually

sys.path.insert(0, str(pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests/interop"))
import codec  # noqa: E402
from codec import Command  # noqa: E402
from connection import Connection, ConnectionLost, FanfareError  # noqa: E402
from fanfare_client import Client  # noqa: E402
from test_presence import HOLD, ONLINE, WATCH, PresenceClient  # noqa: E402

PATIENCE = 10 * SLOWNESS
BROKER, SESSIONS = 0, 1  # kinds of QUERY


class BrokerCase(unittest.TestCase):
    LIMITS = "lease: 3s, heartbeat: 1s"

    def setUp(self):
        self.programs = self.broker(self.LIMITS)
        self.address = self.programs.address

    def broker(self, limits):
        """A broker that answers."""
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        programs = Programs(folder.name, names=("broker",), limits=limits)
        self.addCleanup(programs.stop)
        Client(programs.address, "readiness", patience=PATIENCE).close(bye=True)
        return programs

    def client(self, name, kind=Client, **options):
        client = kind(self.address, name, patience=PATIENCE, **options)
        self.addCleanup(client.close)
        return client

    def program(self, *arguments):
        lines = Lines([BIN / "fanfare", *arguments], self.programs)
        self.addCleanup(lines.kill)
        return lines

    def figures(self, client):
        """The broker's row of QUERY, its numbers as numbers."""
        return {key: int(value) if value.isdigit() else value for key, value in client.query(BROKER)[0].items()}

    def session(self, client, name):
        """The session's row of QUERY; None when it is gone."""
        rows = [row for row in client.query(SESSIONS, limit=1000) if row["name"] == name]
        return rows[0] if rows else None

    def gone(self, client, name):
        """No session of this name is left, within the lease and some patience."""
        return eventually(lambda: self.session(client, name) is None, 20)

    def closings(self):
        """(name, reason) of each session that ended, from the broker's log."""
        text = self.programs.log_text(last=1 << 20)
        lines = [line for line in text.splitlines() if "session closed" in line]
        return [(re.search(r"name=\"?([^\s\"]+)", line).group(1), re.search(r"reason=\"?([^\s\"]+)", line).group(1))
                for line in lines]

    def memory(self, pid=None):
        """Bytes of memory that the broker has."""
        status = pathlib.Path(f"/proc/{pid or self.programs.running['broker'].pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) << 10


def greeted(address, name, limit=1 << 20):
    """A connection with a session; whoever has it grants no credit."""
    connection = Connection(address)
    connection.send(Command("HELLO", version_min=1, version_max=1, limit=limit, peer=name, software="fault/1"))
    welcome = connection.receive(PATIENCE)
    if welcome is None or welcome[0].name != "WELCOME":
        raise AssertionError(f"no WELCOME but {welcome}")
    return connection


def until(connection, name, seconds=10):
    """The next command of this name, and the bytes of the data that came before it."""
    deadline, data = time.monotonic() + seconds * SLOWNESS, 0
    while (left := deadline - time.monotonic()) > 0:
        if received := connection.receive(left):
            if received[0].name == name:
                return received[0], data
            data += received[1] if received[0].name in codec.DATA["b"] else 0
    raise AssertionError(f"no {name} came")


class Steady:
    """Another client's round trips, published to itself, while a test does its worst: each has to come back."""

    def __init__(self, address, topic="steady.trip"):
        self.address, self.topic = address, topic
        self.times, self.error, self.over = [], None, threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            client = Client(self.address, "steady", patience=PATIENCE)
            trips = client.subscribe(self.topic)
            while not self.over.is_set():
                began = time.monotonic()
                client.wait(client.publish(self.topic, b"there"))
                client.next(trips)
                self.times.append(time.monotonic() - began)
                self.over.wait(0.002)
            client.close(bye=True)
        except Exception as error:  # whatever it is, the test has to see it
            self.error = error

    def stop(self):
        self.over.set()
        self.thread.join()

    def goes_on(self, by=20):
        before = len(self.times)
        return eventually(lambda: self.error or len(self.times) >= before + by) and not self.error

    def check(self, case, what):
        """Stops; it never stood still for long."""
        self.stop()
        case.assertIsNone(self.error)
        case.assertGreater(len(self.times), 10)
        times = sorted(self.times)
        print(f"{what}: {len(times)} round trips of another client, p50 {times[len(times) // 2] * 1000:.1f} ms, "
              f"p99 {times[len(times) * 99 // 100] * 1000:.1f} ms, longest {times[-1] * 1000:.0f} ms", flush=True)
        case.assertLess(times[-1], 5 * SLOWNESS)


__all__ = ["BIN", "HOLD", "ONLINE", "PATIENCE", "SLOWNESS", "WATCH", "BrokerCase", "Client", "Command", "Connection",
           "ConnectionLost", "FanfareError", "PresenceClient", "Steady", "codec", "eventually", "greeted", "signal",
           "until"]
