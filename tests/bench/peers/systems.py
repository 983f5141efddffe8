"""What is measured, by name: a server, how it is loaded, and which works it can do."""

import dataclasses

from .fanfare import FanfareBroker
from .nats import NatsServer

FLOODS = ("pubsub", "fanout", "fanout-different")


@dataclasses.dataclass(frozen=True)
class System:
    title: str
    server: type
    works: tuple
    load: str  # what fanfare-load calls it
    options: tuple = ()  # of fanfare-load

    def load_command(self, programs, server, work, size, seconds, warm_up):
        return [programs / "tests/fanfare-load", "--system", self.load, "--size", str(size),
                "--seconds", str(seconds), "--warm-up", str(warm_up),
                *(word for address in server.addresses() for word in ("--address", address)),
                *(word for process in server.processes() for word in ("--server-process", str(process))),
                *work.options, *self.options]


SYSTEMS = {
    "fanfare-frames": System("Fanfare, frames", FanfareBroker, (*FLOODS, "latency"), "fanfare-frames"),
    "nats": System("nats-server", NatsServer, (*FLOODS, "latency"), "nats"),
}
