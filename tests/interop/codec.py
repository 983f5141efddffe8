"""The bytes of the Fanfare protocol: protocol/PROTOCOL.md §3 to §5.

COMMANDS below is the document's table of commands almost word for word; encode() and decode() follow it. A decoded
command is a Command: an object with a `name` and one attribute for each field. UUIDs are 16 bytes, `tail` and `long`
are bytes, `short` is str; what stands in a tail is read with the functions at the end.
"""
import re
import struct

MAGIC, VERSION = b"Ff", 1
HEADER = MAGIC + bytes([VERSION, 0])

# type name, way (c: client to broker, b: broker to client), fields. `if` marks a field that is there only then.
COMMANDS = """
1  HELLO       c   u8 version_min, u8 version_max, u8 flags, u64 limit, short peer, short software, uuid session if flags&1, uuid secret if flags&1, u64 received if flags&1, u64 sent if flags&1
2  WELCOME     b   u8 version, u8 flags, uuid session, uuid secret, uuid run, u64 received, u64 limit, u32 lease_ms, u32 heartbeat_ms, i64 clock, u32 message, u32 frame, u32 subscriptions, u32 in_flight, u16 header_bytes, u16 header_count, u16 topic_bytes, u16 topic_tokens, short publisher, list of {u16 number, short label, uuid epoch, u64 head, list of short topics} streams
3  OK          b   u64 request, u8 flags, list of stream_position positions
4  ERROR       b   u64 request, u8 command, u16 code, u8 flags, u32 retry_after_ms, long text
5  PING        c   u64 token
6  PONG        b   u64 token
7  BYE         c
8  DRAIN       b   u32 deadline_ms
9  CREDIT      cb  u64 received, u64 limit
10 TOPIC       cb  u32 number, u16 stream, short topic
11 FORGET      b   u16 stream, list of u32 numbers
12 PUBLISH     c   u64 request, u32 topic, u8 flags, u8 actor_size, u16 headers_size, stream_position last if flags&2, tail content
13 PUBACK      b   list of {u64 first, u32 count, u8 flags, u16 stream, uuid epoch, u64 sequence} ranges
14 SUBSCRIBE   c   u64 request, u32 handle, u8 start, u8 overflow, uuid epoch, u64 sequence, i64 time, short pattern
15 UNSUBSCRIBE c   u64 request, u32 handle
16 DELIVER     b   u16 stream, u8 kind, u32 handle, uuid epoch, u64 through, u32 count, list of u16 attempts if kind=2, tail records
17 CAUGHT_UP   b   u32 handle, stream_position position
18 POSITION    b   stream_position position
19 GAP         b   u32 handle, u16 stream, uuid epoch, u64 start, u64 end, u8 reason, u64 dropped, short pattern
20 FETCH       c   u64 request, u8 start, uuid epoch, u64 sequence, i64 time, u32 max_count, u32 max_bytes, short pattern
21 PAGE        b   u64 request, u8 kind, u8 flags, stream_position through, long next, u32 count, tail entries
22 QUERY       c   u64 request, u8 kind, u32 limit, long cursor
23 SERVE       c   u64 request, u32 handle, u32 max_in_flight, short pattern
24 REQUEST     c   u64 request, u32 timeout_ms, u8 flags, u8 actor_size, u16 headers_size, short topic, tail content
24 REQUEST     b   u64 exchange, u32 handle, u32 remaining_ms, u16 attempt, u8 flags, u8 actor_size, u16 headers_size, short topic, short publisher, tail content
25 REPLY       cb  u64 number, u8 flags, u16 headers_size, tail content
26 CANCEL      cb  u64 number
36 PASSED      b   u64 exchange, u64 bytes
27 JOIN        c   u64 request, u32 handle, u8 order, u8 start, u32 max_in_flight, u32 ack_wait_ms, u16 max_deliver, u32 max_pending, list of u32 back_off_ms, short group, short pattern
28 LEAVE       c   u64 request, u32 handle, u8 flags
29 ACK         c   u64 request, u32 handle, u8 flags, uuid epoch, list of {u64 sequence, u16 attempt} entries
30 NACK        c   u64 request, u32 handle, u8 kind, u32 delay_ms, uuid epoch, u64 sequence, u16 attempt, long reason
31 PROGRESS    c   u32 handle, uuid epoch, u64 sequence, u16 attempt
32 ROLE        b   u32 handle, u8 role, u64 term
33 REVOKE      b   u32 handle, uuid epoch, list of {u64 sequence, u16 attempt} entries
34 PRESENCE    c   u64 request, u8 action, list of short keys
34 PRESENCE    b   u8 kind, u8 flags, uuid run, u64 version, list of {u8 state, short key} entries
35 MANAGE      c   u64 request, u8 action, u8 start, uuid epoch, u64 sequence, short group, list of u64 sequences
"""
NUMBERS = {kind: struct.Struct("<" + code) for kind, code in zip(("u8", "u16", "u32", "u64", "i64"), "BHIQq")}
POSITION = "{u16 stream, uuid epoch, u64 sequence}"

