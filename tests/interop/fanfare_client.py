"""A client of the Fanfare broker in plain Python, written from protocol/PROTOCOL.md alone. (§ marks refer to it.)

    client = Client("tcp://127.0.0.1:7410", "demo")
    everything = client.subscribe("demo.>")
    client.wait(client.publish("demo.hello", b"hi"))
    print(client.next(everything).payload)

It has no thread: it reads, grants credit and keeps its session alive while one of its waiting calls runs. When the
connection is lost they raise ConnectionLost; connect() makes a new one and resumes the session, or takes up what was
open in a new one.
"""
import collections
import random
import time

import codec
from codec import Command, Message
from connection import Connection, ConnectionLost, FanfareError


class Pending:
    """A command that waits for its answer."""

    def __init__(self, command):
        self.command, self.result, self.error, self.replies = command, None, None, []

    def done(self):
        return self.error is not None or self.result is not None


Ack = collections.namedtuple("Ack", "stream epoch sequence repeated")  # stream 0: `sequence` sessions got it


class Handle:
    """A subscription or a service: its queue holds messages or requests."""

    def __init__(self, number, pattern, pending):
        self.number, self.pattern, self.pending = number, pattern, pending
        self.queue, self.canceled, self.positions = collections.deque(), set(), {}


class Replying:
    """A reply in parts (§5): bytes of content sent, and gone on to the caller, and the REPLYs that wait for that."""

    def __init__(self):
        self.sent = self.passed = 0
        self.waiting = collections.deque()


