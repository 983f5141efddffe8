"""A server under load: started on a free port with a folder of its own, on one core, and ended with the `with`.

A class for each server says how; systems.py says what is measured on it. Nothing sleeps to wait for a server: it is asked
until its deadline.
"""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from .placing import place

START_DEADLINE = 60  # seconds; some take long on a busy machine
STOP_DEADLINE = 30


def free_port():
    """Below those that the kernel gives to connections: one of these might take it before the server does, even the
    connection that asks whether the server answers."""
    first_given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(1024, first_given), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:  # somebody has it
                continue
    raise RuntimeError("no free port: is net.ipv4.ip_local_port_range all that there is?")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


class Server:
    """Subclasses say command(), version(), and what else differs."""

    environment = {}

    def __init__(self, folder, programs, core, priority):
        """`programs`: the folder of a build, which holds bin/ and tests/."""
        self.folder, self.programs, self.core, self.priority = folder, programs, core, priority
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    @classmethod
    def version(cls, programs):
        """Of the program, as it says itself."""
        raise NotImplementedError

    def addresses(self):
        """As the load takes them."""
        return [f"127.0.0.1:{self.port}"]

    def processes(self):
        """Those whose time and memory are counted."""
        return [self.process.pid]

    def answers(self):
        """Whether it serves by now."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def __enter__(self):
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=lambda: place(self.core, self.priority))
        try:
            deadline = time.monotonic() + START_DEADLINE
            while not self.answers():
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.command()[0]} does not start: {self.log()}")
                time.sleep(0.01)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
