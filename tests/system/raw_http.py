"""Bytes to and from fanfare-http, for the tests that are not polite to it."""

import contextlib
import json
import re
import signal
import socket
import struct
import time

from harness import SLOWNESS, SystemTest, is_running

LIVEZ = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d) ")


class RawHttpTest(SystemTest):
    """fanfare-http under `fanfare up`, with a page of which one file is larger than any send buffer."""

    components = ("accounts", "http")
    def setUp(self):
        super().setUp()
        page = self.folder / "page"
        (page / "assets").mkdir(parents=True)
        (page / "index.html").write_text("page")
        (page / "assets" / "large.bin").write_bytes(b"x" * 15_000_000)
        self.environment["FANFARE_FRONTENDS_HTTP_WEB_ROOT"] = str(page)
        self.up = self.start_up()
        self.pid = self.pid_of("http")

    def tearDown(self):
        """It ends in an orderly way, and no sanitizer had anything to say."""
        self.up.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.up.ends(30), 0, bytes(self.up.stderr)[-4000:])
        for complaint in (b"Sanitizer", b"runtime error"):
            self.assertNotIn(complaint, self.up.stderr)

    def pid_of(self, name):
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return next(row["pid"] for row in rows if row["name"] == name)

    def connect(self, receive_buffer=None):
        client = socket.socket()
        self.addCleanup(client.close)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(2 * SLOWNESS)
        client.connect(("127.0.0.1", self.ports["http"]))
        return client

    def assert_answers(self, message):
        """A normal request is answered within two seconds, by the process that was started."""
        begin = time.monotonic()
        with self.connect() as client:
            client.sendall(LIVEZ)
            answer = b""
            with contextlib.suppress(OSError):
                while b"alive" not in answer and (piece := client.recv(4096)):
                    answer += piece
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 OK\r\n"), (message, answer, bytes(self.up.stderr)[-2000:]))
        self.assertLess(time.monotonic() - begin, 2 * SLOWNESS, message)
        self.assertTrue(is_running(self.pid), message)

    def ticks(self):
        """Processor time that it has used, in hundredths of a second."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            return sum(int(number) for number in file.read().rpartition(")")[2].split()[11:13])

    def address_space(self):
        with open(f"/proc/{self.pid}/statm", encoding="utf-8") as file:
            return int(file.read().split()[0]) * 4096


def abort(client):
    """Closes with a reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def exchange(client, parts, wanted):
    """Sends the parts, each in a segment of its own (None waits for a reply), reads `wanted` replies, ends its own side
    and reads on.

    The statuses of all replies. A server that answers what it should not, or does not end, is seen at once.
    """
    try:
        answer = b""
        for part in parts:
            if part is None:
                answer += client.recv(65536)
            else:
                client.sendall(part)
        while len(STATUS.findall(answer)) < wanted and (piece := client.recv(65536)):
            answer += piece
        client.shutdown(socket.SHUT_WR)
        while piece := client.recv(65536):
            answer += piece
    except TimeoutError:
        raise
    except OSError:  # it was cut off: a reset is an end, too
        pass
    return [int(status) for status in STATUS.findall(answer)]
