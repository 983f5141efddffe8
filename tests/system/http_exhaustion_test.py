"""Clients that take instead of asking: one of them is enough to stop an HTTP server that was not made for it."""

import subprocess
import time
import unittest

from harness import BIN, SLOWNESS
from raw_http import LIVEZ, RawHttpTest, abort

LARGE = b"GET /assets/large.bin HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /api/v1/sessions/refresh HTTP/1.1\r\nHost: a\r\n"


class Exhaustion(RawHttpTest):
    def assert_rests(self, message):
        """While nobody asks anything it uses next to no processor time."""
        begin = self.ticks()
        time.sleep(0.5)  # the time that is measured
        self.assertLess(self.ticks() - begin, 25, message)

    def assert_unharmed(self, message):
        for _ in range(4):
            self.assert_answers(message)
        self.assert_rests(message)

    def test_a_chunk_whose_end_comes_in_two_segments(self):
        client = self.connect()
        client.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r")
        self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 411 "))
        try:
            client.sendall(b"\n0\r\n\r\n")
        except OSError:
            pass  # it is closed already
        self.assert_unharmed("split chunk")

    def test_large_replies_that_are_not_read(self):
        clients = [self.connect(receive_buffer=4096) for _ in range(20)]
        for client in clients:
            client.sendall(LARGE)
        self.assert_unharmed("unread replies")
        for client in clients:
            client.close()
        self.assert_unharmed("closed unread")

    def test_bodies_that_are_announced_and_never_come(self):
        before = self.address_space()
        clients = [self.connect() for _ in range(10)]
        for client in clients:
            client.sendall(POST + b"Content-Length: 8000000000\r\n\r\nx")
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 413 "))
        self.assertLess(self.address_space() - before, 1_000_000_000)
        self.assert_unharmed("announced bodies")

    def test_downloads_that_are_aborted_while_other_threads_write_them(self):
        for count in range(60):
            client = self.connect()
            client.sendall(LARGE if count % 2 else LARGE + LIVEZ)
            client.recv(1000)
            abort(client)
        self.assert_unharmed("aborted downloads")

    def test_more_silent_connections_than_there_is_room_for(self):
        for count in range(1500):
            client = self.connect()
            if count % 2:
                client.sendall(b"GET /livez HTTP/1.1\r\nX-")
        self.assert_unharmed("silent connections")

    def test_requests_without_end_on_one_connection(self):
        client = self.connect()
        try:
            for _ in range(20_000):  # none of the replies is read
                client.sendall(LIVEZ)
        except OSError:
            pass  # cut off
        self.assert_unharmed("endless requests")


class TakenPort(RawHttpTest):
    def test_is_named_with_what_to_do(self):
        second = subprocess.run([BIN / "fanfare-http"], cwd=self.folder, env=self.environment, capture_output=True,
                                timeout=20 * SLOWNESS, check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(b"address in use: 127.0.0.1:%d" % self.ports["http"], second.stderr)
        self.assertIn(b"frontends.http.listen", second.stderr)


if __name__ == "__main__":
    unittest.main()
