"""What a broker refuses, and with which error (PROTOCOL.md §2, §3, §7 to §9)."""
import random
import struct

import codec
from case import BrokerTest, answer, hello, publish, request
from codec import Command
from connection import FanfareError
from support import SEED

MISPLACED = [Command(name) for name in ("WELCOME", "OK", "ERROR", "PONG", "DRAIN", "FORGET", "PUBACK", "DELIVER",
                                        "CAUGHT_UP", "POSITION", "GAP", "PAGE", "ROLE", "REVOKE")]


class BadInputTest(BrokerTest):
    """Each bad input gets the error that the document names, and the session lives on or ends as it says."""

    def check(self, code, *commands, request=1, command=None, connection=None):
        with self.subTest(code=code, commands=commands):
            connection = connection or self.raw()
            connection.send(*commands)
            self.expect_error(connection, code, request, command or commands[-1].name)
            self.expect_alive(connection)

    def check_closes(self, code, data, greet=True):
        with self.subTest(code=code, data=data[:80]):
            connection = self.raw() if greet else self.strange()
            connection.send_frame(data)
            self.expect_error(connection, code)
            self.expect_closed(connection)

    def frames_of_no_sense(self):
        ping = codec.encode(Command("PING", token=1))
        yield from (b"", b"F", b"Ff\x01", b"fF\x01\x00" + ping, b"Ff\x01\x01" + ping, b"\0" * 100,
                    random.Random(SEED).randbytes(1000))
        for tail in (b"\0", b"\0\0\0\0", ping[:-1], b"\xff\xff\xff\xff\x05", struct.pack("<IB", 10, 5) + bytes(9),
                     struct.pack("<IB", 8, 5) + bytes(7), struct.pack("<IB", 100, 222),
                     struct.pack("<IB", 2, 7) + b"\0"):
            yield codec.HEADER + tail

    def test_malformed_frames(self):
        for data in [*self.frames_of_no_sense(), *self.sizes_that_do_not_fit()]:
            self.check_closes("malformed_frame", data)

    def sizes_that_do_not_fit(self):
        topic = codec.encode(Command("TOPIC", number=1, topic="ok.topic"))
        for fields in (dict(headers_size=2, content=b"x"), dict(actor_size=2, content=b"x"), dict(headers_size=65_535),
                       dict(flags=codec.ID, content=b"0123456789"),
                       dict(flags=codec.ID, actor_size=1, content=bytes(16))):
            yield codec.HEADER + topic + codec.encode(Command("PUBLISH", request=1, topic=1, **fields))
            yield codec.frame(Command("REQUEST", request=1, topic="ok.topic", timeout_ms=1000, **fields))
        yield codec.frame(Command("REPLY", number=1, headers_size=1))

    def test_enumerations_and_numbers_that_are_not_listed(self):
        for bad in (Command("SUBSCRIBE", request=1, handle=1, start=5, pattern="a"),
                    Command("SUBSCRIBE", request=1, handle=1, overflow=4, pattern="a"),
                    Command("QUERY", request=1, kind=9), Command("SUBSCRIBE", request=0, handle=1, pattern="a"),
                    Command("SERVE", request=0, handle=1, pattern="a"), Command("UNSUBSCRIBE", request=0, handle=1),
                    Command("QUERY", request=0), publish(1, request=0), request("a", number=0),
                    Command("JOIN", request=1, handle=1, order=3, group="g", pattern="a"),
                    Command("NACK", request=1, handle=1, kind=2), Command("PRESENCE", request=1, action=4)):
            self.check_closes("malformed_frame", codec.frame(bad))

    def test_many_parts(self):
        for parts in [b"", codec.frame(Command("PING", token=1))], [codec.HEADER, codec.HEADER]:
            connection = self.raw()
            connection.socket.send_multipart(parts)
            self.expect_error(connection, "malformed_frame")
            self.expect_closed(connection)

    def test_commands_before_a_malformed_one_stand(self):
        connection, client = self.raw(), self.client()
        messages = client.subscribe("stands.before")
        good = codec.frame(Command("TOPIC", number=1, topic="stands.before"), publish(1, b"1"))
        connection.send_frame(good + b"\0\0\0\0" + codec.encode(publish(1, b"2", 2)))
        self.expect_error(connection, "malformed_frame")
        client.wait(client.publish("stands.before", b"end"))
        self.assertEqual([client.next(messages).payload for _ in range(2)], [b"1", b"end"])

    def test_before_hello(self):
        for data in (b"", b"Xf\x01\x00", b"Ff\x01\x01", codec.HEADER + b"\0\0\0\0", codec.frame(hello())[:-1]):
            self.check_closes("malformed_frame", data, greet=False)
        for data in b"Ff\x02\x00", b"Ff\x00\x00", b"Ff\x02\x00" + codec.encode(hello()):
            self.check_closes("unsupported_version", data, greet=False)
        for command in (Command("PING", token=1), Command("BYE"),
                        Command("SUBSCRIBE", request=1, handle=1, pattern="a"), Command("TOPIC", number=1, topic="a"),
                        publish(1), request("a"), Command("CREDIT", limit=1), Command("QUERY", request=1),
                        Command("SERVE", request=1, handle=1, pattern="a"), Command("CANCEL"),
                        Command("REPLY", number=1)):
            self.check_closes("no_session", codec.frame(command), greet=False)
            self.check_closes("no_session", codec.frame(command, hello()), greet=False)

    def test_versions(self):
        for least, most in (2, 3), (0, 0), (255, 255):
            self.check_closes("unsupported_version", codec.frame(hello(version_min=least, version_max=most)),
                              greet=False)

    def test_names(self):
        for name in "", "x" * 65, "-a", ".a", "a b", "ä", "a\0", "a/b", "a\n":
            self.check_closes("bad_name", codec.frame(hello(peer=name)), greet=False)
        for name in "x" * 64, "_", "a-.", "0":
            connection = self.strange()
            connection.send(hello(peer=name))
            answer(connection, "WELCOME")

    def test_hello_twice(self):
        self.check_closes("hello_repeated", codec.frame(hello()))
        connection = self.strange()
        connection.send(hello(), hello())
        answer(connection, "WELCOME")
        self.expect_error(connection, "hello_repeated")
        self.expect_closed(connection)

    BAD_TOPICS = ["", ".", "a.", ".a", "a..b", "a b", " a", "a\tb", "a\nb", "a\0b", "a\x1fb", "a\x7fb", "a\u00a0b",
                  "a\u2003b", "a\u3000b", "a\u0085b", "a\u2028b", ".".join("x" * 17)]
    WILD_TOPICS = ["*", ">", "a.*", "a.>", "a*", "a>b"]
    BAD_PATTERNS = ["a.>.b", ">.a", "a*", "*a.b", "**", ">>", "a.b>", "$*"]

    def test_topics(self):
        connection = self.raw()
        for i, topic in enumerate(self.BAD_TOPICS + self.WILD_TOPICS, start=1):
            self.check("bad_topic", Command("TOPIC", number=i, topic=topic), request=0, connection=connection)
            self.check("unknown_topic_number", publish(i, request=i), request=i, connection=connection)
            self.check("bad_topic", request(topic, number=1000 + i), request=1000 + i, connection=connection)

    def test_topic_numbers(self):
        for number in 65_536, 0xffffffff:
            connection = self.raw()
            self.check("too_many_topics", Command("TOPIC", number=number, topic="a"), request=0, connection=connection)
            self.check("unknown_topic_number", publish(number, request=9), request=9, connection=connection)
        self.check("unknown_topic_number", publish(7, request=3), request=3)
        with self.subTest("a number that was named anew wrongly"):
            connection = self.raw()
            connection.send(Command("TOPIC", number=1, topic="fine"), Command("TOPIC", number=1, topic="not fine"),
                            publish(1))
            self.expect_error(connection, "bad_topic", 0, "TOPIC")
            self.expect_error(connection, "unknown_topic_number", 1, "PUBLISH")

    def test_patterns(self):
        connection, number = self.raw(), 0
        for pattern in self.BAD_TOPICS + self.BAD_PATTERNS:
            for name in "SUBSCRIBE", "SERVE":
                number += 1
                self.check("bad_pattern", Command(name, request=number, handle=number, pattern=pattern), request=number,
                           connection=connection)

    def test_strings_that_are_not_utf8(self):
        for command in (Command("TOPIC", number=1, topic=b"\xff"),
                        Command("SUBSCRIBE", request=1, handle=1, pattern=b"a.\xc0\x80"),
                        Command("SERVE", request=1, handle=1, pattern=b"\xed\xa0\x80"),
                        request(b"\xf8\x88\x80\x80\x80")):
            with self.subTest(command):
                connection = self.raw()
                connection.send(command)
                error = FanfareError.of(answer(connection, "ERROR"))
                self.assertIn(error.code, ("malformed_frame", "bad_topic", "bad_pattern"))
                self.assertEqual(error.closes, error.code == "malformed_frame")

    def test_the_name_of_a_software_that_is_not_utf8(self):
        connection = self.strange()
        connection.send(hello(software=b"\xff"))
        self.assertEqual(FanfareError.of(answer(connection, "ERROR")).code, "malformed_frame")
        self.healthy.query(1)  # the rows are still header maps in UTF-8

    def test_messages_that_are_too_large(self):
        self.check_message("message_too_large", bytes((1 << 20) + 1))
        for headers in {"k": "v" * (8193 - 4)}, {f"key-{i}": "v" for i in range(33)}, {"k": "v" * 20_000}:
            self.check_message("headers_too_large", b"", headers=headers)

    def check_message(self, code, payload=b"", **message):
        connection = self.raw()
        for command in publish(1, payload, 1, **message), request("too.large", payload, 2, **message):
            connection.send(Command("TOPIC", number=1, topic="too.large"), command)
            self.expect_error(connection, code, command.request, command.name)
            credit = answer(connection, "CREDIT")  # what was refused is handled, too
            self.assertEqual(credit.received, command.request)
        self.expect_alive(connection)

    def test_headers(self):
        connection, number = self.raw(), 0
        for headers, actor in ((b"\1a", b""), (b"\0\0\0", b""), (b"\1a\0\0\1a\0\0", b""), (b"\1\xff\0\0", b""),
                               (b"\1a\1\0\xff", b""), (b"\1a\2\0x", b""), (b"\5a", b""), (b"", b"\xff"),
                               (b"", b"ok\xc0")):
            fields = dict(actor_size=len(actor), headers_size=len(headers), content=actor + headers)
            for command in (Command("PUBLISH", topic=1, **fields),
                            Command("REQUEST", topic="a", timeout_ms=1000, **fields)):
                number += 1
                command.request = number
                self.check("bad_headers", Command("TOPIC", number=1, topic="headers.bad"), command, request=number,
                           connection=connection)

    def test_handles(self):
        connection = self.raw()
        connection.send(Command("SUBSCRIBE", request=1, handle=1, pattern="a.b"),
                        Command("SERVE", request=2, handle=2, pattern="c.d"))
        self.assertEqual([answer(connection, "OK").request for _ in range(2)], [1, 2])
        number = 2
        for handle in 0, 1, 2:
            for name in "SUBSCRIBE", "SERVE":
                number += 1
                self.check("handle_in_use", Command(name, request=number, handle=handle, pattern="e.f"), request=number,
                           connection=connection)
        for handle in 0, 3, 0xffffffff:
            number += 1
            self.check("no_such_handle", Command("UNSUBSCRIBE", request=number, handle=handle), request=number,
                       connection=connection)
        connection.send(Command("UNSUBSCRIBE", request=98, handle=1),
                        Command("SERVE", request=99, handle=1, pattern="e.f"))
        self.assertEqual([answer(connection, "OK").request for _ in range(2)], [98, 99])

    def test_starts_in_no_stream_or_in_several(self):
        for pattern in ">", "*.a", "ephemeral.topic":
            self.check("ambiguous_stream", Command("FETCH", request=1, start=1, pattern=pattern))
            for start in 1, 2, 3, 4:
                self.check("ambiguous_stream",
                           Command("SUBSCRIBE", request=1, handle=1, start=start, pattern=pattern))

    def test_commands_of_the_broker(self):
        for command in MISPLACED:
            with self.subTest(command.name):
                connection = self.raw()
                connection.send_frame(codec.frame(command, way="b"))
                self.expect_error(connection, "unknown_command", command=command.name)
                self.expect_alive(connection)

    def test_reserved_topics(self):
        for topic in "$presence.x", "$presence.x.y", "$dead.x", "$groups":
            self.check("permission_denied", Command("TOPIC", number=1, topic=topic), publish(1))
        connection = self.raw()
        connection.send(Command("TOPIC", number=1, topic="$groups.x"), publish(1),
                        Command("TOPIC", number=1, topic="$presences"), publish(1, request=2))
        acknowledged = 0
        while acknowledged < 2:
            acknowledged += sum(one[1] for one in answer(connection, "PUBACK").ranges)

    def test_requests(self):
        for timeout_ms in 0, 60_001, 0xffffffff:
            self.check("deadline_exceeded", request("healthy.echo", timeout_ms=timeout_ms))
        for timeout_ms in 1, 60_000:
            self.check("no_service", request("nobody.there", timeout_ms=timeout_ms))
        with self.subTest("the number of an open request"):
            connection, member = self.raw(), self.client()
            service = member.serve("open.request")
            connection.send(request("open.request", number=5), request("open.request", number=5))
            self.expect_error(connection, "handle_in_use", 5, "REQUEST")
            member.reply(member.next(service), b"first")
            self.assertEqual(answer(connection, "REPLY").content, b"first")

    def test_credit(self):
        connection = self.raw()
        data = codec.frame(Command("TOPIC", number=1, topic="too.much"),
                           *(publish(1, bytes(1 << 20), i) for i in (1, 2, 3)))
        connection.send_frame(data)  # the second and third come before the broker can have allowed them
        self.expect_error(connection, "credit_exceeded")
        self.expect_closed(connection)
