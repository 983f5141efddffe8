"""The whole of Fanfare with a Bot API server that others made (npm's telegram-test-api): linked, told, answered."""

import os
import pathlib
import sys
import unittest

TESTS = pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "tests"
sys.path[:0] = [str(TESTS / "system"), str(TESTS / "support")]
from chat_test import ChatTest, Person  # noqa: E402
from harness import SLOWNESS, eventually  # noqa: E402
from telegram_test_api import TelegramTestApi  # noqa: E402

TOKEN = "4242:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-"
BOB = 502  # in Telegram


class TelegramWorker(ChatTest):
    def setUp(self):
        super().setUp()
        self.telegram = TelegramTestApi()
        self.addCleanup(self.telegram.close)
        lease = 1500 * SLOWNESS
        self.environment |= {
            "FANFARE_WORKERS_TELEGRAM_TOKEN": TOKEN, "FANFARE_WORKERS_TELEGRAM_API_URL": self.telegram.url,
            "FANFARE_NOTIFY_GRACE": "300ms", "FANFARE_LIMITS_LEASE": f"{lease}ms",
            "FANFARE_LIMITS_HEARTBEAT": f"{lease // 5}ms", "FANFARE_LIMITS_PRESENCE_GRACE": "200ms"}

    def said(self, words):
        """What the bot has said with these words in it; nothing if it has not."""
        told = [each for each in self.telegram.history(TOKEN) if words in str(each.get("message", {}).get("text", ""))
                and str(each["message"].get("chat_id")) == str(BOB)]
        return told[-1] if told else None

    def test_somebody_is_linked_told_and_answers(self):
        up = self.start_up()
        ada, bob = Person(self, "ada"), Person(self, "bob")
        direct = ada.create("direct", bob)
        link = eventually(lambda: self.try_to_ask("POST", "/api/v1/telegram/link", {},
                                                  Authorization=f"Bearer {bob.token}")[1].get("url"), 15)
        self.assertIn("?start=", link or "", bytes(up.stderr[-3000:]))
        self.telegram.text(TOKEN, BOB, "/start " + link.partition("=")[2])
        self.assertTrue(eventually(lambda: self.said("bob"), 20), bytes(up.stderr[-3000:]))

        ada.send(direct, "Are you there?")
        told = eventually(lambda: self.said("Are you there?"), 20)
        self.assertTrue(told, bytes(up.stderr[-3000:]))
        self.assertIn("1 new message", told["message"]["text"])
        quoted = {"message_id": told["messageId"], "date": 0, "chat": {"id": BOB, "type": "private"}}
        self.telegram.text(TOKEN, BOB, "In a minute", reply_to_message=quoted)
        self.assertTrue(eventually(lambda: ada.texts(direct) == ["Are you there?", "In a minute"], 20),
                        bytes(up.stderr[-3000:]))


if __name__ == "__main__":
    unittest.main()
