"""A Bot API server of a test's own, on loopback: strict where telegram-test-api takes everything.

    bot_api.py serve [TOKEN] runs one until standard input ends; first prints its port
    bot_api.py serve-https   the same with a certificate that nobody has reason to trust

It serves /bot<token>/<method> for the bot (telegram_bot.py) and /control/<name> for the test: JSON in, JSON out, the
names and arguments of Control's methods. In Python: `with BotApiServer() as server: … server.control.start(7)`.
Nothing is kept when it ends.
"""

import contextlib
import http.server
import json
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from telegram_bot import ApiError, Bot, too_many
from telegram_people import People
from telegram_script import ERRORS, Scripts, page

TOKEN = "4242:TEST-token_of_Fanfare-0123456789abcdef"
CHANGES = {"sendMessage", "editMessageText"}


class Control(People):
    """What a test does and looks at: people, scripts (telegram_script.py names the answers), and all that happened."""

    def __init__(self, bot, scripts, calls):
        super().__init__(bot)
        self._scripts, self._calls = scripts, calls
        self.connections = 0

    def script(self, answer, method=None, chat=None, times=1, **details):
        """The next `times` calls (of the method, to the chat) are answered so; telegram_script.py names the answers."""
        with self._bot.changed:
            self._scripts.add(answer, method, chat, times, **details)

    def unscript(self):
        with self._bot.changed:
            self._scripts.clear()

    def rates(self, **rates):
        """private, group, all: [at once, per second]."""
        with self._bot.changed:
            self._bot.rates.set(rates)

    def sent(self, chat=None):
        """Messages as they are now, with the texts they had before as `edits`."""
        with self._bot.changed:
            return [dict(each) for each in self._bot.sent if chat in (None, each["chat"])]

    def calls(self, method=None):
        """{method, chat, at, status, connection}; status 0: it was not answered."""
        with self._bot.changed:
            return [dict(call) for call in self._calls if method in (None, call["method"])]

    def violations(self):
        with self._bot.changed:
            return list(self._bot.violations)

    def presses(self):
        """{id, user, data, answer}; null: the button still waits."""
        with self._bot.changed:
            return list(self._bot.presses.values())

    def state(self):
        with self._bot.changed:
            return {"pending": len(self._bot.updates), "webhook": self._bot.webhook, "polls": self._bot.polls,
                    "conflicts": self._bot.conflicts, "allowed_updates": sorted(self._bot.allowed),
                    "commands": self._bot.commands, "connections": self.connections}

    def forget(self):
        """What was sent, called and violated so far."""
        with self._bot.changed:
            for each in (self._bot.sent, self._calls, self._bot.violations):
                each.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def setup(self):
        super().setup()
        with self.server.bot.changed:
            self.server.control.connections += 1
            self.number = self.server.control.connections

    def do_POST(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            arguments = dict(urllib.parse.parse_qsl(query)) | (json.loads(body) if body else {})
        except ValueError:
            arguments = None
        if path.startswith("/control/"):
            self.do_control(path.removeprefix("/control/"), arguments)
        else:
            self.do_bot(path, arguments)

    do_GET = do_POST

    def do_control(self, name, arguments):
        if name.startswith("_") or not callable(getattr(self.server.control, name, None)):
            self.reply(404, {"error": f"no such thing: {name}"})
            return
        try:
            self.reply(200, {"ok": getattr(self.server.control, name)(**arguments)})
        except (TypeError, ValueError, KeyError, StopIteration) as problem:
            self.reply(400, {"error": repr(problem)})

    def do_bot(self, path, parameters):
        token, _, method = path.removeprefix("/bot").partition("/")
        chat = parameters.get("chat_id") if isinstance(parameters, dict) else None
        call = {"method": method, "chat": chat, "at": time.time(), "status": 0, "connection": self.number}
        with self.server.bot.changed:
            self.server.calls.append(call)
            script = self.server.scripts.take(method, chat)
        if not path.startswith("/bot") or token != self.server.bot.token:
            answer = error_shape(ApiError(401, "Unauthorized"))
        elif not isinstance(parameters, dict):
            self.server.bot.violate("no JSON object", method=method)
            answer = error_shape(ApiError(400, "Bad Request: can't parse the request"))
        elif script:
            answer = self.do_script(script, method, parameters)
        else:
            answer = self.do_method(method, parameters)
        if answer:
            call["status"] = answer[0]
            self.reply(*answer)

    def do_method(self, method, parameters):
        try:
            with self.server.bot.changed:  # what is returned may change as soon as the lock is free
                result = self.server.bot.call(method, parameters, self.is_gone)
                return 200, json.dumps({"ok": True, "result": result}).encode()
        except ApiError as error:
            return error_shape(error)

    def do_script(self, script, method, parameters):
        """What to reply; nothing if there is nothing more to say."""
        answer = script["answer"]
        if answer in ERRORS:
            return error_shape(ApiError(*ERRORS[answer]))
        if answer == "flood":
            held = None if script.get("all") else parameters.get("chat_id")
            if method in CHANGES:
                with self.server.bot.changed:
                    self.server.bot.rates.hold(held, script["retry_after"])
            return error_shape(too_many(script["retry_after"]))
        if answer == "migrate":
            return error_shape(ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat",
                                        migrate_to_chat_id=script["to"]))
        if answer == "page":
            return script["status"], page(script["status"]), "text/html"
        if answer == "raw":
            return script.get("status", 200), script["body"].encode()
        if answer == "huge":
            return 200, b'{"ok":true,"result":"' + b"x" * script["bytes"] + b'"}'
        if answer == "redirect":
            return self.redirect()
        if answer == "slow":
            wait_until(self.is_gone, script["seconds"])
            return self.do_method(method, parameters)
        if answer in ("cut_answer", "unanswered"):
            status, body = self.do_method(method, parameters)
            if answer == "unanswered":
                wait_until(self.is_gone, 60)
            else:
                self.wfile.write(f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:-9])
        self.cut()
        return None

    def redirect(self):
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/control/state")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def cut(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def reply(self, status, body, kind="application/json"):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        with contextlib.suppress(OSError):  # whoever asked has left
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def is_gone(self):
        """Whether the other side has closed the connection."""
        try:
            readable = select.select([self.connection], [], [], 0)[0]
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def log_message(self, *_):
        pass


