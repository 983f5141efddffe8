"""That the strict Bot API server is as strict as it says: a test that it lets pass proves something."""

import http.server
import json
import os
import threading
import time
import unittest
import urllib.error
import urllib.request

from bot_api import DIRECT, BotApiServer
from telegram_text import BadText, read_text

PATIENCE = 10 * int(os.environ.get("FANFARE_TEST_SLOWNESS", "1"))


class Hook(http.server.ThreadingHTTPServer):
    """A webhook; `answers` are the next statuses, 200 after that. `seen`: (secret, update_id)."""

    def __init__(self, *answers):
        self.answers, self.seen = list(answers), []
        super().__init__(("127.0.0.1", 0), HookHandler)
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class HookHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.headers.get("X-Telegram-Bot-Api-Secret-Token"), update["update_id"]))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


class BotApiServerTest(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(BotApiServer())
        self.control = self.server.control

    def call(self, method, **parameters):
        request = urllib.request.Request(f"{self.server.url}/bot{self.server.token}/{method}",
                                         json.dumps(parameters).encode(), {"Content-Type": "application/json"})
        try:
            with DIRECT.open(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def send(self, chat, text="x", **more):
        return self.call("sendMessage", chat_id=chat, text=text, **more)

    def eventually(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def test_html_is_read_as_telegram_reads_it(self):
        self.assertEqual(read_text("<b>a</b> &lt;&#x41;&amp; <a href=\"x\">b</a>", "HTML"), ("a <A& b", []))
        self.assertEqual(len(read_text("a & b > c", "HTML")[1]), 2)
        self.assertEqual(read_text("a<b", None)[0], "a<b")
        for broken in ("a<b", "<b>a", "<b><i>a</b></i>", "a</b>", "<script>a</script>"):
            with self.assertRaisesRegex(BadText, "can't parse entities"):
                read_text(broken, "HTML")
        for empty in ("", " \n", "<b></b>", None):
            with self.assertRaisesRegex(BadText, "empty"):
                read_text(empty, "HTML")

    def test_lengths_are_utf_16_units_after_the_entities(self):
        read_text("&amp;" * 4096, "HTML")
        read_text("\U0001F600" * 2048, "HTML")
        with self.assertRaisesRegex(BadText, "too long"):
            read_text("\U0001F600" * 2048 + "x", "HTML")
        with self.assertRaisesRegex(BadText, "UTF-8"):
            read_text("\ud83d", "HTML")

    def test_what_a_bot_should_not_do_is_refused_and_noted(self):
        self.control.start(7)
        button = {"text": "x", "callback_data": "x" * 65}
        self.assertEqual(self.send(7, reply_markup={"inline_keyboard": [[button]]})["error_code"], 400)
        self.assertEqual(self.send(7, "<x>", parse_mode="HTML")["error_code"], 400)
        self.assertTrue(self.send(7, surprise=1)["ok"])
        self.assertEqual([each["what"].split(":")[0] for each in self.control.violations()],
                         ["BUTTON_DATA_INVALID", "can't parse entities", "sendMessage has no parameter surprise"])

    def test_a_chat_takes_few_messages_at_once(self):
        self.control.rates(private=[3, 0.01])
        self.control.start(7)
        self.control.start(8)
        self.assertEqual([self.send(7)["ok"] for _ in range(3)], [True] * 3)
        refused = self.send(7)
        self.assertEqual((refused["error_code"], refused["parameters"]["retry_after"]), (429, 100))
        self.assertTrue(self.send(8)["ok"])
        self.assertEqual(len(self.control.violations()), 1)
        self.assertEqual(self.send(7)["error_code"], 429)
        self.assertEqual(self.control.violations()[1]["what"], "written to before the flood wait was over")

    def test_groups_and_all_together_have_limits_too(self):
        self.control.rates(group=[2, 20 / 60], all=[4, 1])
        self.control.group(-5, "G", 7)
        for user in (7, 8, 9):
            self.control.start(user)
        self.assertEqual([self.send(-5)["ok"] for _ in range(3)], [True, True, False])
        self.assertEqual([self.send(user)["ok"] for user in (7, 8, 9)], [True, True, False])
        self.assertIn("'all'", self.control.violations()[-1]["what"])

    def test_a_scripted_flood_wait_has_to_be_obeyed(self):
        self.control.start(7)
        self.control.script("flood", method="sendMessage", retry_after=2)
        self.assertEqual(self.send(7)["parameters"]["retry_after"], 2)
        began = time.monotonic()
        self.assertEqual(self.control.violations(), [])
        self.assertFalse(self.send(7)["ok"])
        self.assertEqual(len(self.control.violations()), 1)
        self.eventually(lambda: time.monotonic() - began > 2)
        self.assertTrue(self.send(7)["ok"])

    def test_the_webhook_gets_each_update_until_it_is_taken_in_order(self):
        with Hook(500, 403) as hook:
            self.assertTrue(self.call("setWebhook", url=hook.url, secret_token="s")["ok"])
            first = self.control.start(7)["update_id"]
            second = self.control.text(7, "hi")["update_id"]
            self.eventually(lambda: self.control.state()["pending"] == 0)
            self.assertEqual(hook.seen, [("s", first)] * 3 + [("s", second)])
            self.assertEqual(self.call("getUpdates")["error_code"], 409)
            hook.shutdown()

    def test_an_update_comes_until_it_is_confirmed(self):
        first = self.control.start(7)["update_id"]
        self.control.text(7, "hi")

        def numbers(**parameters):
            return [update["update_id"] for update in self.call("getUpdates", **parameters)["result"]]

        self.assertEqual(numbers(), [first, first + 1])
        self.assertEqual(numbers(limit=1), [first])
        self.assertEqual(numbers(offset=first + 1), [first + 1])
        self.assertEqual(numbers(offset=0), [first + 1])

    def test_kinds_that_are_not_wanted_are_not_kept(self):
        self.call("getUpdates", allowed_updates=["message"])
        self.control.start(7)
        self.control.block(7)
        self.assertEqual(len(self.call("getUpdates")["result"]), 1)

    def test_a_blocked_bot_is_told_so_until_it_is_let_in_again(self):
        self.control.start(7)
        self.control.block(7)
        self.assertEqual(self.send(7)["description"], "Forbidden: bot was blocked by the user")
        self.control.start(7)
        self.assertTrue(self.send(7)["ok"])
        changes = [u["my_chat_member"]["new_chat_member"]["status"] for u in self.call("getUpdates")["result"]
                   if "my_chat_member" in u]
        self.assertEqual(changes, ["kicked", "member"])

    def test_a_poller_that_has_left_is_no_conflict(self):
        with self.assertRaises(TimeoutError):
            DIRECT.open(urllib.request.Request(f"{self.server.url}/bot{self.server.token}/getUpdates",
                                               b'{"timeout": 50}'), timeout=0.2)
        self.assertTrue(self.call("getUpdates")["ok"])
        self.assertEqual(self.control.state()["conflicts"], 0)


if __name__ == "__main__":
    unittest.main()
