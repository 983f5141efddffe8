"""The works, by name: what the load is asked, and what is shown of it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    title: str
    command: str  # what the loads call it
    options: tuple  # of fanfare-load
    shows: str  # the columns, see table.py


# A message under way is fifty deliveries under way.
FANOUT = ("--subscribers", "50", "--in-flight", str(1 << 20))

WORKS = {
    "pubsub": Work("1 publisher → 1 subscriber", "pubsub", (), "rate"),
    "fanout": Work("1 publisher → 50 subscribers, the same pattern", "fanout", FANOUT, "rate"),
    "fanout-different": Work("1 publisher → 50 subscribers, 50 different sets of patterns", "fanout",
                             (*FANOUT, "--different-patterns"), "rate"),
    "latency": Work("5,000 messages a second", "latency", ("--rate", "5000"), "latency"),
}
