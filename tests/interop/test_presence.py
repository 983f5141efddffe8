"""Presence: keys that sessions hold, and what a watcher learns (PROTOCOL.md §5). A broker of its own, with short times."""
import signal
import time
import unittest

from codec import Command
from connection import FanfareError
from fanfare_client import Client
from support import PATIENCE, SLOWNESS, Broker

HOLD, RELEASE, WATCH, UNWATCH = range(4)
SNAPSHOT, CHANGE, RESET = range(3)
LAST, SETTLING = 1, 2
ONLINE = 1

LEASE, GRACE = 2.0 * SLOWNESS, 0.4 * SLOWNESS


class PresenceClient(Client):
    """Knows who is online, by the rules of the page."""

    def __init__(self, *arguments, **options):
        self.online, self.parts, self.kept = set(), set(), []
        self.run = self.version = None
        self.complete, self.settling, self.history = False, None, []
        super().__init__(*arguments, **options)

    def presence(self, action, *keys):
        return self.wait(self._ask(Command("PRESENCE", action=action, keys=list(keys))))

    def sees(self, *keys):
        self.until(lambda: self.complete and self.online == set(keys))

    def _on_presence(self, update):
        self.history.append(update)
        if update.kind == RESET or self.run not in (None, update.run):
            self.online, self.parts, self.kept, self.complete = set(), set(), [], False
        self.run, self.settling = update.run, bool(update.flags & SETTLING)
        if update.kind == CHANGE:
            self.kept.append(update)
            self._apply(update)
        if update.kind == SNAPSHOT:
            if update.version != self.version:
                self.parts, self.version = set(), update.version
            self.parts |= {key for state, key in update.entries if state == ONLINE}
            if update.flags & LAST:
                self.online, self.complete = self.parts, True
                self.version, self.parts = None, set()
                for change in self.kept:
                    if change.version > update.version:
                        self._apply(change)
                self.kept = []

    def _apply(self, change):
        for state, key in change.entries:
            (self.online.add if state == ONLINE else self.online.discard)(key)


class PresenceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(FANFARE_LIMITS_LEASE=f"{LEASE * 1000:.0f}ms", FANFARE_LIMITS_PRESENCE_GRACE=f"{GRACE * 1000:.0f}ms",
                            FANFARE_LIMITS_HEARTBEAT=f"{LEASE * 250:.0f}ms")
        cls.addClassCleanup(cls.broker.stop)

    def client(self, name):
        client = PresenceClient(self.broker.address, name, patience=PATIENCE)
        self.addCleanup(client.close)
        return client

    def settled(self):
        """A watcher that has seen the broker settle."""
        watcher = self.client("settled")
        watcher.presence(WATCH, "nobody.here")
        watcher.until(lambda: watcher.settling is False, timeout=LEASE + GRACE + PATIENCE)
        return watcher

    def test_a_snapshot_then_changes(self):
        holder, watcher = self.client("holder"), self.client("watcher")
        holder.presence(HOLD, "first.1", "first.2", "other.1")
        watcher.presence(WATCH, "first.>")
        watcher.sees("first.1", "first.2")
        holder.presence(HOLD, "first.3")
        watcher.sees("first.1", "first.2", "first.3")
        self.assertEqual([update.kind for update in watcher.history], [SNAPSHOT, CHANGE])
        self.assertGreater(watcher.history[1].version, watcher.history[0].version)
        self.assertTrue(watcher.history[0].flags & LAST)

    def test_offline_comes_after_the_grace(self):
        watcher, holder = self.settled(), self.client("holder")
        holder.presence(HOLD, "graced.1", "graced.2")
        watcher.presence(WATCH, "graced.*")
        watcher.sees("graced.1", "graced.2")
        released = time.monotonic()
        holder.presence(RELEASE, "graced.1")
        watcher.sees("graced.2")
        self.assertGreaterEqual(time.monotonic() - released, GRACE)
        self.assertEqual(watcher.history[-1].entries, [(0, "graced.1")])

    def test_two_holders_are_one_and_a_quick_return_is_no_change(self):
        watcher, one, other = self.settled(), self.client("one"), self.client("other")
        one.presence(HOLD, "both.1")
        other.presence(HOLD, "both.1", "both.2")
        watcher.presence(WATCH, "both.>")
        watcher.sees("both.1", "both.2")
        before = len(watcher.history)
        one.close(bye=True)
        other.presence(RELEASE, "both.2")
        other.presence(HOLD, "both.2")
        other.presence(HOLD, "both.3")
        watcher.sees("both.1", "both.2", "both.3")
        over = time.monotonic() + 2 * GRACE
        watcher.until(lambda: time.monotonic() > over, timeout=PATIENCE, poll=0.05)
        self.assertEqual([update.entries for update in watcher.history[before:]], [[(ONLINE, "both.3")]])

    def test_a_silent_holder_goes_offline_after_lease_and_grace(self):
        watcher, holder = self.settled(), self.client("holder")
        holder.presence(HOLD, "silent.1")
        silent = time.monotonic()
        watcher.presence(WATCH, "silent.>")
        watcher.sees("silent.1")
        watcher.until(lambda: not watcher.online, timeout=LEASE + GRACE + PATIENCE)
        self.assertGreaterEqual(time.monotonic() - silent, LEASE + GRACE - 0.05)

    def test_transitions_are_published(self):
        holder, listener = self.client("holder"), self.client("listener")
        heard = listener.subscribe("$presence.told.*")
        listener.wait(heard.pending)
        holder.presence(HOLD, "told.1")
        message = listener.next(heard)
        self.assertEqual((message.topic, message.payload, message.publisher), ("$presence.told.1", b"online", "broker"))

    def test_what_is_refused(self):
        client = self.client("wrong")
        for action, name, code in ((HOLD, "a.*", "bad_topic"), (HOLD, "$a", "bad_topic"), (RELEASE, "", "bad_topic"),
                                   (HOLD, "k" * 246, "bad_topic"), (WATCH, "a..b", "bad_pattern"),
                                   (UNWATCH, "", "bad_pattern")):
            with self.subTest(name), self.assertRaises(FanfareError) as caught:
                client.presence(action, "refused.fine", name)
            self.assertEqual(caught.exception.code, code)
        self.assertFalse([row for row in client.query(6) if row["key"] == "refused.fine"])

    def test_rows(self):
        holder, other = self.client("holder"), self.client("other")
        holder.presence(HOLD, *(f"rows.{i:03}" for i in range(250)))
        other.presence(HOLD, "rows.007")
        rows = [row for row in other.query(6, limit=100) if row["key"].startswith("rows.")]
        self.assertEqual([row["key"] for row in rows], [f"rows.{i:03}" for i in range(250)])
        self.assertEqual((rows[7]["holders"], rows[7]["state"]), ("2", "online"))
        self.assertLess(abs(int(rows[0]["since"]) / 1e6 - time.time()), 60 * SLOWNESS)

    def test_another_run_is_a_reset_and_nobody_is_told_offline_while_it_settles(self):
        watcher, holder = self.settled(), self.client("holder")
        holder.presence(HOLD, "kept.1", "kept.2")
        watcher.presence(WATCH, "kept.>")
        watcher.sees("kept.1", "kept.2")
        run = watcher.run
        self.broker.signal(signal.SIGKILL)
        self.broker.process.wait()
        self.broker.start()
        watcher.history.clear()
        watcher.connect()
        watcher.presence(WATCH, "kept.>")
        watcher.until(lambda: watcher.complete and watcher.run != run)
        self.assertEqual((watcher.online, watcher.settling), (set(), True))
        holder.connect()
        holder.presence(HOLD, "kept.1")
        watcher.sees("kept.1")
        self.assertTrue(watcher.settling)
        deadline = time.monotonic() + LEASE + GRACE + PATIENCE
        while watcher.settling:
            self.assertLess(time.monotonic(), deadline)
            holder.pump()
            watcher.pump(0.05)
        self.assertEqual(watcher.online, {"kept.1"})
        self.assertFalse([entry for update in watcher.history for entry in update.entries if entry[0] != ONLINE])


if __name__ == "__main__":
    unittest.main(verbosity=2)
