"""What the tests against a broker share: the broker, the frames no client would send, and the answers they get."""
import atexit
import contextlib
import sys
import threading
import time
import unittest

import codec
from codec import Command
from connection import Connection, ConnectionLost, FanfareError
from fanfare_client import Client
from support import PATIENCE, SEED, SLOWNESS, Broker, Watching

# §2; all other errors leave the session as it was.
CLOSING = {"malformed_frame", "unsupported_version", "no_session", "hello_repeated", "bad_name", "too_many_sessions",
           "session_expired", "credit_exceeded", "overflow"}


class Shared:
    """One broker for all tests, and with it a member that falls silent at once: LeaseTest sees what became of it.

    The member's caller waits in a thread of its own, which nobody else uses it from.
    """

    def __init__(self):
        self.process, self.stopping = None, False

    def broker(self):
        if not self.process:
            print(f"seed {SEED}", file=sys.stderr)
            self.process = Broker()
            self.member, self.caller = greeted(), Client(self.process.address, "patient", patience=PATIENCE)
            self.member.send(Command("SERVE", request=1, handle=1, pattern="silent.member"))
            answer(self.member, "OK")
            self.pending = self.caller.request("silent.member", b"", timeout_ms=60_000)
            answer(self.member, "REQUEST")
            self.silent_since = time.monotonic()
            self.waiter = threading.Thread(target=self._wait, daemon=True)
            self.waiter.start()
        return self.process

    def _wait(self):
        self.caller.until(lambda: self.pending.done() or self.stopping, timeout=60 * SLOWNESS, poll=0.1)

    def stop(self):
        """The broker's exit code, if one was running."""
        if self.process:
            process, self.process, self.stopping = self.process, None, True
            self.waiter.join()
            self.caller.close()
            self.member.close()
            return process.stop()
        return None


shared = Shared()
atexit.register(shared.stop)


def hello(**fields):
    defaults = dict(version_min=1, version_max=1, limit=1 << 20, peer="raw", software="interop/1")
    return Command("HELLO", **defaults | fields)


def greeted(limit=1 << 20):
    """A connection with a session, for frames that a client would never send."""
    connection = Connection(shared.broker().address)
    connection.send(hello(limit=limit))
    answer(connection, "WELCOME")
    return connection


def answer(connection, *names, timeout=PATIENCE):
    """The next command with one of these names; other free commands may come in between, an ERROR may not."""
    deadline = time.monotonic() + timeout
    while True:
        received = connection.receive(max(0, deadline - time.monotonic()))
        if received is None:
            raise AssertionError(f"no {' or '.join(names)} within {timeout} s")
        if received[0].name in names:
            return received[0]
        if received[0].name == "ERROR":
            raise AssertionError(f"{' or '.join(names)} expected, but came {FanfareError.of(received[0])}")


def publish(number, payload=b"", request=1, **message):
    return Command("PUBLISH", request=request, topic=number, **codec.message_fields(payload, **message))


def request(topic, payload=b"", number=1, timeout_ms=5000, **message):
    return Command("REQUEST", request=number, timeout_ms=timeout_ms, topic=topic,
                   **codec.message_fields(payload, **message))


class BrokerTest(unittest.TestCase):
    """Closes what a test opens, and sees after each that another session still works."""

    @classmethod
    def setUpClass(cls):
        cls.broker = shared.broker()

    def setUp(self):
        self.healthy = self.client("healthy")
        self.heard = self.healthy.subscribe("healthy.heard")
        self.echo = self.healthy.serve("healthy.echo")

    def tearDown(self):
        self.serve_others()
        self.assertTrue(self.broker.running(), self.broker.log())

    def client(self, name="tester", kind=Watching, **options):
        client = kind(self.broker.address, name, patience=PATIENCE, **options)
        self.addCleanup(client.close)
        return client

    def raw(self, **options):
        connection = greeted(**options)
        self.addCleanup(connection.close)
        return connection

    def strange(self):
        """A connection without a session."""
        connection = Connection(self.broker.address)
        self.addCleanup(connection.close)
        return connection

    def serve_others(self):
        ack = self.healthy.publish("healthy.heard", b"still")
        self.assertGreaterEqual(self.healthy.wait(ack).sequence, 1)
        self.assertEqual(self.healthy.next(self.heard).payload, b"still")
        reply = self.healthy.request("healthy.echo", b"there")
        asked = self.healthy.next(self.echo)
        self.healthy.reply(asked, asked.payload)
        self.assertEqual(self.healthy.wait(reply)[-1].payload, b"there")

    def refused(self, code, awaited, client):
        with self.assertRaises(FanfareError) as caught:
            client.wait(awaited)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def expect_error(self, connection, code, request=None, command=None):
        error = answer(connection, "ERROR")
        self.assertEqual(codec.ERRORS.get(error.code), code, error)
        closes = code in CLOSING and not (code == "bad_name" and error.command == codec.TYPES["JOIN"])
        self.assertEqual(bool(error.flags & codec.CLOSES), closes, error)
        error.text.decode("utf-8")
        if request is not None:
            self.assertEqual(error.request, request, error)
        if command is not None:
            self.assertEqual(error.command, codec.TYPES[command], error)

    def expect_alive(self, connection, token=77):
        connection.send(Command("PING", token=token))
        self.assertEqual(answer(connection, "PONG").token, token)

    def expect_closed(self, connection):
        """After an ERROR that closes, the connection has no session."""
        with contextlib.suppress(ConnectionLost):
            connection.send(Command("PING", token=1))
            self.expect_error(connection, "no_session")

    def settle(self, client):
        """When this returns, what the broker did for the client before has arrived."""
        client.query(0)
