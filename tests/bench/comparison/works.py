"""The works, by name: what the load is asked, and what is shown of it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    title: str
    options: tuple  # of fanfare-load, and of `fanfare bench`
    shows: str  # the columns: "rate", "latency", "outcomes" or "stored"
    subscribers: int = 1


# A message under way is fifty deliveries under way.
FANOUT = ("--work", "fanout", "--subscribers", "50", "--in-flight", str(1 << 20))

WORKS = {
    "pubsub": Work("1 publisher → 1 subscriber", ("--work", "pubsub"), "rate"),
    "fanout": Work("1 publisher → 50 subscribers, the same pattern", FANOUT, "rate",
                   50),
    "fanout-different": Work("1 publisher → 50 subscribers, 50 different sets of patterns",
                             (*FANOUT, "--different-patterns"), "rate", 50),
    "latency": Work("5,000 messages a second", ("--work", "latency", "--rate", "5000"), "latency"),
    "durable-1": Work("Durable publishes, one at a time", ("--work", "durable", "--under-way", "1"), "stored"),
    "durable-1000": Work("Durable publishes, 1,000 in flight", ("--work", "durable", "--under-way", "1000"), "stored"),
    "durable-10000": Work("Durable publishes, 10,000 in flight", ("--work", "durable", "--under-way", "10000"), "stored"),
    "request-1": Work("Requests and replies, one at a time", ("--work", "request", "--under-way", "1"), "outcomes"),
    "request-64": Work("Requests and replies, 64 under way", ("--work", "request", "--under-way", "64"), "outcomes"),
    # Four times as many as the members have in hand, 256 each.
    "group": Work("A durable queue with 4 members, each message published, handled and acknowledged",
                  ("--work", "group", "--under-way", "4096"), "stored"),
}
