"""A broker process of the tests' own, deadlines and the seed."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile

import codec
from fanfare_client import Client

SLOWNESS = float(os.environ.get("FANFARE_TEST_SLOWNESS", "1"))
PATIENCE = 5 * SLOWNESS
SEED = int(os.environ.get("FANFARE_TEST_SEED", random.SystemRandom().getrandbits(32)))
TESTS = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("FANFARE_BROKER", TESTS / "../build/release/bin/fanfare-broker")).resolve()
GOLDEN = TESTS.parent / "protocol/golden/frames.txt"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """Runs from construction to stop(); `address` stays the same when it is started again. `settings` are variables
    of its environment."""

    def __init__(self, **settings):
        self.settings = settings
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fanfare-interop-"))
        self.start()

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        environment |= {"FANFARE_BROKER_LISTEN": self.address, "FANFARE_DATA_DIR": str(self.folder / "data")}
        environment |= self.settings
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PROGRAM], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        Client(self.address, "readiness", patience=PATIENCE).close(bye=True)

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def running(self):
        return self.process.poll() is None

    def log(self, lines=30):
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-lines:])

    def stop(self):
        """Returns the exit code; a broker that does not stop is killed."""
        try:
            self.signal()
            return self.process.wait(10 * SLOWNESS)
        finally:
            if self.running():
                self.process.kill()
                self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


class Watching(Client):
    """A client that also keeps every record that came and notes where the broker sent more than its limit (§6)."""

    def __init__(self, *arguments, **options):
        self.records, self.excesses = [], []
        super().__init__(*arguments, **options)

    def _hand_out(self, record):
        self.records.append(record)
        super()._hand_out(record)

    def _handle(self, command, size):
        if command.name in codec.DATA["b"]:
            limit = self.granted_bytes + self.window
            if self.handled_bytes + size > limit and self.handled_bytes != self.granted_bytes:
                self.excesses.append((self.handled_bytes + size, limit))
        super()._handle(command, size)


def read_golden():
    lines = (line.partition("#")[0].split("=") for line in GOLDEN.read_text().splitlines())
    return {fields[0].strip(): bytes.fromhex(fields[1]) for fields in lines if len(fields) == 2}
