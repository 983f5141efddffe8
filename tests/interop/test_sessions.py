"""HELLO to BYE, DRAIN, the lease, and what a new connection finds (PROTOCOL.md §2)."""
import random
import struct
import time
import unittest
import uuid

import codec
from case import BrokerTest, answer, hello, shared
from codec import Command
from connection import ConnectionLost, FanfareError
from fanfare_client import Client
from support import PATIENCE, SEED, SLOWNESS, Broker


class SessionTest(BrokerTest):
    def test_welcome(self):
        welcome = self.client().welcome
        self.assertEqual((welcome.version, welcome.flags & 1, welcome.received), (1, 0, 0))
        self.assertEqual((welcome.message, welcome.header_bytes, welcome.header_count, welcome.frame,
                          welcome.subscriptions, welcome.topic_bytes, welcome.topic_tokens),
                         (1 << 20, 8192, 32, 4 << 20, 100_000, 255, 16))
        self.assertGreater(welcome.limit, 0)
        self.assertGreater(welcome.lease_ms, welcome.heartbeat_ms)
        self.assertLess(abs(welcome.clock / 1e6 - time.time()), 60 * SLOWNESS)
        self.assertEqual(welcome.publisher, "local")
        chat, = (stream for stream in welcome.streams if stream[1] == "chat")
        self.assertIn("chat.>", chat[4])
        other = self.client().welcome
        self.assertEqual(other.run, welcome.run)
        self.assertNotEqual(other.session, welcome.session)
        self.assertNotEqual(other.secret, welcome.secret)

    def test_a_range_of_versions(self):
        connection = self.strange()
        connection.send(hello(version_min=0, version_max=9))
        self.assertEqual(answer(connection, "WELCOME").version, 1)

    def test_free_commands_may_follow_hello_in_its_frame(self):
        connection = self.strange()
        connection.send(hello(), Command("SUBSCRIBE", request=1, handle=1, pattern="early.>"), Command("PING", token=5))
        answer(connection, "WELCOME")
        self.assertEqual(answer(connection, "OK").request, 1)
        self.assertEqual(answer(connection, "PONG").token, 5)

    def test_an_unknown_type_is_skipped(self):
        connection = self.raw()
        unknown = struct.pack("<IB", 6, 222) + b"hello"
        connection.send_frame(codec.HEADER + unknown + codec.encode(Command("PING", token=8)) + unknown)
        self.assertEqual(answer(connection, "PONG").token, 8)

    def test_a_frame_without_commands(self):
        connection = self.raw()
        connection.send_frame(codec.HEADER)
        self.expect_alive(connection)

    def test_bye_ends_the_session_at_once(self):
        connection, client = self.raw(), self.client()
        connection.send(Command("SUBSCRIBE", request=1, handle=1, pattern="leaving.>"))
        answer(connection, "OK")
        self.assertEqual(client.wait(client.publish("leaving.now", b"")).sequence, 1)
        connection.send(Command("BYE"))
        connection.send(Command("PING", token=1))
        self.expect_error(connection, "no_session")
        self.assertEqual(client.wait(client.publish("leaving.now", b"")).sequence, 0)

    def test_a_new_connection_resumes_the_session(self):
        client, member = self.client(), self.client()
        service, heard = member.serve("later.answer"), member.subscribe("later.heard")
        messages = client.subscribe("later.>")
        pending = client.request("later.answer", b"?")
        asked = member.next(service)
        unacknowledged = client.publish("later.news", b"news")
        before = client.welcome
        for one in client, member:
            one.connection.close()
        self.healthy.wait(self.healthy.publish("later.heard", b"while they were away"))
        for one in client, member:
            one.connect()
            self.assertTrue(one.welcome.flags & 1, "resumed")
        self.assertEqual((client.welcome.run, client.welcome.session), (before.run, before.session))
        self.assertNotEqual(client.welcome.secret, before.secret)
        member.reply(asked, b"!")
        self.assertEqual(client.wait(pending)[-1].payload, b"!")
        self.assertEqual(client.wait(unacknowledged).sequence, 1)
        self.assertEqual({client.next(messages).payload, client.next(messages).payload},
                         {b"while they were away", b"news"})
        self.assertEqual(member.next(heard).payload, b"while they were away")
        self.nothing_comes(client, messages)
        self.assertEqual(client.gaps + member.gaps, [])

    def nothing_comes(self, client, handle):
        client.ping(9)
        client.until(lambda: getattr(client, "last_pong", None) == 9)
        self.assertFalse(handle.queue)

    def test_what_is_lost_on_the_way_comes_once_in_its_order(self):
        """In both directions, cut after cut."""
        chance, client = random.Random(SEED), self.client()
        messages = client.subscribe("chat.over.cuts")
        acks, cuts = [], 0
        for i in range(300):
            acks.append(client.publish("chat.over.cuts", b"%d" % i, id=uuid.uuid4().bytes))
            if chance.random() < 0.3:
                client.pump()
            if chance.random() < 0.1:
                cuts += 1
                if chance.random() < 0.5:
                    client.connection.send_frame = lambda data: None  # lost before the broker
                    client._flush()
                # What the broker sent and this client has not read is lost, too.
                client.connection.close()
                client.connect()
                self.assertTrue(client.welcome.flags & 1, "resumed")
        sequences = [client.wait(ack).sequence for ack in acks]
        self.assertEqual(sequences, list(range(sequences[0], sequences[0] + len(acks))))
        self.assertFalse(any(client.wait(ack).repeated for ack in acks))
        self.assertEqual([client.next(messages).payload for _ in acks], [b"%d" % i for i in range(len(acks))])
        self.nothing_comes(client, messages)
        self.assertGreater(cuts, 5)

    def test_free_commands_and_their_answers_come_once_over_a_cut(self):
        client = self.client()
        client.connection.send_frame = lambda data: None
        lost = client._ask(Command("SUBSCRIBE", handle=50, pattern="free.a"))
        client.connection.close()
        client.connect()
        client.wait(lost)
        unread = client._ask(Command("SUBSCRIBE", handle=51, pattern="free.b"))
        self.healthy.ping(4)
        self.healthy.until(lambda: getattr(self.healthy, "last_pong", None) == 4)
        client.connection.close()
        client.connect()
        client.wait(unread)
        used, again = (client._ask(Command("SUBSCRIBE", handle=51, pattern="free.b")) for _ in range(2))
        self.refused("handle_in_use", used, client)
        client.connection.close()
        client.connect()
        self.refused("handle_in_use", again, client)
        self.assertEqual(len([row for row in self.healthy.query(3) if row["pattern"].startswith("free.")]), 2)

    def test_an_old_secret_gets_a_session_of_its_own(self):
        client = self.client()
        before = client.welcome
        client.connection.close()
        client.connect()
        client.ping(2)  # so the broker knows that it has the new secret
        client.until(lambda: getattr(client, "last_pong", None) == 2)
        for secret, peer in ((bytes(range(16)), "tester"), (before.secret, "tester"), (client.welcome.secret, "thief")):
            copy = self.strange()
            copy.send(hello(flags=1, session=client.welcome.session, secret=secret, peer=peer))
            welcome = answer(copy, "WELCOME")
            self.assertEqual(welcome.flags & 1, 0)
            self.assertNotEqual(welcome.session, client.welcome.session)
        client.ping(3)
        client.until(lambda: getattr(client, "last_pong", None) == 3)

    def test_a_lost_welcome_costs_no_session(self):
        client = self.client()
        messages = client.subscribe("welcome.lost")
        client.connection.close()
        cut_off = self.strange()
        cut_off.send(hello(flags=1, session=client.welcome.session, secret=client.welcome.secret, peer="tester",
                           received=client.received, sent=client.confirmed + len(client.unconfirmed)))
        self.assertEqual(answer(cut_off, "WELCOME").flags & 1, 1)
        cut_off.close()
        client.connect()
        self.assertTrue(client.welcome.flags & 1, "resumed")
        client.wait(client.publish("welcome.lost", b"here"))
        self.assertEqual(client.next(messages).payload, b"here")

    def test_a_half_open_connection_is_left_behind(self):
        client = self.client()
        messages = client.subscribe("half.open")
        old = client.connection
        self.addCleanup(old.close)
        client.connection = None
        client.connect()
        self.assertTrue(client.welcome.flags & 1, "resumed")
        old.send(Command("PING", token=1))
        self.expect_error(old, "no_session")
        client.wait(client.publish("half.open", b"new"))
        self.assertEqual(client.next(messages).payload, b"new")

    def test_counts_that_cannot_be_begin_a_new_session(self):
        client = self.client()
        copy = self.strange()
        copy.send(hello(flags=1, session=client.welcome.session, secret=client.welcome.secret, peer="tester",
                        received=1_000_000, sent=1_000_000))
        welcome = answer(copy, "WELCOME")
        self.assertEqual(welcome.flags & 1, 0)
        self.assertNotEqual(welcome.session, client.welcome.session)


