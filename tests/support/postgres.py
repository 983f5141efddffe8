"""A PostgreSQL server of a test's own: in a folder that goes with it, on loopback, with everybody trusted.

    postgres.py serve        runs one until standard input ends or it is told to stop; first prints its port. With
                             FANFARE_TEST_POSTGRES_FSYNC=1 it syncs, for figures
    postgres.py start FILE   runs one in the background, for who has called this, and writes its port and process there
    postgres.py stop FILE

In Python: `with PostgresServer() as server: … server.url("name")`. It dies with the process that started it, however
that ends. PostgreSQL refuses to run as root, so root runs it as the user `postgres` of Debian's package.
"""

import contextlib
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
DEADLINE = 60 * int(os.environ.get("FANFARE_TEST_SLOWNESS", "1"))  # seconds
PR_SET_PDEATHSIG = 1


class PostgresServer:
    """Started by `with`, or by start(). `fsync=False` unless what a crash of the machine leaves is the question: a
    killed server loses nothing either way."""

    def __init__(self, fsync=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fanfare-postgres-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder,
            "fsync": "on" if fsync else "off", "max_connections": 100, "shared_buffers": "64MB",
            "autovacuum": "off", "max_wal_size": "512MB", "log_min_messages": "log",
        }
        self._process = None
        try:
            self._run(PROGRAMS / "initdb", "-D", self.data, "-U", "fanfare", "-A", "trust", "-E", "UTF8", "--locale=C",
                      "--no-sync", "--no-instructions")
            self.start()
        except BaseException:
            self.close()
            raise

    def url(self, name="postgres"):
        return f"postgresql://fanfare@127.0.0.1:{self.port}/{name}"

    def start(self):
        """Returns when it takes connections."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen([PROGRAMS / "postgres", "-D", self.data, *options], stdout=log, stderr=log,
                                             stdin=subprocess.DEVNULL, start_new_session=True, **self._as_user())
        deadline = time.monotonic() + DEADLINE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL does not start: " + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.02)

    def kill(self):
        """SIGKILL to all of it at once, as if the machine had stopped."""
        self.freeze()
        self._signal(signal.SIGKILL, *self._children(), self._process.pid)
        self._process.wait(DEADLINE)
        # What it left in shared memory goes when the last child has.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self):
        """As for a restart: connections are cut, nothing is lost."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(DEADLINE)

    def freeze(self):
        """All of it stands still, as a machine out of memory does: connections stay, and nobody answers."""
        self._signal(signal.SIGSTOP, self._process.pid)  # it starts no more children
        self._signal(signal.SIGSTOP, *self._children())

    def thaw(self):
        self._signal(signal.SIGCONT, *self._children(), self._process.pid)

    def query(self, sql, name="postgres"):
        """The rows as lines of psql, columns parted by |."""
        done = subprocess.run([PROGRAMS / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url(name)],
                              input=sql, capture_output=True, text=True, timeout=DEADLINE, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.splitlines()

    def create(self, name, template="template0"):
        self.query(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def close(self):
        if self._process and self._process.poll() is None:
            self.thaw()
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _children(self):
        """Each is in a session of its own, so the group of the first process is not all."""
        process = self._process.pid
        return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]

    def _signal(self, number, *processes):
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def _answers(self):
        done = subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False)
        return done.returncode == 0

    def _run(self, *command):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=DEADLINE,
                              check=False, **self._as_user())
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr}")

    def _as_user(self):
        """In a folder that this user may enter; the parent's death is its own."""
        user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        return {"cwd": self.folder, "preexec_fn": die_with_parent, **user}


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve():
    with PostgresServer(fsync=os.environ.get("FANFARE_TEST_POSTGRES_FSYNC") == "1") as server:
        print(server.port, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.buffer.read()


def start(file):
    caller = os.getppid()
    file.unlink(missing_ok=True)
    background = os.fork()
    if background == 0:
        os.setsid()
        for descriptor in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
        with PostgresServer() as server:
            written = file.with_suffix(".new")
            written.write_text(f"{server.port} {os.getpid()}\n")
            written.rename(file)
            while pathlib.Path(f"/proc/{caller}").exists():  # until it is stopped
                time.sleep(0.5)
        os._exit(0)
    deadline = time.monotonic() + DEADLINE
    while not file.exists():
        if os.waitpid(background, os.WNOHANG)[0] or time.monotonic() > deadline:
            sys.exit("PostgreSQL does not start; `postgres.py serve` says why")
        time.sleep(0.02)


def stop(file):
    process = int(file.read_text().split()[1])
    file.unlink()
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + DEADLINE
    while pathlib.Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["start", name]:
            start(pathlib.Path(name).absolute())
        case ["stop", name]:
            stop(pathlib.Path(name))
        case _:
            sys.exit(__doc__)
