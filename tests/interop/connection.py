"""One connection to the broker: a DEALER socket and what shows that it is gone (protocol/PROTOCOL.md §1)."""
import contextlib
import struct
import time

import zmq

import codec


class FanfareError(Exception):
    """The broker's ERROR."""

    def __init__(self, code, text="", closes=False, retry_after_ms=0, request=0, command=0):
        super().__init__(f"{code}: {text}")
        self.code, self.closes, self.retry_after_ms = code, closes, retry_after_ms
        self.request, self.command = request, command

    @staticmethod
    def of(error):
        return FanfareError(codec.ERRORS.get(error.code, str(error.code)), error.text.decode("utf-8", "replace"),
                            bool(error.flags & codec.CLOSES), error.retry_after_ms, error.request, error.command)


class ConnectionLost(Exception):
    pass


class Connection:
    """One DEALER for one connection; it is never mended (§1)."""

    def __init__(self, address, context=None):
        self.socket = (context or zmq.Context.instance()).socket(zmq.DEALER)
        self.socket.linger, self.socket.reconnect_ivl, self.socket.sndhwm = 0, -1, 0
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_CLOSED | zmq.EVENT_DISCONNECTED)
        self.poller = zmq.Poller()
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self.monitor, zmq.POLLIN)
        self.commands = iter(())
        self.last_sent = self.last_received = time.monotonic()
        self.socket.connect(address)

    def close(self):
        if not self.socket.closed:
            self.socket.disable_monitor()
            self.monitor.close(0)
            self.socket.close()

    def send_frame(self, data):
        if self.socket.closed:
            raise ConnectionLost("closed")
        # Once the connection is gone, send() would wait for ever; receive() says that it is.
        with contextlib.suppress(zmq.Again):
            self.socket.send(data, zmq.NOBLOCK)
        self.last_sent = time.monotonic()

    def send(self, *commands):
        self.send_frame(codec.frame(*commands))

    def receive(self, timeout=0.0):
        """The next command and its bytes; None when none came in time. ConnectionLost comes after the last one."""
        deadline = time.monotonic() + timeout
        while True:
            for command, size in self.commands:
                return command, size
            if self.socket.closed:
                raise ConnectionLost("closed")
            ready = dict(self.poller.poll(max(0.0, deadline - time.monotonic()) * 1000))
            if self.socket in ready:
                parts = self.socket.recv_multipart()
                if len(parts) != 1:
                    raise codec.Malformed(f"{len(parts)} parts")
                self.last_received = time.monotonic()
                self.commands = codec.decode(parts[0])
            elif self.monitor in ready and not self.socket.poll(0):  # a last message may have come in between
                event = struct.unpack_from("<H", self.monitor.recv_multipart()[0])[0]
                self.close()
                raise ConnectionLost("disconnected" if event == zmq.EVENT_DISCONNECTED else "no broker there")
            elif not ready:
                return None
