"""npm's telegram-test-api, a Bot API server that others made: it takes everything, and knows neither limits nor offsets.

    telegram_test_api.py serve   runs one until standard input ends; first prints its port

In Python: `with TelegramTestApi() as api: … api.url`. scripts/test has installed it in tests/interop/telegram.
"""

import contextlib
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "interop/telegram"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class TelegramTestApi:
    def __init__(self):
        self._process = subprocess.Popen(["node", "serve.mjs"], cwd=FOLDER, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.strip():
            self.close()
            raise RuntimeError("telegram-test-api does not start: is it installed in tests/interop/telegram?")
        self.port = int(line)
        self.url = f"http://127.0.0.1:{self.port}"

    def text(self, token, user, text, **more):
        """The person writes to the bot, in a chat with the person's number."""
        person = {"id": user, "is_bot": False, "first_name": f"Person {user}", "username": f"person{user}"}
        message = {"botToken": token, "from": person, "chat": {"id": user, "type": "private"} | person,
                   "date": int(time.time()), "text": text} | more
        self._post("sendMessage", message)

    def history(self, token):
        """All messages, the bot's ({message, messageId …}) and people's."""
        return self._post("getUpdatesHistory", {"token": token})["result"]

    def close(self):
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _post(self, name, body):
        request = urllib.request.Request(f"{self.url}/{name}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)


if __name__ == "__main__":
    if sys.argv[1:] != ["serve"]:
        sys.exit(__doc__)
    with TelegramTestApi() as api:
        print(api.port, flush=True)
        sys.stdin.buffer.read()
