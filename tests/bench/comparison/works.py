"""The works, by name: what the load is asked, and what is shown of it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    title: str
    command: str  # what the loads call it
    options: tuple  # of fanfare-load
    shows: str  # the columns: "rate", "latency", "outcomes" or "stored"
    bench_options: tuple = ()  # of `fanfare bench`


# A message under way is fifty deliveries under way.
FANOUT = ("--subscribers", "50", "--in-flight", str(1 << 20))

# Where the broker keeps what `fanfare bench` publishes.
STORED = ("--topic", "stored.bench")

WORKS = {
    "pubsub": Work("1 publisher → 1 subscriber", "pubsub", (), "rate"),
    "fanout": Work("1 publisher → 50 subscribers, the same pattern", "fanout", FANOUT, "rate"),
    "fanout-different": Work("1 publisher → 50 subscribers, 50 different sets of patterns", "fanout",
                             (*FANOUT, "--different-patterns"), "rate"),
    "latency": Work("5,000 messages a second", "latency", ("--rate", "5000"), "latency"),
    "durable-1": Work("Durable publishes, one at a time", "durable", ("--under-way", "1"), "stored",
                      ("--in-flight", "1", *STORED)),
    "durable-1000": Work("Durable publishes, 1,000 in flight", "durable", ("--under-way", "1000"), "stored",
                         ("--in-flight", "1000", *STORED)),
    "durable-10000": Work("Durable publishes, 10,000 in flight", "durable", ("--under-way", "10000"), "stored",
                          ("--in-flight", "10000", *STORED)),
    "request-1": Work("Requests and replies, one at a time", "request", ("--under-way", "1"), "outcomes",
                      ("--in-flight", "1")),
    "request-64": Work("Requests and replies, 64 under way", "request", ("--under-way", "64"), "outcomes",
                       ("--in-flight", "64")),
    # Four times as many as the members have in hand, 256 each.
    "group": Work("A durable queue with 4 members, each message published, handled and acknowledged",
                  "group", ("--under-way", "4096"), "stored", ("--in-flight", "4096", *STORED)),
}
