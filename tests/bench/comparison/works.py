"""The works, by name: what the load is asked, and what is shown of it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    title: str
    options: tuple  # of fanfare-load, and of `fanfare bench`
    shows: str  # the columns: "rate" or "latency"
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
}
