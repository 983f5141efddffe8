"""The shipped programs, each started by itself, to be killed and started again at any moment.

What they write goes to files in the test's folder. Deadlines are multiplied by FANFARE_TEST_SLOWNESS.
"""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import BIN, SLOWNESS, eventually, free_port  # noqa: E402

CENTRIFUGE = pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests/integration/frontends/websocket/centrifuge"
NAMES = ("broker", "accounts", "persistence-1", "persistence-2", "http", "websocket")


class Programs:
    """A Fanfare in a folder of its own. `persistence-2` is the second process of fanfare-persistence."""

    def __init__(self, folder, names=NAMES, limits="lease: 3s, heartbeat: 1s"):
        self.folder = pathlib.Path(folder)
        self.ports = {name: free_port() for name in ("broker", "http", "websocket")}
        self.address = f"tcp://127.0.0.1:{self.ports['broker']}"
        (self.folder / "fanfare.yaml").write_text(
            f'broker: {{listen: "{self.address}"}}\n'
            f'frontends: {{http: {{listen: "127.0.0.1:{self.ports["http"]}"}},'
            f' websocket: {{listen: "127.0.0.1:{self.ports["websocket"]}"}}}}\n'
            f'limits: {{{limits}}}\n')
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        self.running = {}
        self.log = open(self.folder / "log", "ab")
        for name in names:
            self.start(name)

    def start(self, name, **settings):
        """`settings` are variables of its environment."""
        self.running[name] = subprocess.Popen([BIN / f"fanfare-{name.partition('-')[0]}", "-c", "fanfare.yaml"], cwd=self.folder,
                                              env=self.environment | settings, stdout=self.log, stderr=self.log)

    def kill(self, name):
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait(10 * SLOWNESS)

    def ended_by_itself(self):
        """The programs that are not there any more although nobody killed them."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def stop(self):
        for name in reversed(list(self.running)):
            process = self.running[name]
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20 * SLOWNESS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()

    def log_text(self, last=4000):
        return (self.folder / "log").read_bytes()[-last:].decode(errors="replace")

    def fanfare(self, *arguments, seconds=60):
        """What the command wrote to standard output; it has to end with 0."""
        done = subprocess.run([BIN / "fanfare", *arguments], cwd=self.folder, env=self.environment, check=False,
                              capture_output=True, timeout=seconds * SLOWNESS)
        if done.returncode != 0:
            raise AssertionError(f"fanfare {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def ask(self, method, path, body=None, token=None):
        """The JSON the REST API answers with; None if it does not answer or refuses."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['http']}{path}",
                                         None if body is None else json.dumps(body).encode(), headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10 * SLOWNESS) as answer:
                return json.loads(answer.read() or b"null")
        except OSError:
            return None

    def rows(self, conversation):
        """What the database holds of a conversation: (epoch, sequence, id), in order."""
        database = sqlite3.connect(f"file:{self.folder / 'data' / 'fanfare.db'}?mode=ro", uri=True,
                                   timeout=10 * SLOWNESS)
        try:
            return database.execute("SELECT epoch, sequence, id FROM message WHERE conversation_id = ? "
                                    "ORDER BY epoch, sequence", (conversation,)).fetchall()
        finally:
            database.close()


class Lines:
    """A program whose standard output is read line by line as JSON while it runs."""

    def __init__(self, arguments, programs, **options):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(arguments, cwd=programs.folder, env=programs.environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, **options)
        self.lines = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def error_text(self, last=1000):
        """The end of what it wrote to standard error."""
        self.errors.seek(0)
        return f"{self.process.args[1:4]}: …{self.errors.read()[-last:].decode(errors='replace')}"

    def tell(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def ends(self, seconds=30):
        """Closes its standard input; its exit code."""
        self.process.stdin.close()
        code = self.process.wait(seconds * SLOWNESS)
        self.reader.join()
        self.process.stdout.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()


__all__ = ["BIN", "CENTRIFUGE", "NAMES", "SLOWNESS", "Lines", "Programs", "eventually", "free_port"]