# §6: what counts against the receiver's limit, by its sender.
# They concern the connection, not the session (§2).
UNCOUNTED = {"HELLO", "WELCOME", "PING", "PONG", "DRAIN", "CREDIT", "TOPIC", "FORGET", "POSITION"}
DATA = {"c": {"PUBLISH", "REQUEST", "REPLY"}, "b": {"DELIVER", "REQUEST", "REPLY", "PAGE"}}

ID, RESENT, TRACED, RETRY_SAFE = 1, 2, 4, 8  # message flags, §4
MORE, FAILED = 1, 2  # flags of REPLY
PARTS_IN_FLIGHT = 256 << 10  # bytes of a reply in parts, §5
CLOSES = 1  # flag of ERROR

ERRORS = {  # §9
    1: "malformed_frame", 2: "unsupported_version", 3: "unknown_command", 4: "frame_too_large", 5: "no_session",
    6: "hello_repeated", 7: "bad_name", 8: "session_expired", 9: "too_many_sessions", 10: "credit_exceeded",
    11: "not_supported", 12: "draining", 20: "bad_topic", 21: "bad_pattern", 22: "unknown_topic_number",
    23: "too_many_topics", 24: "ambiguous_stream", 30: "message_too_large", 31: "headers_too_large", 32: "bad_headers",
    34: "id_conflict", 35: "storage_full", 36: "storage_failed", 37: "outcome_unknown", 38: "not_sent",
    40: "handle_in_use", 41: "no_such_handle", 42: "too_many_subscriptions", 43: "overflow", 44: "too_many_presence_keys", 50: "no_service",
    51: "deadline_exceeded", 52: "canceled", 53: "service_failed", 54: "too_many_requests", 60: "no_such_group",
    61: "group_mismatch", 62: "stale", 70: "permission_denied", 71: "actor_not_allowed", 72: "bad_credentials",
    80: "unreachable", 81: "closed", 90: "internal"}
NIL = bytes(16)
EMPTY = {"uuid": NIL, "short": "", "stream_position": (0, NIL, 0)}


class Malformed(Exception):
    """The bytes are not what the document allows."""


class Command:
    def __init__(self, name, **fields):
        self.name = name
        self.__dict__.update(fields)

    def __eq__(self, other):
        return self.__dict__ == other.__dict__

    def __repr__(self):
        fields = (f"{k}={v.hex() if isinstance(v, bytes) else v}" for k, v in self.__dict__.items() if k != "name")
        return f"{self.name}{{{', '.join(fields)}}}"


class Reader:
    def __init__(self, data):
        self.data, self.at = bytes(data), 0

    def left(self):
        return len(self.data) - self.at

    def take(self, size):
        begin, self.at = self.at, self.at + size
        if self.at > len(self.data):
            raise Malformed(f"{size} bytes wanted, {len(self.data) - begin} left")
        return self.data[begin:self.at]

    def number(self, kind):
        return NUMBERS[kind].unpack(self.take(NUMBERS[kind].size))[0]


def utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(str(error)) from None


def read(kind, reader):
    """One field of a type of §3; a structure {…} becomes a tuple."""
    if kind in NUMBERS:
        return reader.number(kind)
    if kind == "uuid":
        return reader.take(16)
    if kind == "short":
        return utf8(reader.take(reader.number("u8")))
    if kind == "long":
        return reader.take(reader.number("u16"))
    if kind == "tail":
        return reader.take(reader.left())
    if kind == "stream_position":
        return read(POSITION, reader)
    if kind.startswith("list of "):
        return [read(kind[8:], reader) for _ in range(reader.number("u16"))]
    return tuple(read(field.rpartition(" ")[0], reader) for field in kind.strip("{}").split(", "))


def write(kind, value):
    if kind in NUMBERS:
        return NUMBERS[kind].pack(value)
    if kind == "uuid" and len(value) == 16 or kind == "tail":
        return bytes(value)
    if kind == "short":
        value = value.encode() if isinstance(value, str) else value  # bytes let tests write what is not UTF-8
        return write("u8", len(value)) + value
    if kind == "long":
        return write("u16", len(value)) + value
    if kind == "stream_position":
        return write(POSITION, value)
    if kind.startswith("list of "):
        return write("u16", len(value)) + b"".join(write(kind[8:], item) for item in value)
    kinds = [field.rpartition(" ")[0] for field in kind.strip("{}").split(", ")]
    return b"".join(write(k, v) for k, v in zip(kinds, value, strict=True))


def parse_table(table):
    by_type, by_name = {}, {}
    for line in table.strip().splitlines():
        number, name, ways, *fields = line.split(maxsplit=3)
        layout = []
        for field in re.split(r", (?![^{]*\})", fields[0]) if fields else []:
            field, _, condition = field.partition(" if ")
            kind, _, label = field.rpartition(" ")
            layout.append((kind, label, condition))
        for way in ways:
            by_type[way, int(number)] = by_name[way, name] = int(number), name, layout
    return by_type, by_name


