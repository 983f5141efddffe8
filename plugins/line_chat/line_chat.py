#!/usr/bin/python3
"""Chat by telnet: a front-end written from protocol/PROTOCOL.md and docs/services.md alone. README.md says how to use it."""
import hashlib, itertools, json, os, random, re, socket, socketserver, struct, sys, threading, time, uuid
try: import zmq
except ImportError: sys.exit("line_chat: Python's ZeroMQ is missing: apt-get install python3-zmq")
CONTROL, UNCOUNTED, DATA = re.compile("[\0-\x08\n-\x1f\x7f-\x9f]"), {2, 6, 8, 9, 10, 11, 18}, {16, 21, 24, 25}  # §2, §6
PASSING, FIELDS = {12, 50, 51}, {2: "<BB48sQQII", 4: "<QBHBIH", 13: "<H", 25: "<QBH"}  # §9: asked again over the next; §5
def short(text): return bytes([len(text.encode())]) + text.encode()
def command(kind, form="", *values, tail=b""):
    return struct.pack("<IB" + form, 1 + struct.calcsize("<" + form) + len(tail), kind, *values) + tail
class Person(socketserver.BaseRequestHandler):  # somebody at a telnet: a thread, and a session at the broker
    def handle(self):
        self.typed, self.id, self.conversation, self.open, self.pause, self.numbers = b"", "", "", b"", 0, itertools.count(4)
        self.connect()
        while True:
            try: self.obey(self.read("" if self.id else "User name:"))
            except RuntimeError as refusal: self.say(f"! {refusal}")
    def finish(self): self.socket.set(zmq.LINGER, 500), self.send(command(7)), self.socket.close()  # BYE
    def connect(self):  # always a new socket and a new session, which takes over what the one before held
        time.sleep(self.pause * random.uniform(0.75, 1.25))
        self.socket, self.pause = zmq.Context.instance().socket(zmq.DEALER), min(2 * self.pause or 0.1, 5)
        self.socket.linger, self.socket.reconnect_ivl, self.socket.sndhwm = 0, -1, 0
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_CLOSED | zmq.EVENT_DISCONNECTED)
        self.answers, self.received, self.handled, self.ready, self.lease, self.heard = {}, 0, 0, False, 5, time.monotonic()
        self.socket.connect(os.environ.get("FANFARE_BROKER_ADDRESS", "tcp://127.0.0.1:7410"))
        self.send(command(1, "BBBQ", 1, 1, 0, 1 << 20, tail=short("line_chat") + short("line_chat/1")))  # HELLO
    def hold(self):  # PRESENCE; UNSUBSCRIBE from the last conversation and SUBSCRIBE to this one; what has no answer yet
        person, self.ready, self.news = command(34, "QBH", 1, 0, 1, tail=short("user." + self.id)), True, self.conversation
        topic = command(15, "QI", 2, 1) + command(14, "QI34s", 3, 1, bytes(34), tail=short("chat." + self.conversation))
        self.send(person if self.id else b"", topic if self.conversation else b"", self.open)
    def send(self, *commands): self.socket.poll(0, zmq.POLLOUT) and self.socket.send(b"Ff\1\0" + b"".join(commands))
    def pump(self):  # takes what has come from either side
        ready, now = zmq.select([self.socket, self.monitor, self.request], [], [], 1)[0], time.monotonic()
        if self.request.fileno() in ready: self.typed += len(self.typed) < 16384 and self.request.recv(4096) or sys.exit()
        if self.socket in ready: self.heard, _ = now, self.take(self.socket.recv()[4:])
        elif self.monitor in ready or now > self.heard + self.lease: self.connect()
        elif self.ready: self.send(command(5, "Q", 1))  # PING
    def take(self, data):
        while data:
            (size, kind), form = struct.unpack_from("<IB", data), FIELDS.get(data[4], "")
            values, rest, data = struct.unpack_from(form, data, 5), data[5 + struct.calcsize(form):size + 4], data[size + 4:]
            self.received, self.handled = self.received + (kind not in UNCOUNTED), self.handled + (4 + size) * (kind in DATA)
            match kind, *values:
                case 2, *_, lease, _: self.lease, self.pause, _ = lease / 1000, min(self.pause, 0.5), self.hold()  # WELCOME
                case 4, _, _, code, closes, *_ if closes & 1 or code in PASSING: return self.connect()  # ERROR
                case 4, number, *_: self.answers[number] = {"error": {"message": rest.decode()}}
                case 13, _: self.answers[struct.unpack_from("<Q", rest)[0]] = {"ok": {}}  # PUBACK
                case (16,): self.news = True  # DELIVER
                case 25, number, _, headers: self.answers[number] = json.loads(rest[headers:])  # REPLY
        self.send(command(9, "QQ", self.received, self.handled + (1 << 20)))  # CREDIT
    def exchange(self, kind, form, *fields, head, body, before=b""):  # REQUEST or PUBLISH, one at a time
        number, body = next(self.numbers), json.dumps(body, ensure_ascii=False, separators=",:")
        self.open = before + command(kind, form, number, *fields, len(self.id), 0, tail=head + (self.id + body).encode())
        if self.ready: self.send(self.open)  # else WELCOME does; and again in a new session, which does no harm
        while number not in self.answers: self.pump()
        self.open, self.pause, answer = b"", 0.1, self.answers.pop(number)
        if "error" in answer: raise RuntimeError(answer["error"]["message"])
        return answer["ok"]
    def ask(self, topic, **body): return self.exchange(24, "QIBBH", 10000, 8, head=short(topic), body=body)
    def say(self, text): self.request.sendall(CONTROL.sub(" ", text).encode() + b"\r\n")
    def read(self, prompt):
        if prompt: self.say(prompt)
        while b"\n" not in self.typed:
            self.show() if self.ready and self.news else self.pump()
        line, self.typed = self.typed.split(b"\n", 1)
        return line.decode().rstrip("\r")
    def show(self):  # what is new, from the history: there it is at once and in order, and only for who may read it
        self.news = False
        page = self.ask("history.list", conversation=self.conversation, after=self.cursor)
        for message in page["messages"]: self.say(f"[{message['from']['display_name']}] {message['text']}")
        self.cursor, self.news = page["next"] or page["resume"], self.news or page["next"]
    def obey(self, line):
        if not self.id:
            self.id = self.ask("accounts.login", username=line, password=self.read("Password:"))["user"]["id"]
            self.hold()
        elif line.startswith(("/list", "/join ")):
            for number, room in enumerate(self.ask("conversations.list")["conversations"], 1):
                title = room["title"] or next(each["display_name"] for each in room["members"] if each["id"] != self.id)
                if line == "/list": self.say(f"{number}  {title}")
                elif line[6:] in (title, str(number)):
                    page = self.ask("history.list", conversation=room["id"], limit=10)
                    self.conversation, self.cursor = room["id"], page["next"] or f"{uuid.UUID(int=0)}-0"
                    return self.hold()
            if line != "/list": self.say("! There is no such conversation.")
        elif not self.conversation: self.say("/list shows your conversations, /join NUMBER or NAME enters one.")
        elif CONTROL.search(line) or len(line) > 4000: self.say("! Lines of text, please, of 4,000 characters at most.")
        elif line.strip() and self.ask("conversations.access", conversation=self.conversation):
            id, topic = uuid.uuid4().hex, "chat." + self.conversation
            hashed = hashlib.blake2b(f"fanfare message {self.id}{self.conversation}{id}".encode(), digest_size=32).digest()
            key = uuid.UUID(bytes=hashed[:6] + bytes([hashed[6] & 15 | 128, hashed[7], hashed[8] & 63 | 128]) + hashed[9:16])
            body = {"client_id": id, "id": str(key), "kind": "text", "text": line}
            self.exchange(12, "QIBBH", 1, 1, head=key.bytes, body=body, before=command(10, "IH", 1, 0, tail=short(topic)))
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, verify_request = True, True, lambda *_: threading.active_count() <= 100
    def handle_error(self, *_): print("a telnet was closed:", sys.exc_info()[1], flush=True)
socket.setdefaulttimeout(20)  # for who does not read
with Server(("127.0.0.1", int((sys.argv + ["7423"])[1])), Person) as server:
    if name := os.environ.get("NOTIFY_SOCKET", "").replace("@", "\0", 1):
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", name)
    server.serve_forever()