class Client:
    def __init__(self, address, name, window=1 << 20, patience=5.0):
        self.address, self.name, self.window, self.patience = address, name, window, patience
        self.connection = self.welcome = None
        self.received = 0  # counted commands of this session
        self.last_request = self.last_handle = 0
        self.pending = {}  # request → Pending
        self.handles = {}  # handle → Handle
        self.outgoing = collections.deque()  # data commands that wait for credit
        self.urgent = collections.deque()  # free commands that wait until all was repeated
        self.unconfirmed = collections.deque()  # counted commands sent that the broker has not said it received
        self.confirmed = 0  # how many it has
        self.on_this = 0  # of the unconfirmed: sent on this connection
        self.replying = {}  # exchange → Replying, of those with a reply that is not over
        self.numbers = {}  # topic → our number
        self.topics = {}  # (stream, number) → topic, the broker's
        self.last_positions = {}  # stream → the last position acknowledged to us
        self.gaps, self.errors, self.draining = [], [], None
        self.connect()

    # --- session (§2)

    def connect(self):
        """Connects until a broker answers or `patience` seconds are over."""
        deadline, wait = time.monotonic() + self.patience, 0.1
        while True:
            try:
                return self._hello()
            except ConnectionLost:
                pause = wait * random.uniform(0.75, 1.25)
                if time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
                wait = min(5.0, wait * 2)

    def _hello(self):
        self.close()
        self.connection = Connection(self.address)
        hello = Command("HELLO", version_min=1, version_max=1, limit=self.window, peer=self.name, software="interop/1")
        if self.welcome:
            hello.flags, hello.session, hello.secret = 1, self.welcome.session, self.welcome.secret
            hello.received, hello.sent = self.received, self.confirmed + len(self.unconfirmed)
        self.connection.send(hello)
        answer = self.connection.receive(self.patience)
        if answer is None:
            self.close()
            raise ConnectionLost("no WELCOME in time")
        if answer[0].name != "WELCOME":
            self.close()
            raise FanfareError.of(answer[0])
        resumed = answer[0].flags & 1
        if resumed and answer[0].session != self.welcome.session:
            raise codec.Malformed("resumed another session")
        self.welcome = answer[0]
        for number, _, epoch, head, _ in self.welcome.streams:
            self.last_positions.setdefault(number, (number, epoch, head))
        self.limit = self.welcome.limit
        self.sent_bytes, self.announced = 0, {}
        self.handled_bytes = self.granted_bytes = self.free_bytes = 0
        self.granted, self.draining = self.received, None
        self.topics.clear()  # the broker announces anew
        if resumed:
            self.on_this = len(self.unconfirmed)
            self._confirm(self.welcome.received)
            self.on_this = 0  # they go again under the same counts
        else:
            self._begin_session()
        self._flush()

    def _begin_session(self):
        """The broker knows nothing of what was: sets up again, and says what became of the open requests."""
        unsent = {id(command) for command in [*self.outgoing, *self.urgent]}
        old, self.pending = list(self.pending.values()), {}
        self.received = self.granted = self.confirmed = self.on_this = self.last_request = 0
        for queue in self.outgoing, self.urgent, self.unconfirmed, self.replying:
            queue.clear()
        for handle in self.handles.values():
            handle.queue = handle.queue if handle.pending.command.name == "SUBSCRIBE" else collections.deque()
            handle.pending = self._ask(handle.pending.command)
        for pending in old:
            if pending.command.name == "PUBLISH":
                if id(pending.command) not in unsent:
                    pending.command.flags |= codec.RESENT
                    pending.command.last = self._last_position(pending.command.topic_name)
                self._ask(pending.command, pending)
            elif pending.command.name not in ("SUBSCRIBE", "SERVE"):
                pending.error = FanfareError("not_sent" if id(pending.command) in unsent else "outcome_unknown")

    def _last_position(self, topic):
        for number, _, _, _, patterns in self.welcome.streams:
            if any(codec.matches(pattern, topic) for pattern in patterns):
                return self.last_positions[number]
        return 0, codec.NIL, 0

    def close(self, bye=False):
        if self.connection:
            if bye and not self.connection.socket.closed:
                self.connection.socket.linger = 1000  # or the BYE is thrown away with the socket
                self.connection.send(Command("BYE"))
            self.connection.close()

    # --- sending

    def _ask(self, command, pending=None):
        """Gives a command its request number and sends it, or queues it when it carries data."""
        pending = pending or Pending(command)
        self.last_request += 1
        command.request = self.last_request
        self.pending[command.request] = pending
        if command.name in codec.DATA["c"]:
            self.outgoing.append(command)
        else:
            self._send_free(command)
        return pending

    def _send_free(self, command):
        self.urgent.append(command)
        self._flush()

    def publish(self, topic, payload, headers=None, actor="", id=None, flags=0):
        """Queues a message; wait() for what it returns gives the Ack. Many publishes make few frames."""
        number = self.numbers.setdefault(topic, len(self.numbers) % 65535 + 1)  # from there on numbers are named anew
        fields = codec.message_fields(payload, headers, actor, id, flags)
        return self._ask(Command("PUBLISH", topic=number, topic_name=topic, **fields))

    def subscribe(self, pattern, **fields):
        return self._open("SUBSCRIBE", pattern, fields)

    def serve(self, pattern, max_in_flight=0):
        return self._open("SERVE", pattern, dict(max_in_flight=max_in_flight))

    def _open(self, name, pattern, fields):
        self.last_handle += 1
        handle = Handle(self.last_handle, pattern, None)
        handle.pending = self._ask(Command(name, handle=handle.number, pattern=pattern, **fields))
        self.handles[handle.number] = handle
        try:
            self.wait(handle.pending)
        except FanfareError:
            del self.handles[handle.number]
            raise
        return handle

    def unsubscribe(self, handle):
        """Of a subscription or a service."""
        self.wait(self._ask(Command("UNSUBSCRIBE", handle=handle.number)))
        del self.handles[handle.number]

    def request(self, topic, payload, timeout_ms=5000, headers=None, actor="", flags=0):
        fields = codec.message_fields(payload, headers, actor, flags=flags)
        pending = self._ask(Command("REQUEST", timeout_ms=timeout_ms, topic=topic, **fields))
        self._flush()
        return pending

    def reply(self, request, payload, headers=None, flags=0):
        headers = codec.write_headers(headers or {})
        self.replying.setdefault(request.exchange, Replying()).waiting.append(
            Command("REPLY", number=request.exchange, flags=flags, headers_size=len(headers),
                    content=headers + payload))
        self._send_parts(request.exchange)

    def _send_parts(self, exchange):
        it = self.replying[exchange]
        while it.waiting and (it.sent == it.passed
                              or it.sent - it.passed + len(it.waiting[0].content) <= codec.PARTS_IN_FLIGHT):
            command = it.waiting.popleft()
            it.sent += len(command.content)
            self.outgoing.append(command)
            if command.flags != codec.MORE:
                del self.replying[exchange]
        self._flush()

    def cancel(self, pending):
        if pending.command in self.outgoing:  # CANCEL would overtake it
            self.outgoing.remove(pending.command)
            del self.pending[pending.command.request]
            pending.error = FanfareError("canceled")
        else:
            self._send_free(Command("CANCEL", number=pending.command.request))

    def query(self, kind, limit=100):
        """All rows of a kind, page by page."""
        rows, cursor, last = [], b"", False
        while not last:
            page = self.wait(self._ask(Command("QUERY", kind=kind, limit=limit, cursor=cursor)))
            rows += codec.read_rows(page.entries, page.count)
            cursor, last = page.next, page.flags & 1
        return rows

    def ping(self, token=1):
        self.connection.send(Command("PING", token=token))

    def _flush(self):
        """Sends what may go, many commands to a frame: first what is repeated, then what is free, then data (§2, §6)."""
        frame = b""
        while command := self._next_to_send():
            data = codec.encode(command)
            if command.name in codec.DATA["c"]:
                outstanding = self._has_unconfirmed_data()
                if self.sent_bytes + len(data) > self.limit and outstanding:
                    break
                self.sent_bytes += len(data)
            if self.on_this == len(self.unconfirmed):  # it is no repeat
                self.unconfirmed.append((self.urgent or self.outgoing).popleft())
            self.on_this += 1
            if command.name == "PUBLISH" and self.announced.get(command.topic) != command.topic_name:
                self.announced[command.topic] = command.topic_name
                data = codec.encode(Command("TOPIC", number=command.topic, topic=command.topic_name)) + data
            if frame and len(codec.HEADER) + len(frame) + len(data) > self.welcome.frame:
                self.connection.send_frame(codec.HEADER + frame)
                frame = b""
            frame += data
        if frame:
            self.connection.send_frame(codec.HEADER + frame)
            if self.received != self.granted:
                self._send_credit()

    def _has_unconfirmed_data(self):
        """Among what was sent on this connection; the broker's limits do not tell, its window changes."""
        return any(self.unconfirmed[i].name in codec.DATA["c"] for i in range(self.on_this))

    def _next_to_send(self):
        if self.on_this < len(self.unconfirmed):
            return self.unconfirmed[self.on_this]
        waiting = self.urgent or self.outgoing
        return waiting[0] if waiting else None

    def _confirm(self, received):
        count = received - self.confirmed
        if not 0 <= count <= self.on_this:
            raise codec.Malformed(f"{received} received of {self.confirmed + self.on_this}")
        for _ in range(count):
            self.unconfirmed.popleft()
        self.on_this -= count
        self.confirmed = received

    # --- receiving

    def wait(self, pending, timeout=None):
        """The answer: an Ack, the OK, a PAGE, or the replies; raises the FanfareError that came instead."""
        self.until(pending.done, timeout)
        if pending.error:
            raise pending.error
        return pending.result

    def next(self, handle, timeout=None):
        """The next message of a subscription or request to a service."""
        self.until(lambda: handle.queue, timeout)
        return handle.queue.popleft()

    def until(self, condition, timeout=None, poll=60.0):
        """Pumps until the condition holds; `poll` says how often to look at one that something else may fulfil."""
        deadline = time.monotonic() + (self.patience if timeout is None else timeout)
        self.pump()
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("nothing came in time")
            self.pump(min(poll, deadline - time.monotonic()))

    def pump(self, timeout=0.0):
        """Handles what has arrived; waits up to `timeout` seconds for something."""
        deadline = time.monotonic() + timeout
        self._flush()
        arrived = self.connection.receive(0)
        while arrived is None and time.monotonic() < deadline:
            self._keep_alive()
            arrived = self.connection.receive(min(deadline - time.monotonic(), self.welcome.heartbeat_ms / 4000))
        while arrived is not None:
            self._handle(*arrived)
            arrived = self.connection.receive(0)
        self._grant(everything=True)  # the caller may not come back for a while
        self._flush()
        self._keep_alive()

    def _keep_alive(self):
        now = time.monotonic()
        if now - self.connection.last_received > self.welcome.lease_ms / 1000:
            self.close()
            raise ConnectionLost("nothing heard for the lease")
        if now - self.connection.last_sent > self.welcome.heartbeat_ms / 1000:
            self.ping()

    def _grant(self, everything=False):
        """Lets the broker send more: at a quarter of the window, 64 KiB of what is free, and before sleeping (§6)."""
        due = self.handled_bytes - self.granted_bytes >= self.window // 4 or self.free_bytes >= 64 << 10
        news = self.handled_bytes != self.granted_bytes or self.draining is not None and self.received != self.granted
        if due or everything and news:
            self._send_credit()

    def _send_credit(self):
        self.granted_bytes, self.granted, self.free_bytes = self.handled_bytes, self.received, 0
        self.connection.send(Command("CREDIT", received=self.received, limit=self.handled_bytes + self.window))

    def _handle(self, command, size):
        if command.name not in codec.UNCOUNTED and not (command.name == "ERROR" and command.flags & codec.CLOSES):
            self.received += 1
            if command.name not in codec.DATA["b"]:
                self.free_bytes += size
        getattr(self, "_on_" + command.name.lower())(command)
        if command.name in codec.DATA["b"]:
            self.handled_bytes += size
        self._grant()

    def _answer(self, request, result):
        pending = self.pending.pop(request, None)  # none: it was given up
        if pending:
            pending.result = result

    def _on_ok(self, ok):
        pending = self.pending.get(ok.request)
        if pending and pending.command.name == "SUBSCRIBE" and pending.command.handle in self.handles:
            self.handles[pending.command.handle].positions = {p[0]: p[1:] for p in ok.positions}
        self._answer(ok.request, ok)

    def _on_error(self, error):
        failure = FanfareError.of(error)
        if failure.closes:
            self.close()
        if error.request in self.pending:
            self.pending.pop(error.request).error = failure
        elif failure.closes:
            raise failure
        else:
            self.errors.append(failure)

    def _on_pong(self, pong):
        self.last_pong = pong.token

    def _on_drain(self, drain):
        self.draining = drain.deadline_ms

    def _on_credit(self, credit):
        self.limit = max(self.limit, credit.limit)
        self._confirm(credit.received)

    def _on_topic(self, topic):
        self.topics[topic.stream, topic.number] = topic.topic

    def _on_forget(self, forget):
        if not forget.numbers:
            self.topics.clear()
        for number in forget.numbers:
            self.topics.pop((forget.stream, number), None)

    def _on_puback(self, puback):
        for first, count, flags, stream, epoch, sequence in puback.ranges:
            for i in range(count):
                if first + i in self.pending:
                    ack = Ack(stream, epoch, sequence + i if stream else sequence, bool(flags & 1))
                    if stream:
                        self.last_positions[stream] = ack[:3]
                    self._answer(first + i, ack)

    def _on_deliver(self, deliver):
        for record in codec.read_records(deliver.records, deliver.count):
            record.topic = self.topics[deliver.stream, record.topic]
            record.stream, record.epoch = deliver.stream, deliver.epoch
            self._hand_out(record)

    def _hand_out(self, record):
        """One copy comes, however many subscriptions match."""
        for handle in self.handles.values():
            if handle.pending.command.name == "SUBSCRIBE" and handle.pending.result and codec.matches(
                    handle.pattern, record.topic):
                begin = handle.positions.get(record.stream, (codec.NIL, 0))
                if not record.stream or (record.epoch, record.sequence) > begin:
                    handle.queue.append(record)

    def _on_position(self, position):
        pass  # this client keeps no history to compare it with

    _on_caught_up = _on_unknown = _on_position

    def _on_gap(self, gap):
        self.gaps.append(gap)

    def _on_page(self, page):
        self._answer(page.request, page)

    def _on_request(self, request):
        if request.handle in self.handles:  # else it crossed our UNSUBSCRIBE
            self.handles[request.handle].queue.append(Message(
                exchange=request.exchange, remaining_ms=request.remaining_ms, attempt=request.attempt,
                flags=request.flags, topic=request.topic, publisher=request.publisher,
                **codec.read_content(request.flags, request.actor_size, request.headers_size, request.content)))

    def _on_reply(self, reply):
        if reply.number in self.pending:
            pending = self.pending[reply.number]
            content = codec.read_content(0, 0, reply.headers_size, reply.content)
            pending.replies.append(Message(flags=reply.flags, **content))
            if not reply.flags & codec.MORE:
                self._answer(reply.number, pending.replies)

    def _on_passed(self, passed):
        if passed.exchange in self.replying:
            self.replying[passed.exchange].passed = passed.bytes
            self._send_parts(passed.exchange)

    def _on_cancel(self, cancel):
        self.replying.pop(cancel.number, None)
        for handle in self.handles.values():
            handle.canceled.add(cancel.number)
            handle.queue = collections.deque(r for r in handle.queue if getattr(r, "exchange", None) != cancel.number)