class DrainTest(unittest.TestCase):
    def test_drain_and_the_next_broker(self):
        own = Broker()
        try:
            caller, member = (Client(own.address, name, patience=PATIENCE) for name in ("caller", "member"))
            self.addCleanup(caller.close)
            self.addCleanup(member.close)
            service, messages = member.serve("slow.work"), caller.subscribe("drain.>")
            pending = caller.request("slow.work", b"")
            asked = member.next(service)
            own.signal()
            for client in caller, member:
                client.until(lambda: client.draining is not None)
            self.assertGreater(caller.draining, 0)
            refused = [caller.publish("drain.late", b""), caller.request("slow.work", b""),
                       caller._ask(Command("SUBSCRIBE", handle=77, pattern="a")),
                       caller._ask(Command("SERVE", handle=78, pattern="a"))]
            for one in refused:
                with self.assertRaises(FanfareError) as caught:
                    caller.wait(one)
                self.assertEqual((caught.exception.code, caught.exception.closes), ("draining", False))
            with self.assertRaises(FanfareError) as caught:
                Client(own.address, "late", patience=PATIENCE)
            self.assertEqual((caught.exception.code, caught.exception.closes), ("draining", True))
            member.reply(asked, b"finished")
            self.assertEqual(caller.wait(pending)[-1].payload, b"finished")
            self.assertEqual(own.process.wait(caller.draining / 1000 + PATIENCE), 0, own.log())
            with self.assertRaises(ConnectionLost):
                caller.until(lambda: False)
            before = caller.welcome
            own.start()
            for client in caller, member:
                client.connect()
                self.assertNotEqual(client.welcome.run, before.run)
            caller.wait(caller.publish("drain.over", b"again"))
            self.assertEqual(caller.next(messages).payload, b"again")
            pending = caller.request("slow.work", b"")
            member.reply(member.next(service), b"too")
            self.assertEqual(caller.wait(pending)[-1].payload, b"too")
        finally:
            own.stop()


class LeaseTest(BrokerTest):
    """What became of the member that fell silent when the broker was started."""

    def test_a_silent_session_ends_with_its_lease(self):
        lease = self.healthy.welcome.lease_ms / 1000
        shared.waiter.join(lease + PATIENCE)
        self.assertTrue(shared.pending.done())
        self.assertEqual(shared.pending.error.code, "outcome_unknown")
        self.assertGreater(time.monotonic() - shared.silent_since, lease * 0.9)
        self.expect_error(shared.member, "session_expired")
        self.expect_closed(shared.member)
