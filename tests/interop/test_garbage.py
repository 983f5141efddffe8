"""Nonsense of every kind, while others are served."""
import contextlib
import random
import socket
import struct

import zmq

import codec
from case import BrokerTest, hello
from codec import Command
from support import PATIENCE, SEED, read_golden


class GarbageTest(BrokerTest):
    """Ten megabytes of nonsense leave the broker serving."""
    TOTAL = 10_000_000

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.frames = list(read_golden().values())

    def mutated(self):
        data = bytearray(self.random.choice(self.frames))
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(data) + 1)
            kind = self.random.randrange(6)
            if kind == 0:
                data[at:at + 1] = self.random.randbytes(1)
            elif kind == 1:
                data[at:at + 8] = self.random.choice([b"\0", b"\xff", b"\x7f", b"\x80"]) * len(data[at:at + 8])
            elif kind == 2:
                data[at:at + self.random.randrange(1, 20)] = b""
            elif kind == 3:
                data[at:at] = self.random.randbytes(self.random.randrange(1, 300))
            elif kind == 4:
                data += self.random.choice(self.frames)[4:]
            elif len(data) >= 8:
                struct.pack_into("<I", data, 4, self.random.choice([len(data) - 8, self.random.getrandbits(32), 0]))
        return bytes(data)

    def nonsense(self):
        kind = self.random.randrange(10)
        if kind == 0:
            return self.random.randbytes(self.random.randrange(60_000))
        if kind == 1:
            return codec.HEADER + self.random.randbytes(self.random.randrange(2000))
        if kind == 2:
            return codec.HEADER + b"".join(self.random.choice(self.frames)[4:] for _ in range(20))
        return self.mutated()

    def dealer(self):
        peer = zmq.Context.instance().socket(zmq.DEALER)
        peer.linger, peer.reconnect_ivl, peer.sndhwm = 2000, -1, 0
        peer.connect(self.broker.address)
        return peer

    def test_as_messages(self):
        peers, sent, reported = [self.dealer() for _ in range(32)], 0, 0
        before = int(self.healthy.query(0)[0]["malformed_frames"])
        while sent < self.TOTAL // 2:
            which = self.random.randrange(len(peers))
            if self.random.random() < 0.02:
                peers[which].close()
                peers[which] = self.dealer()
            peer, data = peers[which], self.nonsense()
            if self.random.random() < 0.5:
                peer.send(codec.frame(hello()))
            peer.send(data)
            sent += len(data)
            if which % 2:  # the others never read what they are answered
                with contextlib.suppress(zmq.Again):
                    while True:
                        peer.recv(zmq.NOBLOCK)
            if sent - reported > 500_000:
                reported = sent
                self.serve_others()
        for peer in peers:
            peer.send(codec.frame(Command("BYE")))
            peer.close()
        self.assertGreater(int(self.healthy.query(0)[0]["malformed_frames"]), before)

    def test_as_bytes(self):
        greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
        ready = b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER"
        ready = b"\x04" + bytes([len(ready)]) + ready
        sent, reported = 0, 0
        while sent < self.TOTAL // 2:
            kind = self.random.randrange(6)
            if kind == 0:
                data = self.random.randbytes(self.random.randrange(200_000))
            elif kind == 1:
                data = greeting + self.random.randbytes(100_000)
            elif kind == 2:
                data = greeting[:10] + self.random.randbytes(10_000)
            elif kind == 3:  # a message that says it is larger than any
                size = struct.pack(">Q", self.random.getrandbits(62))
                data = greeting + ready + b"\x02" + size + self.random.randbytes(10_000)
            else:
                data = greeting + ready
                for _ in range(self.random.randrange(1, 500)):
                    message = codec.frame(hello()) if self.random.random() < 0.3 else self.mutated()
                    flags = self.random.choice([0, 0, 0, 1, 4, self.random.getrandbits(8)])
                    data += bytes([flags & ~2 | 2]) + struct.pack(">Q", len(message)) + message
            address = "127.0.0.1", self.broker.port
            with contextlib.suppress(OSError), socket.create_connection(address, PATIENCE) as connection:
                connection.sendall(data)
            sent += len(data)
            if sent - reported > 500_000:
                reported = sent
                self.serve_others()
