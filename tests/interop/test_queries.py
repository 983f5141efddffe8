"""QUERY and its rows (PROTOCOL.md §5)."""
import time
import uuid

from case import BrokerTest, answer
from codec import Command
from support import PATIENCE


class QueryTest(BrokerTest):
    KEYS = {
        0: "version run state uptime_seconds sessions patterns topics open_requests messages_published "
           "messages_repeated messages_delivered requests replies_late malformed_frames",
        1: "session name software publisher state age_seconds subscriptions services published waiting_bytes dropped",
        2: "stream topics epoch head state",
        3: "session name pattern uses",
        4: "session name pattern in_flight max_in_flight"}

    def setUp(self):
        super().setUp()
        self.clients = [self.client(f"asked-{i}") for i in range(3)]
        for client in self.clients:
            client.subscribe(f"asked.{client.name}")
            client.serve("asked.service", max_in_flight=5)

    def names(self, rows):
        """What of the rows does not change from one query to the next."""
        return [[row.get(key) for key in ("session", "name", "pattern", "stream", "run")] for row in rows]

    def until_no_session_is_detached(self):
        """Those of connections that were cut off vanish when their leases end."""
        deadline = time.monotonic() + 4 * PATIENCE
        while any(row["state"] == "detached" for row in self.healthy.query(1)):
            self.assertLess(time.monotonic(), deadline)
            self.healthy.pump(0.1)

    def test_rows_page_by_page(self):
        self.until_no_session_is_detached()
        for kind, keys in self.KEYS.items():
            with self.subTest(kind):
                rows = self.healthy.query(kind)
                self.assertTrue(rows)
                for row in rows:
                    self.assertLessEqual(set(keys.split()), set(row))
                single = self.healthy.query(kind, limit=1)
                self.assertEqual(self.names(rows), self.names(single))

    def test_a_page_holds_no_more_rows_than_asked_for(self):
        cursor, count, last = b"", 0, False
        connection = self.raw()
        while not last:
            count += 1
            connection.send(Command("QUERY", request=count, kind=1, limit=1, cursor=cursor),
                            Command("CREDIT", received=count - 1, limit=1 << 30))
            page = answer(connection, "PAGE")
            self.assertEqual((page.request, page.kind), (count, 1))
            self.assertLessEqual(page.count, 1)
            cursor, last = page.next, page.flags & 1
        self.assertGreaterEqual(count, 5)

    def test_what_the_rows_say(self):
        client = self.clients[0]
        session = str(uuid.UUID(bytes=client.welcome.session))
        mine = [row for row in self.healthy.query(1) if row["session"] == session]
        self.assertEqual(len(mine), 1)
        self.assertEqual([mine[0][key] for key in ("name", "software", "publisher", "subscriptions", "services")],
                         ["asked-0", "interop/1", "local", "1", "1"])
        self.assertIn((session, "asked-0", "asked.asked-0"),
                      [(row["session"], row["name"], row["pattern"]) for row in self.healthy.query(3)])
        self.assertIn((session, "asked.service", "0", "5"),
                      [(row["session"], row["pattern"], row["in_flight"], row["max_in_flight"])
                       for row in self.healthy.query(4)])
        head = client.wait(client.publish("chat.asked", b"")).sequence
        self.assertEqual([row["head"] for row in self.healthy.query(2) if row["stream"] == "chat"], [str(head)])
        self.assertEqual(self.healthy.query(0)[0]["run"], str(uuid.UUID(bytes=client.welcome.run)))
