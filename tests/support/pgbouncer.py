"""A PgBouncer of a test's own in transaction mode, before the PostgreSQL of tests/support/postgres.py.

    pgbouncer.py serve PORT   runs one before the server on PORT until standard input ends; first prints its own port

In Python: `with PgBouncer(server) as bouncer: … bouncer.url("name")`. It dies with the process that started it. It has
few connections to the server, so that transactions of different clients do share them. PgBouncer refuses to run as
root, so root runs it as the user `postgres` of Debian's package.
"""

import contextlib
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

from postgres import DEADLINE, die_with_parent, free_port

PROGRAM = "/usr/sbin/pgbouncer"

SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
logfile = {folder}/log
"""


class PgBouncer:
    def __init__(self, server_port):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fanfare-pgbouncer-"))
        self.port = free_port()
        settings = self.folder / "pgbouncer.ini"
        text = SETTINGS.format(server=server_port, port=self.port, folder=self.folder)
        # Whoever comes is the user of the tests' server; auth_type any takes no name from the client.
        settings.write_text(text.replace(f"port={server_port}", f"port={server_port} user=fanfare"))
        user = {}
        if os.geteuid() == 0:
            postgres = pwd.getpwnam("postgres")
            os.chown(self.folder, postgres.pw_uid, postgres.pw_gid)
            settings.chmod(0o644)
            user = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen([PROGRAM, "-q", settings], cwd=self.folder, stdin=subprocess.DEVNULL,
                                         start_new_session=True, preexec_fn=die_with_parent, **user)
        deadline = time.monotonic() + DEADLINE
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError("PgBouncer does not start")
            time.sleep(0.02)

    def url(self, name="postgres"):
        return f"postgresql://fanfare@127.0.0.1:{self.port}/{name}"

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case ["serve", server]:
            with PgBouncer(int(server)) as bouncer:
                print(bouncer.port, flush=True)
                with contextlib.suppress(KeyboardInterrupt):
                    sys.stdin.buffer.read()
        case _:
            sys.exit(__doc__)
