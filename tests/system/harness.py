"""Starts and asks the shipped programs, for the tests in this folder.

Nothing here sleeps to wait for something: a condition is asked again until its deadline, and deadlines are multiplied
by FANFARE_TEST_SLOWNESS. Each test has a folder and a port of its own; what it started is ended with it.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

BIN = pathlib.Path(os.environ["FANFARE_BIN_DIR"])
SLOWNESS = max(1, int(os.environ.get("FANFARE_TEST_SLOWNESS", "1")))


def eventually(condition, seconds=10):
    """The first answer of `condition` that is true; its last one at the deadline."""
    end = time.monotonic() + seconds * SLOWNESS
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return answer


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def is_running(pid):
    """A process that has ended but was not reaped yet does not run."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Program:
    """A program that keeps running while the test looks at what it writes."""

    def __init__(self, arguments, folder, environment, **options):
        self.process = subprocess.Popen([BIN / "fanfare", *arguments], cwd=folder, env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.stdout, self.stderr = bytearray(), bytearray()
        self.readers = [threading.Thread(target=self._read, args=pair)
                        for pair in ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr))]
        for reader in self.readers:
            reader.start()

    def _read(self, source, into):
        while piece := source.read1():
            into += piece

    def _children(self):
        try:
            lists = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
            return [child for one in lists for child in one.read_text().split()]
        except OSError:  # it has ended
            return []

    def says(self, text, seconds=10):
        """Whether `text` is in what it has written to either output, by the deadline."""
        return eventually(lambda: text.encode() in self.stdout + self.stderr or self.process.poll() is not None
                          and text.encode() in self.stdout + self.stderr, seconds)

    def ends(self, seconds=10):
        """Its exit code."""
        code = self.process.wait(seconds * SLOWNESS)
        for reader in self.readers:
            reader.join()
        return code

    def end(self):
        """Kills it. What it started ends by itself then; until it has, it may write into the test's folder."""
        children = self._children()
        if self.process.poll() is None:
            self.process.kill()
        self.ends()
        eventually(lambda: not any(is_running(child) for child in children))
        self.process.stdout.close()
        self.process.stderr.close()


class SystemTest(unittest.TestCase):
    components = ()  # what `fanfare up` starts beside the broker; front-ends listen on ports of the test's own

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fanfare-"))
        self.addCleanup(self.remove_folder)
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        (self.folder / "fanfare.yaml").write_text(f'broker: {{listen: "{self.address}"}}\n')
        self.ports = {}
        for kind, name in (("WORKERS", "accounts"), ("WORKERS", "persistence"),
                           ("FRONTENDS", "http"), ("FRONTENDS", "websocket")):
            prefix = f"FANFARE_{kind}_{name.upper()}"
            self.environment[f"{prefix}_ENABLED"] = "true" if name in self.components else "false"
            if kind == "FRONTENDS":
                self.ports[name] = free_port()
                self.environment[f"{prefix}_LISTEN"] = f"127.0.0.1:{self.ports[name]}"

    def remove_folder(self):
        """What `fanfare up` had started may write for a moment after it was killed."""
        def is_removed():
            shutil.rmtree(self.folder, ignore_errors=True)
            return not self.folder.exists()
        self.assertTrue(eventually(is_removed), self.folder)

    def start(self, *arguments, **options):
        program = Program(arguments, self.folder, self.environment, **options)
        self.addCleanup(program.end)
        return program

    def start_up(self):
        """`fanfare up`, ready."""
        up = self.start("up")
        waited = self.run_fanfare("status", "--wait", f"{10 * SLOWNESS}s")
        self.assertEqual(waited.returncode, 0, waited.stderr + bytes(up.stderr))
        return up

    def start_sub(self, *arguments):
        """`fanfare sub`, subscribed."""
        sub = self.start("sub", *arguments)
        self.assertTrue(sub.says("subscribed"), sub.stderr)
        return sub

    def run_fanfare(self, *arguments, stdin=b"", seconds=20):
        """A command that ends by itself: its returncode, stdout and stderr."""
        return subprocess.run([BIN / "fanfare", *arguments], cwd=self.folder, env=self.environment, input=stdin,
                              capture_output=True, timeout=seconds * SLOWNESS, check=False)

    def succeed(self, *arguments, stdin=b""):
        """What the command wrote to standard output; it has to end with 0."""
        done = self.run_fanfare(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def broker_pid(self):
        """The broker that runs under `fanfare up`; 0 if none is ready."""
        done = self.run_fanfare("status", "--json")
        rows = (json.loads(done.stdout)["processes"] or []) if done.returncode == 0 else []
        return next((row["pid"] for row in rows if row["name"] == "broker" and row["state"] == "ready"), 0)


def kill(pid, number=signal.SIGKILL):
    """Of a process that was found: 0 would mean the test itself and all its children."""
    if pid <= 0:
        raise ValueError(f"no process to kill: {pid}")
    os.kill(pid, number)