BY_TYPE, BY_NAME = parse_table(COMMANDS)
TYPES = {name: number for (_, name), (number, _, _) in BY_NAME.items()}


def present(condition, fields):
    if "&" in condition:
        label, bit = condition.split("&")
        return fields[label] & int(bit)
    label, value = condition.split("=")
    return fields[label] == int(value)


def encode(command, way="c"):
    """One command with its size and type. A field that is not given is zero or empty."""
    number, _, layout = BY_NAME[way, command.name]
    fields = dict(command.__dict__)
    out = write("u8", number)
    for kind, label, condition in layout:
        if label not in fields:
            fields[label] = 0 if kind in NUMBERS else EMPTY.get(kind, b"")
        if not condition or present(condition, fields):
            out += write(kind, fields[label])
    return write("u32", len(out)) + out


def decode_fields(way, number, body):
    """The command of this type, or None when the type is unknown and the command to be skipped."""
    if (way, number) not in BY_TYPE:
        return None
    _, name, layout = BY_TYPE[way, number]
    command, reader = Command(name), Reader(body)
    for kind, label, condition in layout:
        if not condition or present(condition, command.__dict__):
            setattr(command, label, read(kind, reader))
    if reader.left():
        raise Malformed(f"{reader.left()} bytes too many in {name}")
    return command


def frame(*commands, way="c"):
    return HEADER + b"".join(encode(command, way) for command in commands)


def decode(data, way="b"):
    """The commands of a frame with the bytes each takes, one by one: those before a malformed one stand."""
    reader = Reader(data)
    if reader.take(4) != HEADER:
        raise Malformed(f"not a frame of version {VERSION}: {data[:4].hex()}")
    while reader.left():
        body = reader.take(reader.number("u32"))
        if not body:
            raise Malformed("a command without a type")
        # One of a newer version is skipped, but counted (§2).
        yield decode_fields(way, body[0], body[1:]) or Command("UNKNOWN", type=body[0]), 4 + len(body)


def write_headers(headers):
    return b"".join(write("short", key) + write("long", value.encode()) for key, value in headers.items())


def read_headers(data):
    reader, headers = Reader(data), {}
    while reader.left():
        key, value = read("short", reader), utf8(read("long", reader))
        if not key or key in headers:
            raise Malformed(f"header {key!r} is empty or comes twice")
        headers[key] = value
    return headers


def message_fields(payload, headers=None, actor="", id=None, flags=0):
    """A message as the fields that PUBLISH and REQUEST have for it."""
    actor, headers = actor.encode(), write_headers(headers or {})
    return dict(flags=flags | (ID if id else 0), actor_size=len(actor), headers_size=len(headers),
                content=(id or b"") + actor + headers + payload)


def read_content(flags, actor_size, headers_size, content):
    reader = Reader(content)
    return dict(id=reader.take(16) if flags & ID else None, actor=utf8(reader.take(actor_size)),
                headers=read_headers(reader.take(headers_size)), payload=reader.take(reader.left()))


class Message:
    """A message with whatever is known about it: topic, id, actor, headers, payload, publisher, position …"""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        return f"Message({self.__dict__})"


RECORD = struct.Struct("<IIQqBBBBHH")  # up to `publisher`


def read_records(data, count):
    """The records of a DELIVER or PAGE; `topic` is the broker's number."""
    reader, records = Reader(data), []
    for _ in range(count):
        size, topic, sequence, timestamp, flags, publisher_size, actor_size, zero, headers_size, zeros = RECORD.unpack(
            reader.take(RECORD.size))
        if zero or zeros or size < RECORD.size:
            raise Malformed("the head of a record")
        rest = Reader(reader.take(size - RECORD.size))
        records.append(Message(topic=topic, sequence=sequence, timestamp=timestamp, flags=flags,
                               publisher=utf8(rest.take(publisher_size)),
                               **read_content(flags, actor_size, headers_size, rest.take(rest.left()))))
    if reader.left():
        raise Malformed("bytes after the last record")
    return records


def write_record(record):
    publisher = record.publisher.encode()
    fields = message_fields(record.payload, record.headers, record.actor, record.id)
    rest = publisher + fields["content"]
    return RECORD.pack(RECORD.size + len(rest), record.topic, record.sequence, record.timestamp, record.flags,
                       len(publisher), fields["actor_size"], 0, fields["headers_size"], 0) + rest


def read_rows(data, count):
    reader = Reader(data)
    rows = [read_headers(read("long", reader)) for _ in range(count)]
    if reader.left():
        raise Malformed("bytes after the last row")
    return rows


def matches(pattern, topic):
    """§7: whether a pattern matches a topic."""
    if topic.startswith("$") and not pattern.startswith("$"):
        return False
    wanted, tokens = pattern.split("."), topic.split(".")
    if wanted[-1] == ">":
        wanted.pop()
        if len(tokens) <= len(wanted):
            return False
        tokens = tokens[:len(wanted)]
    return len(wanted) == len(tokens) and all(w in ("*", t) for w, t in zip(wanted, tokens))
