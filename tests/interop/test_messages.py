"""Publishing, subscribing and the flow of messages (PROTOCOL.md §5 to §7)."""
import random
import struct
import time
import uuid

import codec
from case import BrokerTest, answer, publish
from codec import Command
from fanfare_client import Client
from support import PATIENCE, SEED, SLOWNESS


class PublishTest(BrokerTest):
    def test_own_messages_come_with_everything_in_them(self):
        client = self.client()
        for topic in "round.trip", "chat.round.trip", "юникод.тема", ".".join("x" * 15 for _ in range(16)):
            with self.subTest(topic):
                messages = client.subscribe(topic)
                payload = bytes(range(256)) * 16
                sent = dict(headers={"content-type": "application/octet-stream", "ключ": "значение", "empty": ""},
                            actor="анна", id=uuid.uuid4().bytes)
                before = time.time()
                ack = client.wait(client.publish(topic, payload, **sent))
                message = client.next(messages)
                self.assertEqual((message.topic, message.payload, message.headers, message.actor, message.id),
                                 (topic, payload, *sent.values()))
                self.assertEqual(message.publisher, client.welcome.publisher)
                self.assertLess(abs(message.timestamp / 1e6 - before), 60 * SLOWNESS)
                self.assertEqual(message.flags & ~codec.ID, 0)
                self.assertEqual(message.sequence, ack.sequence if ack.stream else 0)
                self.assertEqual((message.stream, message.epoch), (ack.stream, ack.epoch))

    def test_payloads_of_every_size(self):
        client = self.client()
        messages = client.subscribe("sizes.of")
        generator = random.Random(SEED)
        sizes = [0, 1, 2, 255, 256, 65_535, 65_536, (1 << 20) - 1, 1 << 20]
        payloads = [generator.randbytes(size) for size in sizes]
        for payload in payloads:
            client.publish("sizes.of", payload)
        for payload in payloads:
            self.assertEqual(client.next(messages).payload, payload)

    def test_the_largest_headers(self):
        client = self.client()
        messages = client.subscribe("headers.of")
        for headers in {f"key-{i}": "v" for i in range(32)}, {"k": "v" * (8192 - 4)}:
            client.publish("headers.of", b"", headers=headers)
            self.assertEqual(client.next(messages).headers, headers)

    def test_patterns_against_a_model(self):
        patterns = ["wild", "wild.a", "wild.*", "wild.>", "*.a", "*.*.b", "wild.*.b", "wild.a.>", "$wild.>", "$wild.*",
                    "*.$b", "wild.>", "*.*", "*.>", ">", "WILD.a"]
        topics = ["wild", "wild.a", "wild.b", "wild.a.b", "wild.a.a", "wild.a.b.a", "$wild", "$wild.a", "$wild.a.b",
                  "wild.$b", "wild.$b.b", "WILD.a", "Wild.a"]
        random.Random(SEED).shuffle(topics)
        sessions = [(pattern, self.client(f"s{i}")) for i, pattern in enumerate(patterns)]
        for pattern, session in sessions:
            session.subscribe(pattern)
            session.records.clear()
        publisher = self.client()
        for topic in topics:
            ack = publisher.wait(publisher.publish(topic, topic.encode()))
            expected = sum(codec.matches(pattern, topic) for pattern in patterns)
            self.assertEqual(ack.sequence, expected, f"sessions that {topic} was handed to")
        for pattern, session in sessions:
            self.settle(session)
            heard = [record.topic for record in session.records if record.topic.lstrip("$").lower().startswith("wild")]
            self.assertEqual(heard, [topic for topic in topics if codec.matches(pattern, topic)], pattern)

    def test_one_copy_per_session(self):
        client = self.client()
        subscriptions = [client.subscribe(pattern) for pattern in ("copy.a", "copy.*", "copy.>", "copy.a")]
        self.assertEqual(client.wait(client.publish("copy.a", b"1")).sequence, 1)
        for subscription in subscriptions:
            self.assertEqual(client.next(subscription).payload, b"1")
        self.settle(client)
        self.assertEqual([record.payload for record in client.records], [b"1"])
        for subscription in subscriptions[1:]:
            client.unsubscribe(subscription)
        self.assertEqual(client.wait(client.publish("copy.a", b"2")).sequence, 1, "one pattern is left")
        client.unsubscribe(subscriptions[0])
        self.assertEqual(client.wait(client.publish("copy.a", b"3")).sequence, 0)

    def test_a_number_may_be_named_anew(self):
        connection, client = self.raw(), self.client()
        messages = client.subscribe("named.*")
        connection.send(Command("TOPIC", number=65_535, topic="named.a"), publish(65_535, b"1", 1),
                        Command("TOPIC", number=65_535, topic="named.b"), publish(65_535, b"2", 2))
        self.assertEqual([client.next(messages).topic for _ in range(2)], ["named.a", "named.b"])

    def test_stream_sequences_have_no_holes(self):
        publishers, reader = [self.client(f"p{i}") for i in range(3)], self.client()
        messages = reader.subscribe("chat.holes.>")
        ok = messages.pending.result
        stream, epoch, head = ok.positions[0]
        self.assertEqual((len(ok.positions), [s[0] for s in reader.welcome.streams if s[1] == "chat"]), (1, [stream]))
        acks = {}
        for i in range(100):
            for publisher in publishers:
                payload = f"{publisher.name}-{i}".encode()
                acks[payload] = publisher.publish(f"chat.holes.{i % 7}", payload)
        for publisher in publishers:
            publisher.pump()
        for i in range(300):
            message = reader.next(messages)
            self.assertEqual((message.stream, message.epoch, message.sequence), (stream, epoch, head + 1 + i))
            publisher = publishers[int(message.payload[1:2])]
            ack = publisher.wait(acks.pop(message.payload))
            self.assertEqual((ack.stream, ack.epoch, ack.sequence), (stream, epoch, message.sequence))
        times = [record.timestamp for record in reader.records]
        self.assertEqual(times, sorted(times))

    def test_ten_thousand_messages_in_order_through_a_small_window(self):
        publisher, reader = self.client("writer"), self.client("reader", window=64 << 10)
        messages = reader.subscribe("chat.order")
        position = messages.pending.result.positions[0][2]
        acks = [publisher.publish("chat.order", b"%d" % i, headers={"n": str(i)}) for i in range(10_000)]
        deadline = time.monotonic() + 4 * PATIENCE
        while len(messages.queue) < len(acks) and time.monotonic() < deadline:
            publisher.pump()
            reader.pump(0.01)
        self.assertEqual([message.payload for message in messages.queue], [b"%d" % i for i in range(len(acks))])
        self.assertEqual([message.sequence for message in messages.queue], [position + 1 + i for i in range(len(acks))])
        self.assertEqual([publisher.wait(ack).sequence for ack in acks], [position + 1 + i for i in range(len(acks))])
        self.assertEqual(reader.excesses, [], "the broker kept to the reader's limit")
        self.assertEqual(reader.gaps, [])

    def test_without_credit_nothing_comes(self):
        reader, publisher = self.raw(limit=1), self.client()
        reader.send(Command("SUBSCRIBE", request=1, handle=1, pattern="chat.credit"))
        answer(reader, "OK")
        for i in range(3):
            publisher.wait(publisher.publish("chat.credit", b"%d" % i))
        payloads, handled, size = [], 0, 0
        while len(payloads) < 3:
            deliver = answer(reader, "DELIVER")  # with nothing outstanding one may go that passes the limit
            payloads += [record.payload for record in codec.read_records(deliver.records, deliver.count)]
            reader.send(Command("PING", token=1))
            self.assertEqual(answer(reader, "PONG", "DELIVER").name, "PONG")
            handled += 1
            size += len(codec.encode(deliver, way="b"))
            reader.send(Command("CREDIT", received=1 + handled, limit=1 + size))  # the OK counts, too
        self.assertEqual(payloads, [b"0", b"1", b"2"])
        self.assertGreater(handled, 1)

    def overflow(self, topic, overflow, reader, most=256):
        """Publishes more than the broker keeps for a reader without credit; returns how many."""
        publisher, count, dropped = self.client("fast"), 0, 0
        reader.send(Command("SUBSCRIBE", request=1, handle=1, overflow=overflow, pattern=topic))
        answer(reader, "OK")
        filling = bytes(500_000)
        while count < most and not dropped:
            for count in range(count + 1, count + 17):
                last = publisher.publish(topic, struct.pack("<I", count) + filling)
            publisher.wait(last)
            rows = [row for row in publisher.query(1) if row["name"] == "raw"]
            dropped = int(rows[0]["dropped"]) if rows else 1
        return count

    def test_a_gap_says_what_a_slow_reader_missed(self):
        for topic, overflow in ("slow.reader", 0), ("slow.reader", 1), ("chat.slow", 2):
            with self.subTest(topic=topic, overflow=overflow):
                reader, came, missed = self.raw(limit=1), [], []
                count = self.overflow(topic, overflow, reader)
                reader.send(Command("CREDIT", limit=1 << 40))
                while not came or came[-1][0] < count:
                    command = answer(reader, "DELIVER", "GAP")
                    if command.name == "GAP":
                        self.assertEqual((command.reason, command.handle), (1, 0))
                        missed.append(command)
                    else:
                        came += [(struct.unpack_from("<I", record.payload)[0], record.sequence)
                                 for record in codec.read_records(command.records, command.count)]
                numbers = [number for number, _ in came]
                self.assertEqual(numbers, sorted(set(numbers)))
                self.assertEqual(len(came) + sum(gap.dropped for gap in missed), count)
                if topic.startswith("chat"):
                    sequences = [sequence for _, sequence in came]
                    absent = set(range(sequences[0], sequences[-1] + 1)) - set(sequences)
                    self.assertEqual(absent, {sequence for gap in missed for sequence in range(gap.start, gap.end + 1)})
                reader.close()

    def test_a_slow_reader_of_a_stream_misses_nothing(self):
        for overflow in 0, 1:
            with self.subTest(overflow=overflow):
                reader, numbers = self.raw(limit=1), []
                count = self.overflow(f"chat.spilled{overflow}", overflow, reader, most=48)
                reader.send(Command("CREDIT", limit=1 << 40))
                while len(numbers) < count:
                    command = answer(reader, "DELIVER", "GAP")
                    self.assertEqual((command.name, getattr(command, "kind", None)), ("DELIVER", 0))
                    numbers += [struct.unpack_from("<I", record.payload)[0]
                                for record in codec.read_records(command.records, command.count)]
                self.assertEqual(numbers, list(range(1, count + 1)))
                reader.close()

    def test_a_start_brings_what_was_missed_and_then_what_is_new(self):
        publisher, topic, acks = self.client(), "chat.missed." + uuid.uuid4().hex, []

        def add():
            acks.append(publisher.wait(publisher.publish(topic, b"%d" % len(acks))))

        for _ in range(5):
            add()
        inclusive, exclusive = dict(sequence=acks[2].sequence), dict(epoch=acks[2].epoch, sequence=acks[2].sequence)
        for start, fields, first in (1, {}, 0), (3, inclusive, 2), (2, exclusive, 3):
            with self.subTest(start=start):
                reader, payloads = self.raw(), []
                reader.send(Command("SUBSCRIBE", request=1, handle=7, start=start, pattern=topic, **fields))
                self.assertEqual(answer(reader, "OK").flags, 1)
                while (command := answer(reader, "DELIVER", "CAUGHT_UP")).name == "DELIVER":
                    self.assertEqual((command.kind, command.handle), (1, 7))
                    payloads += [record.payload for record in codec.read_records(command.records, command.count)]
                self.assertEqual(payloads, [b"%d" % number for number in range(first, len(acks))])
                self.assertEqual(command.handle, 7)
                add()
                command = answer(reader, "DELIVER")
                self.assertEqual((command.kind, command.count), (0, 1))

    def test_fetch_reads_page_by_page(self):
        publisher, topic = self.client(), "chat.fetched." + uuid.uuid4().hex
        for number in range(5):
            ack = publisher.wait(publisher.publish(topic, b"%d" % number))
        reader, payloads, start, fields = self.raw(), [], 1, {}
        for request in range(1, 100):
            reader.send(Command("FETCH", request=request, start=start, max_count=2, pattern=topic, **fields))
            page = answer(reader, "PAGE")
            self.assertEqual((page.request, page.kind, page.flags & 2), (request, 0, 2))
            records = codec.read_records(page.entries, page.count)
            self.assertLessEqual(len(records), 2)
            payloads += [record.payload for record in records]
            if page.flags & 1:
                break
            start, fields = 2, dict(epoch=page.through[1], sequence=page.through[2])
        self.assertEqual(payloads, [b"%d" % number for number in range(5)])
        self.assertGreaterEqual(page.through[2], ack.sequence)

    def test_a_slow_reader_may_ask_to_be_closed(self):
        reader = self.raw(limit=1)
        self.overflow("slow.closed", 3, reader)
        self.expect_error(reader, "overflow")
        self.expect_closed(reader)

    def test_a_message_larger_than_the_window(self):
        reader = self.client(window=4096)
        messages = reader.subscribe("chat.large")
        for size in 100_000, 10, 1 << 20, 10:
            reader.publish("chat.large", bytes(size))
            self.assertEqual(len(reader.next(messages).payload), size)
        self.assertEqual(reader.excesses, [])

    def test_a_repeated_id_is_stored_once(self):
        client, reader = self.client(), self.client()
        messages = reader.subscribe("chat.repeated")
        identity, last = uuid.uuid4().bytes, client._last_position("chat.repeated")
        first = client.wait(client.publish("chat.repeated", b"once", id=identity))
        again = self.raw()
        again.send(Command("TOPIC", number=1, topic="chat.repeated"), Command(
            "PUBLISH", request=1, topic=1, last=last, **codec.message_fields(b"once", id=identity, flags=codec.RESENT)))
        (begin, count, flags, stream, epoch, sequence), = answer(again, "PUBACK").ranges
        self.assertEqual((begin, count, flags & 1), (1, 1, 1))
        self.assertEqual((stream, epoch, sequence), (first.stream, first.epoch, first.sequence))
        client.wait(client.publish("chat.repeated", b"end"))
        self.assertEqual([reader.next(messages).payload for _ in range(2)], [b"once", b"end"])

    def topic_and_publish(self, i):
        """TOPIC{1, "forget.<i>"} PUBLISH{request i + 1, topic 1, payload <i>}; encode() would take seconds for all."""
        payload = b"%d" % i
        topic = b"forget." + payload
        return (struct.pack("<IBIHB", 8 + len(topic), 10, 1, 0, len(topic)) + topic +
                struct.pack("<IBQIBBH", 17 + len(payload), 12, i + 1, 1, 0, 0, 0) + payload)

    def test_forget_comes_before_numbers_run_out(self):
        client = self.client()
        client.subscribe("forget.>")
        forgotten = []
        client._on_forget = lambda forget: (forgotten.append(forget), Client._on_forget(client, forget))
        connection, count, sent = self.raw(), 66_000, 0
        deadline = time.monotonic() + 4 * PATIENCE
        credit = Command("CREDIT", received=0)
        while len(client.records) < count and time.monotonic() < deadline:
            while (received := connection.receive(0)) is not None:
                if received[0].name == "CREDIT":
                    credit = received[0]
            while sent < count and sent - credit.received < 2000:
                connection.send_frame(codec.HEADER + b"".join(map(self.topic_and_publish, range(sent, sent + 500))))
                sent += 500
            client.pump(0.01)
        self.assertEqual(len(client.records), count)
        for record in client.records:
            self.assertEqual(record.topic, "forget." + record.payload.decode())
        self.assertTrue(forgotten)
