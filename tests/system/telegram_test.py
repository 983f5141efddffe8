"""Telegram with every program behind it and a strict Bot API server in front of it (tests/support/bot_api.py): who is
away is told once, can answer, and is let go; also when processes are killed in the middle."""

import json
import os
import pathlib
import signal
import sqlite3
import sys
import time
import unittest

from chat_test import ChatTest, Person
from harness import SLOWNESS, eventually, kill

sys.path.insert(0, str(pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests" / "support"))
from bot_api import BotApiServer  # noqa: E402

TOKEN = "4242:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-"
ADA, BOB = 501, 502  # in Telegram
LEASE_MS = 1500 * SLOWNESS
GRACE_MS = 400 * SLOWNESS
FAIL_OVER = 15  # seconds


class TelegramTest(ChatTest):
    def setUp(self):
        super().setUp()
        server = BotApiServer(TOKEN)
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.server, self.telegram = server, server.control
        self.environment |= {
            "FANFARE_WORKERS_TELEGRAM_TOKEN": TOKEN, "FANFARE_WORKERS_TELEGRAM_API_URL": server.url,
            "FANFARE_NOTIFY_GRACE": f"{GRACE_MS}ms", "FANFARE_NOTIFY_WINDOW": "60s",
            "FANFARE_LIMITS_LEASE": f"{LEASE_MS}ms", "FANFARE_LIMITS_HEARTBEAT": f"{LEASE_MS // 5}ms",
            "FANFARE_LIMITS_PRESENCE_GRACE": "200ms"}

    def start_with_two(self):
        """Ada and Bob, who talk; Bob is linked and away."""
        self.up = self.start_up()
        self.ada, self.bob = Person(self, "ada"), Person(self, "bob")
        self.direct = self.ada.create("direct", self.bob)
        self.link(self.bob, BOB)

    def as_person(self, person, topic, request=None):
        answer = json.loads(self.succeed("request", topic, json.dumps(request or {}), "--actor", person.id))
        self.assertIn("ok", answer, answer)
        return answer["ok"]

    def status(self, person):
        return self.as_person(person, "telegram.status")

    def link(self, person, user):
        def url():
            answer = json.loads(self.succeed("request", "telegram.link", "{}", "--actor", person.id))
            return answer.get("ok", {}).get("url")  # not before Telegram has said who the bot is
        found = eventually(url)
        self.assertRegex(found or "", r"^https://t\.me/fanfare_test_bot\?start=[A-Za-z0-9_-]{22,64}$")
        self.telegram.start(user, found.partition("=")[2])
        self.assertTrue(eventually(lambda: self.status(person)["link"]), self.up.stderr)
        self.assertTrue(eventually(lambda: self.telegram.sent(user)), "nothing is said to who has linked")
        self.telegram.forget()

    def told(self, user, number=1):
        """What the bot has said there since; at least so much."""
        self.assertTrue(eventually(lambda: len(self.telegram.sent(user)) >= number, 20), self.why())
        return self.telegram.sent(user)

    def why(self):
        """What there is to look at when something is not as it should be."""
        return "\n".join([*map(str, self.telegram.sent()), bytes(self.up.stderr[-3000:]).decode(errors="replace")])

    def is_handled(self):
        """Whether Telegram keeps no update any more."""
        return eventually(lambda: self.telegram.state()["pending"] == 0, FAIL_OVER)

    def poller(self):
        """The process that says it has the role, of those that the log tells of."""
        lines = (self.up.stdout + self.up.stderr).decode(errors="replace").splitlines()
        active = [line.split()[0] for line in lines if "takes the bot's updates" in line]
        return active[-1] if active else None


class Telegram(TelegramTest):
    def test_who_is_away_is_told_once_and_answers(self):
        self.start_with_two()
        self.ada.send(self.direct, "Are you there?")
        notification = self.told(BOB)[0]
        self.assertIn("1 new message", notification["text"])
        self.assertIn("Are you there?", notification["text"])

        self.telegram.text(BOB, "In a minute", reply_to=notification["message_id"])
        self.assertTrue(eventually(lambda: len(self.ada.texts(self.direct)) == 2), self.why())
        answer = self.ada.history(self.direct)["messages"][0]
        self.assertEqual((answer["text"], answer["from"]["id"]), ("In a minute", self.bob.id))
        self.assertTrue(self.is_handled())
        self.assertEqual(len(self.telegram.sent(BOB)), 1, self.telegram.sent(BOB))
        self.assertEqual(self.telegram.violations(), [])

    def test_buttons_mark_read_and_mute(self):
        self.start_with_two()
        self.ada.send(self.direct, "one")
        notification = self.told(BOB)[0]
        for button in (0, 1):
            self.telegram.press(BOB, notification["message_id"], button)
        self.assertTrue(eventually(lambda: all(press["answer"] for press in self.telegram.presses())),
                        self.why())
        listed = self.bob.ask("GET", "/api/v1/conversations")["conversations"][0]
        self.assertEqual(listed["read"]["sequence"], self.ada.history(self.direct)["messages"][0]["sequence"])
        self.assertTrue(listed["muted"]["until"])

    def test_who_comes_back_within_the_grace_is_not_told(self):
        self.environment["FANFARE_NOTIFY_GRACE"] = f"{2000 * SLOWNESS}ms"
        self.start_with_two()
        self.ada.send(self.direct, "one")
        holder = self.start("presence", "hold", f"user.{self.bob.id}")
        self.assertTrue(holder.says("holding"), holder.stderr)
        room = self.ada.create("room", self.bob, title="Lunch")
        eve = Person(self, "eve")
        watched = eve.create("direct", self.ada)
        self.link(self.ada, ADA)
        eve.send(watched, "now")  # whoever is told of this was away for longer than the grace
        self.told(ADA)
        self.assertEqual(self.telegram.sent(BOB), [], room)

    def test_fifty_messages_are_few_notifications(self):
        self.start_with_two()
        for number in range(50):
            self.ada.send(self.direct, f"message {number}")
        self.assertTrue(eventually(lambda: any("50 new messages" in each["text"] for each in self.told(BOB)), 20),
                        self.telegram.sent(BOB))
        self.assertLessEqual(len(self.telegram.sent(BOB)), 2)
        self.assertEqual(self.telegram.violations(), [])

    def test_who_blocks_the_bot_is_unlinked(self):
        self.start_with_two()
        events = self.start_sub(f"user.{self.bob.id}")
        self.telegram.block(BOB)
        self.assertTrue(events.says('"telegram_ended"'), self.why())
        status = self.status(self.bob)
        self.assertEqual((status["link"], status["ended"]["reason"]), (None, "blocked"))

    def test_whose_account_is_gone_is_unlinked_when_they_are_to_be_told(self):
        self.start_with_two()
        events = self.start_sub(f"user.{self.bob.id}")
        self.telegram.deactivate(BOB)
        self.ada.send(self.direct, "one")
        self.assertTrue(events.says('"telegram_ended"', 20), self.why())
        self.assertEqual(self.status(self.bob)["ended"]["reason"], "blocked")

    def test_an_answer_arrives_once_though_the_worker_is_killed_before_it_is_noted(self):
        self.start_with_two()
        self.ada.send(self.direct, "one")
        notification = self.told(BOB)[0]
        chat = self.start_sub(f"chat.{self.direct}")
        with sqlite3.connect(self.folder / "data" / "fanfare.db", isolation_level=None) as database:
            database.execute("BEGIN IMMEDIATE")  # nothing is noted from here on
            self.telegram.text(BOB, "two", reply_to=notification["message_id"])
            self.assertTrue(chat.says('"text":"two"', 15), self.why())
            kill(self.pid("telegram"))
            database.execute("COMMIT")
        self.assertTrue(self.is_handled(), self.why())
        self.assertEqual(self.ada.texts(self.direct), ["one", "two"])
        self.assertEqual(chat.stdout.count(b'"text":"two"'), 1)

    def test_when_the_one_that_takes_updates_is_killed_another_goes_on(self):
        self.environment["FANFARE_WORKERS_TELEGRAM_REPLICAS"] = "2"
        self.start_with_two()
        self.ada.send(self.direct, "one")
        notification = self.told(BOB)[0]
        killed = self.poller()
        kill(self.pid(killed))
        begun = time.monotonic()
        for text in ("two", "three"):
            self.telegram.text(BOB, text, reply_to=notification["message_id"])
        self.assertTrue(eventually(lambda: len(self.ada.texts(self.direct)) >= 3, FAIL_OVER))
        self.assertLess(time.monotonic() - begun, FAIL_OVER * SLOWNESS)
        self.assertTrue(self.is_handled())
        self.assertNotEqual(self.poller(), killed)
        self.assertEqual(self.ada.texts(self.direct), ["one", "two", "three"])

    def test_a_webhook_takes_updates_as_well(self):
        self.environment |= {"FANFARE_WORKERS_TELEGRAM_WEBHOOK_URL": self.url("").replace("localhost", "127.0.0.1"),
                             "FANFARE_WORKERS_TELEGRAM_WEBHOOK_SECRET": "0123456789abcdef_-"}
        self.start_with_two()
        self.assertEqual(self.telegram.calls("getUpdates"), [])
        self.ada.send(self.direct, "one")
        notification = self.told(BOB)[0]
        self.telegram.text(BOB, "two", reply_to=notification["message_id"])
        self.assertTrue(eventually(lambda: self.ada.texts(self.direct) == ["one", "two"]),
                        self.why())
        status, answer = self.try_to_ask("POST", "/api/v1/telegram/webhook", {"update_id": 1})
        self.assertEqual((status, answer["code"]), (401, "token_invalid"))


class TelegramSettings(TelegramTest):
    def state(self, name):
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return next(row["state"] for row in rows if row["name"] == name)

    def test_a_wrong_token_ends_only_telegram_and_another_one_starts_it(self):
        del self.environment["FANFARE_WORKERS_TELEGRAM_TOKEN"]
        file = self.folder / "fanfare.yaml"
        before = file.read_text()
        file.write_text(before + f'workers: {{telegram: {{token: "{TOKEN.replace("4242", "4243")}"}}}}\n')
        up = self.start("up")
        self.assertTrue(up.says("Ctrl-C stops everything"), up.stderr)
        self.assertTrue(up.says("does not know this token"), up.stderr)
        self.assertTrue(up.says("ended because of its configuration"), up.stderr)
        self.assertNotIn(TOKEN.partition(":")[2].encode(), up.stdout + up.stderr)
        self.assertEqual(self.state("telegram"), "stopped")
        self.assertIn(401, {call["status"] for call in self.telegram.calls("getMe")})
        file.write_text(before + f'workers: {{telegram: {{token: "{TOKEN}"}}}}\n')
        up.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: self.state("telegram") == "ready"), up.stderr)

    def test_without_a_token_up_says_that_telegram_is_off(self):
        del self.environment["FANFARE_WORKERS_TELEGRAM_TOKEN"]
        up = self.start_up()
        self.assertTrue(up.says("telegram is off: set workers.telegram.token"), up.stdout)

    def test_what_is_no_token_is_a_wrong_configuration(self):
        self.environment["FANFARE_WORKERS_TELEGRAM_TOKEN"] = "nonsense"
        done = self.run_fanfare("config", "check")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"workers.telegram.token", done.stderr)
        self.assertNotIn(b"nonsense", done.stderr)

    def test_telegram_that_is_away_at_the_start_keeps_nothing_from_starting(self):
        self.telegram.script("page", status=502, times=3)
        up = self.start_up()
        self.assertTrue(up.says("is the bot"), up.stderr)

    def test_it_stops_at_once_although_it_waits_for_updates(self):
        up = self.start_up()
        self.assertTrue(eventually(lambda: self.telegram.calls("getUpdates")), up.stderr)
        begun = time.monotonic()
        up.process.send_signal(signal.SIGTERM)
        self.assertEqual(up.ends(20), 0)
        self.assertLess(time.monotonic() - begun, 10 * SLOWNESS)
        self.assertNotIn(b"did not stop in time", up.stdout + up.stderr)


if __name__ == "__main__":
    unittest.main()
