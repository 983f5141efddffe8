"""The codec of this folder, and the frames of protocol/golden/ through it."""
import contextlib
import struct
import unittest

import codec
from case import hello, publish
from codec import Command
from support import GOLDEN, read_golden


class CodecTest(unittest.TestCase):
    def test_golden_frames_come_out_as_they_went_in(self):
        self.assertTrue(GOLDEN.exists(), f"{GOLDEN} is missing")
        seen = set()
        for name, data in read_golden().items():
            with self.subTest(name):
                way = {"service_request": "b", "request": "c", "presence": "c", "presence_update": "b"}.get(name)
                commands = self.decode(data, way)
                seen.update((command.name, way) for command, way in commands)
                again = codec.HEADER + b"".join(codec.encode(*command) for command in commands)
                self.assertEqual(again.hex(), data.hex())
        self.assertEqual({name for name, _ in seen}, set(codec.TYPES), "each command has a golden frame")

    def decode(self, data, way):
        for guess in [way] if way else "cb":
            with contextlib.suppress(codec.Malformed):
                commands = [(command, guess) for command, _ in codec.decode(data, guess)]
                if all(command.name != "UNKNOWN" for command, _ in commands):
                    return commands
        self.fail("no command in it")

    def test_golden_contents_come_out_as_they_went_in(self):
        golden = read_golden()
        for name in ("deliver", "deliver_group", "page_records"):
            (command, _), = codec.decode(golden[name])
            tail = command.entries if name == "page_records" else command.records
            records = codec.read_records(tail, command.count)
            self.assertEqual(b"".join(map(codec.write_record, records)), tail)
        for name, way in ("publish", "c"), ("publish_resent", "c"), ("request", "c"), ("service_request", "b"):
            (command, _), = codec.decode(golden[name], way)
            content = codec.read_content(command.flags, command.actor_size, command.headers_size, command.content)
            fields = codec.message_fields(content["payload"], content["headers"], content["actor"], content["id"])
            self.assertEqual(fields["content"], command.content)
            self.assertEqual(content["actor"], "ann")
        (page, _), = codec.decode(golden["page_rows"])
        self.assertEqual(codec.read_rows(page.entries, page.count), [{"content-type": "text/plain"}])

    def test_a_frame_by_hand(self):
        self.assertEqual(codec.frame(Command("PING", token=0x0102)).hex(),
                         "46660100" "09000000" "05" "0201000000000000")

    def test_conditional_fields(self):
        plain = codec.encode(hello())
        resume = codec.encode(hello(flags=1))
        self.assertEqual(len(resume) - len(plain), 16 + 16 + 8 + 8)
        resent = Command("PUBLISH", request=1, flags=codec.RESENT, last=(2, bytes(range(16)), 7), content=b"x")
        (command, size), = codec.decode(codec.frame(resent), "c")
        self.assertEqual((command.last, command.content, size), (resent.last, b"x", 5 + 8 + 4 + 1 + 1 + 2 + 26 + 1))

    def test_an_unknown_type_is_skipped_and_counted(self):
        data = codec.frame(Command("BYE")) + struct.pack("<IB", 4, 200) + b"abc" + codec.encode(Command("BYE"))
        self.assertEqual([command.name for command, _ in codec.decode(data, "c")], ["BYE", "UNKNOWN", "BYE"])

    def test_malformed(self):
        ping = codec.encode(Command("PING", token=1))
        for data in (b"", b"Ff\x01", b"Xf\x01\0", b"Ff\x02\0", b"Ff\x01\x01", codec.HEADER + b"\0\0\0\0",
                     codec.HEADER + ping[:-1], codec.HEADER + struct.pack("<IB", 8, 5) + bytes(7),
                     codec.HEADER + struct.pack("<IB", 10, 5) + bytes(9)):
            with self.subTest(data), self.assertRaises(codec.Malformed):
                list(codec.decode(data, "c"))

    def test_what_stands_before_a_malformed_command_stands(self):
        commands = codec.decode(codec.frame(Command("BYE")) + b"\0\0\0\0", "c")
        self.assertEqual(next(commands)[0].name, "BYE")
        with self.assertRaises(codec.Malformed):
            next(commands)

    def test_headers(self):
        headers = {"a": "", "ключ": "значение", "x" * 255: "y" * 1000}
        self.assertEqual(codec.read_headers(codec.write_headers(headers)), headers)
        for data in b"\1a", b"\0\0\0", b"\1a\0\0\1a\0\0", b"\1\xff\0\0", b"\1a\1\0\xff", b"\1a\2\0x":
            with self.subTest(data), self.assertRaises(codec.Malformed):
                codec.read_headers(data)

    def test_matches(self):
        for pattern, topic, expected in (
                ("a.b", "a.b", True), ("a.b", "a.B", False), ("a.*", "a.b", True), ("a.*", "a", False),
                ("a.*", "a.b.c", False), ("*.b", "a.b", True), ("a.>", "a.b", True), ("a.>", "a.b.c", True),
                ("a.>", "a", False), (">", "a", True), (">", "$a", False), ("*.b", "$a.b", False),
                ("$a.>", "$a.b", True), ("$a", "$a", True), ("a.>", "a.$b", True)):
            with self.subTest(pattern=pattern, topic=topic):
                self.assertEqual(codec.matches(pattern, topic), expected)
