"""The works, by name: what the load is asked, and what is shown of it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    title: str
    command: str  # what the loads call it
    options: tuple  # of fanfare-load
    shows: str  # the columns: "rate", "latency", "outcomes" or "stored"
    under_way: int = 0  # operations at a time, where the work is made of them

    def load_options(self):
        """Of fanfare-load."""
        return (*self.options, "--under-way", str(self.under_way)) if self.under_way else self.options

    def bench_options(self):
        """Of `fanfare bench`."""
        options = ("--in-flight", str(self.under_way)) if self.under_way else ()
        return (*options, "--topic", "stored") if self.shows == "stored" else options


# A message under way is fifty deliveries under way.
FANOUT = ("--subscribers", "50", "--in-flight", str(1 << 20))

WORKS = {
    "pubsub": Work("1 publisher → 1 subscriber", "pubsub", (), "rate"),
    "fanout": Work("1 publisher → 50 subscribers, the same pattern", "fanout", FANOUT, "rate"),
    "fanout-different": Work("1 publisher → 50 subscribers, 50 different sets of patterns", "fanout",
                             (*FANOUT, "--different-patterns"), "rate"),
    "latency": Work("5,000 messages a second", "latency", ("--rate", "5000"), "latency"),
    "durable-1": Work("Durable publishes, one at a time", "durable", (), "stored", 1),
    "durable-1000": Work("Durable publishes, 1,000 in flight", "durable", (), "stored", 1_000),
    "durable-10000": Work("Durable publishes, 10,000 in flight", "durable", (), "stored", 10_000),
    "request-1": Work("Requests and replies, one at a time", "request", (), "outcomes", 1),
    "request-64": Work("Requests and replies, 64 under way", "request", (), "outcomes", 64),
    # Four times as many as the members have in hand, 256 each.
    "group": Work("A durable queue with 4 members, each message published, handled and acknowledged",
                  "group", (), "stored", 4_096),
}
