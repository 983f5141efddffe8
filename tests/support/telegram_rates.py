"""How much Telegram takes: buckets per private chat, per group and in all, and who waits until when.

Nobody knows Telegram's own numbers exactly; these are what its FAQ names, with a small burst.
"""

import math
import time

RATES = {"private": (3, 1.0), "group": (20, 20 / 60), "all": (30, 30.0)}  # at once, per second
TOLERANCE = 0.05  # seconds that two clocks may differ by


class Bucket:
    def __init__(self, capacity, per_second):
        self.capacity, self.per_second = capacity, per_second
        self.tokens, self.at = capacity, time.monotonic()

    def wait(self):
        """Seconds until there is a token."""
        now = time.monotonic()
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1 - self.tokens) / self.per_second)

    def take(self):
        self.tokens -= 1


class Rates:
    """Used under the lock of whoever owns it."""

    def __init__(self):
        self.rates = dict(RATES)
        self._buckets = {}
        self._held = {}  # chat, or None for all → until when

    def set(self, rates):
        self.rates |= {name: tuple(rate) for name, rate in rates.items()}
        self._buckets.clear()

    def hold(self, chat, seconds):
        """Nothing goes to this chat for so long; None: to nobody."""
        self._held[chat] = time.monotonic() + seconds

    def held(self, chat):
        """Whole seconds that are left, 0 if it may be sent there."""
        until = max(self._held.get(chat, 0), self._held.get(None, 0))
        left = until - time.monotonic()
        return math.ceil(left) if left > TOLERANCE else 0

    def take(self, chat, is_private):
        """The name of the bucket that is empty and the seconds to wait, or nothing."""
        kind = "private" if is_private else "group"
        buckets = [("all", self._bucket("all", None)), (kind, self._bucket(kind, chat))]
        for name, bucket in buckets:
            if bucket.wait() > TOLERANCE:
                return name, max(1, math.ceil(bucket.wait()))
        for _, bucket in buckets:
            bucket.take()
        return None

    def _bucket(self, kind, chat):
        if chat not in self._buckets:
            self._buckets[chat] = Bucket(*self.rates[kind])
        return self._buckets[chat]