class BotApiServer(http.server.ThreadingHTTPServer):
    """Started by `with`. `control` is what /control/ serves; `url` and `token` are for workers.telegram."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, token=TOKEN, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.bot, self.scripts, self.calls, self.token = Bot(token), Scripts(), [], token
        self.control = Control(self.bot, self.scripts, self.calls)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._stopped = threading.Event()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        threading.Thread(target=self._deliver, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        pass  # connections that end in the middle are what this is for

    def _deliver(self):
        """Posts updates to the webhook, one at a time, each until it is taken."""
        pause = 0.05
        while not self._stopped.is_set():
            with self.bot.changed:
                if not (self.bot.webhook and self.bot.updates):
                    self.bot.changed.wait(0.1)
                    continue
                webhook, update = self.bot.webhook, self.bot.updates[0]
                body = json.dumps(update).encode()
            if post_update(webhook, body):
                self.bot.confirm(update["update_id"])
                pause = 0.05
            else:
                self._stopped.wait(pause)
                pause = min(1.0, pause * 2)


def post_update(webhook, body):
    headers = {"Content-Type": "application/json"}
    if webhook["secret"]:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret"]
    try:
        with DIRECT.open(urllib.request.Request(webhook["url"], body, headers), timeout=10) as answer:
            return 200 <= answer.status < 300
    except (OSError, http.client.HTTPException):
        return False


DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def error_shape(error):
    shape = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        shape["parameters"] = error.parameters
    return error.code, json.dumps(shape).encode()


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def self_signed(folder):
    """TLS as anybody could put up."""
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
                    certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def serve(token=TOKEN, is_https=False):
    with BotApiServer(token) as server, tempfile.TemporaryDirectory() as folder:
        if is_https:
            # The handshake is made by the thread of the connection.
            server.socket = self_signed(folder).wrap_socket(server.socket, server_side=True,
                                                            do_handshake_on_connect=False)
        print(server.server_port, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.buffer.read()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    match sys.argv[1:]:
        case ["serve", *token] if len(token) <= 1:
            serve(*token)
        case ["serve-https"]:
            serve(is_https=True)
        case _:
            sys.exit(__doc__)
