"""Many who are away at once, and several fanfare-telegram: each is told once, and Telegram's limits are kept, which the
strict Bot API server watches. FANFARE_CROWD=2000 for many more than CI has time for: 25 are told in a second."""

import json
import os
import re
import sqlite3
import time
import unittest

from harness import SLOWNESS, eventually
from telegram_test import TelegramTest

PEOPLE = int(os.environ.get("FANFARE_CROWD", "120"))
ROOM_SIZE = 40
MESSAGES = 5  # in each room
REPLICAS = 3
ADA = "0199a1b2-0000-7000-8000-000000000001"


def person(number):
    return f"0199a1b2-0000-7000-8000-{number + 2:012d}"


def room(number):
    return f"0199a1b2-0000-7000-9000-{number:012d}"


def payload(number, place):
    return json.dumps({"kind": "text", "id": f"00000000-0000-7000-9{place:03d}-{number:012d}", "client_id": f"c{number}",
                       "text": f"text {number}"})


class TelegramCrowd(TelegramTest):
    def setUp(self):
        super().setUp()
        self.environment["FANFARE_WORKERS_TELEGRAM_REPLICAS"] = str(REPLICAS)
        self.rooms = range(PEOPLE // ROOM_SIZE)

    def settle_in(self):
        """Everybody is in a room with Ada and linked with a chat."""
        database = sqlite3.connect(self.folder / "data" / "fanfare.db", timeout=10 * SLOWNESS)
        with database:
            for number, id_ in enumerate([ADA, *map(person, range(PEOPLE))]):
                name = "ada" if id_ == ADA else f"person{number}"
                database.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, NULL, 0)", (id_, *[name] * 5))
            for place in self.rooms:
                database.execute("INSERT INTO conversation VALUES (?, 'room', ?, 0)", (room(place), f"Room {place}"))
                members = [ADA, *map(person, range(place * ROOM_SIZE, (place + 1) * ROOM_SIZE))]
                database.executemany("INSERT INTO member VALUES (?, ?, ?, 'member')",
                                     [(room(place), id_, position) for position, id_ in enumerate(members)])
            database.executemany(
                "INSERT INTO notifier_link (notifier, person_id, address, changed_at) VALUES ('telegram', ?, ?, 0)",
                [(person(number), str(1000 + number)) for number in range(PEOPLE)])
        database.close()
        for number in range(PEOPLE):
            self.telegram.meet(1000 + number)

    def texts(self):
        """What stands in each chat, by chat."""
        texts = {}
        for message in self.telegram.sent():
            texts.setdefault(message["chat"], []).append(message["text"])
        return texts

    def test_is_told_each_once_within_telegrams_limits(self):
        self.up = self.start_up()
        self.settle_in()
        began = time.monotonic()
        for place in self.rooms:
            lines = "".join(payload(number, place) + "\n" for number in range(MESSAGES))
            self.succeed("pub", f"chat.{room(place)}", "--lines", "--actor", ADA, stdin=lines.encode())
        everybody = {1000 + number for number in range(PEOPLE)}
        self.assertTrue(eventually(lambda: self.texts().keys() >= everybody, 20 + PEOPLE / 10), self.why())
        took = time.monotonic() - began
        all_of_it = re.compile(rf"^{MESSAGES} new messages from .*ada.* in .*Room \d+")
        self.assertTrue(eventually(lambda: all(all_of_it.match(text) for chat in self.texts().values() for text in chat),
                                   20 + PEOPLE / 10), self.texts())
        self.assertEqual({chat: len(texts) for chat, texts in self.texts().items()}, dict.fromkeys(everybody, 1))
        self.assertEqual(self.telegram.violations(), [])
        self.assertFalse([call for call in self.telegram.calls("sendMessage") if call["status"] != 200])
        # The bucket of all: 5 at once and 25 in a second.
        self.assertGreater(took, (PEOPLE - 5) / 25 - 1)
        print(f"{PEOPLE} people told in {took:.1f} s by {REPLICAS} processes")


if __name__ == "__main__":
    unittest.main()
