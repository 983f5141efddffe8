"""Peers that do not keep up, stand still or never read: they delay nobody and cost no more than their bound."""

import random
import socket
import unittest

import zmq
from clients import (PATIENCE, SLOWNESS, BrokerCase, Command, Steady, codec, eventually, greeted, signal, until)

MIB = 1 << 20
OUTBOX = 4 * MIB
MESSAGES, PAYLOAD = 800, b"x" * (32 << 10)
SLACK = 96 * MIB  # what the broker itself, its journal and the sockets may take besides


class Stopped(BrokerCase):
    """A subscriber that is stopped while much more than its outbox is published, for each policy of overflow."""
    LIMITS = "lease: 60s, heartbeat: 3s, outbox: 4MiB"

    def stop_one(self, topic, overflow):
        """Publishes past a subscriber that stands still; it goes on when this returns. The lines it writes."""
        slow = self.program("sub", topic, "--json", "--overflow", overflow)
        self.addCleanup(slow.process.send_signal, signal.SIGCONT)
        publisher, asking = self.client("publisher"), self.client("asking")
        self.assertTrue(eventually(lambda: self.figures(asking)["patterns"] == 1))
        row = next(row for row in asking.query(1) if row["subscriptions"] == "1")
        fast = self.client("fast")
        fast_sub = fast.subscribe(topic)
        steady = Steady(self.address)
        before = self.memory()
        slow.process.send_signal(signal.SIGSTOP)
        most = 0
        for number in range(MESSAGES):
            publisher.wait(publisher.publish(topic, b"%d " % number + PAYLOAD))
            self.assertEqual(int(fast.next(fast_sub).payload.split()[0]), number)
            if number % 40 == 0:
                rows = [one for one in asking.query(1) if one["session"] == row["session"]]
                most = max([most, *(int(one["waiting_bytes"]) for one in rows)])
        self.assertLessEqual(most, OUTBOX)
        self.assertLess(self.memory() - before, OUTBOX + SLACK)
        steady.check(self, f"a stopped subscriber, {overflow}")
        dropped = [int(one["dropped"]) for one in asking.query(1) if one["session"] == row["session"]]
        spills = self.figures(asking)["spills"]
        slow.process.send_signal(signal.SIGCONT)
        return slow, dropped, spills

    def numbers(self, slow):
        return [int(line["payload"].split()[0]) for line in list(slow.lines) if "payload" in line]

    def test_spill_gives_it_everything_later(self):
        slow, dropped, spills = self.stop_one("chat.flood", "spill")
        self.assertEqual(dropped, [0])
        self.assertGreater(spills, 0)
        self.assertTrue(eventually(lambda: len(self.numbers(slow)) >= MESSAGES, 30), slow.error_text())
        self.assertEqual(self.numbers(slow), list(range(MESSAGES)))
        self.assertFalse([line for line in slow.lines if "gap" in line])

    def test_drop_oldest_says_what_is_missing(self):
        slow, dropped, _ = self.stop_one("chat.flood", "drop_oldest")
        self.assertGreater(dropped[0], 0)
        self.assertTrue(eventually(lambda: MESSAGES - 1 in self.numbers(slow), 30), slow.error_text())
        numbers = self.numbers(slow)
        self.assertEqual(numbers, sorted(set(numbers)))
        gaps = [line["gap"] for line in slow.lines if "gap" in line]
        self.assertTrue(gaps)
        self.assertEqual(sum(gap["dropped"] for gap in gaps), dropped[0])
        self.assertEqual(len(numbers) + dropped[0], MESSAGES)

    def test_close_ends_its_session_with_the_reason(self):
        slow, dropped, _ = self.stop_one("flood.here", "close")
        self.assertEqual(dropped, [], "its session has ended")
        self.assertIn("overflow", [reason for _, reason in self.closings()])
        later = self.client("later")
        # It begins anew, is told that it missed something, and hears what comes from then on.
        self.assertTrue(eventually(lambda: self.figures(later)["patterns"] > 0))

        def heard():
            later.wait(later.publish("flood.here", b"-1 later"))
            return -1 in self.numbers(slow)
        self.assertTrue(eventually(heard, 30), slow.error_text())
        self.assertTrue([line for line in slow.lines if "gap" in line])


class NeverReads(BrokerCase):
    """Sessions whose client sends and never looks at what comes back."""

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.asking = self.client("asking")
        self.steady = Steady(self.address)
        self.addCleanup(self.steady.stop)

    def deaf(self, *commands):
        """A socket that takes next to nothing from the network."""
        deaf = self.context.socket(zmq.DEALER)
        deaf.rcvhwm, deaf.rcvbuf, deaf.sndhwm, deaf.linger, deaf.reconnect_ivl = 1, 4096, 0, 0, -1
        deaf.connect(self.address)
        hello = Command("HELLO", version_min=1, version_max=1, limit=1 << 20, peer="deaf", software="fault/1")
        deaf.send(codec.frame(hello, *commands))
        self.assertTrue(eventually(lambda: self.session(self.asking, "deaf")))
        return deaf

    def test_a_subscriber_that_never_reads_ends_with_its_lease(self):
        self.deaf(Command("SUBSCRIBE", request=1, handle=1, pattern="flood.>"))
        before = self.memory()
        publisher = self.client("publisher")
        for _ in range(1_000):
            publisher.wait(publisher.publish("flood.x", PAYLOAD))
        row = self.session(self.asking, "deaf")
        if row:  # its lease may be over by now
            self.assertLessEqual(int(row["waiting_bytes"]), 16 * MIB)
        self.assertLess(self.memory() - before, 16 * MIB + SLACK)
        self.assertTrue(self.gone(self.asking, "deaf"))
        self.assertIn(("deaf", "session_expired"), self.closings())
        self.steady.check(self, "a subscriber that never reads")

    def test_one_that_asks_on_and_on_is_given_up(self):
        deaf = self.deaf()
        before = self.memory()

        def asks_on():
            for token in range(2_000):
                deaf.send(codec.frame(Command("PING", token=token)), zmq.NOBLOCK)
                deaf.send(codec.frame(Command("QUERY", request=token + 1, kind=0)), zmq.NOBLOCK)
            row = self.session(self.asking, "deaf")
            return row is None or row["state"] == "detached"
        self.assertTrue(eventually(asks_on, 30))
        self.assertLess(self.memory() - before, 16 * MIB + SLACK)
        self.steady.check(self, "a client that asks and never reads")

    def test_connections_that_say_nothing_are_cut(self):
        silent = [socket.create_connection(("127.0.0.1", self.programs.ports["broker"])) for _ in range(200)]
        for one in silent:
            self.addCleanup(one.close)
            one.settimeout(20 * SLOWNESS)
        self.assertTrue(self.steady.goes_on())
        for one in silent:
            try:
                while one.recv(4096):
                    pass
            except ConnectionResetError:
                pass
        self.steady.check(self, "200 connections that say nothing")


class Garbage(BrokerCase):
    def test_after_hello_ends_that_session_and_no_other(self):
        seed = random.randrange(2 ** 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        asking, steady = self.client("asking"), Steady(self.address)
        self.addCleanup(steady.stop)
        before = self.figures(asking)
        names = set()
        for number in range(200):
            wrong = greeted(self.address, f"wrong{number}")
            self.addCleanup(wrong.close)
            junk = chance.randbytes(chance.randrange(1, 2_000))
            wrong.send_frame(chance.choice((junk, codec.HEADER + b"\xff\xff\xff\x7f" + junk)))
            error, _ = until(wrong, "ERROR")
            self.assertTrue(error.flags & codec.CLOSES)
            names.add(codec.ERRORS[error.code])
            wrong.close()
        self.assertLessEqual(names, {"malformed_frame", "unsupported_version"})
        after = self.figures(asking)
        self.assertGreaterEqual(after["malformed_frames"] - before["malformed_frames"], 200)
        self.assertEqual({reason for name, reason in self.closings() if name.startswith("wrong")}, names)
        steady.check(self, "200 sessions that send garbage")


class Control(BrokerCase):
    """What is no data never waits behind more than one window."""

    def test_comes_although_the_window_is_full(self):
        window = MIB
        full = greeted(self.address, "full", limit=window)
        self.addCleanup(full.close)
        full.send(Command("SUBSCRIBE", request=1, handle=1, pattern="flood.>"))
        until(full, "OK")
        publisher = self.client("publisher")
        for _ in range(2_000):
            publisher.publish("flood.x", b"x" * 4096)
        publisher.until(lambda: not publisher.pending)
        row = self.session(publisher, "full")
        self.assertGreater(int(row["waiting_bytes"]), 1 * MIB)
        data = 0
        for number in range(2, 12):
            publish = codec.message_fields(b"out")
            full.send(Command("PING", token=number), Command("SUBSCRIBE", request=number, handle=number, pattern="a.>"),
                      Command("TOPIC", number=1, topic="other.x"),
                      Command("PUBLISH", request=100 + number, topic=1, **publish))
            missing = {"PONG", "OK", "PUBACK", "CREDIT"}
            while missing:
                received = full.receive(PATIENCE)
                self.assertIsNotNone(received, f"no {missing}")
                data += received[1] if received[0].name in codec.DATA["b"] else 0
                missing.discard(received[0].name)
        self.assertLessEqual(data, window)


if __name__ == "__main__":
    unittest.main()
