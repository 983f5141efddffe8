"""What is measured, by name: a server, how it is loaded, and which works it can do."""

import dataclasses
import math

from .fanfare import FanfareBroker
from .mosquitto import Mosquitto
from .nats import NatsServer
from .redis import RedisServer
from .zmq_proxy import ZmqProxy

FLOODS = ("pubsub", "fanout", "fanout-different")


@dataclasses.dataclass(frozen=True)
class System:
    title: str
    server: type
    works: tuple
    load: str  # what fanfare-load calls it
    options: tuple = ()  # of the load

    def load_command(self, plan, server, work, size):
        """The program that loads `server` with `work`; it prints a line of JSON."""
        return [plan.programs / "tests/fanfare-load", "--system", self.load, "--work", work.command, "--size", str(size),
                "--seconds", str(plan.seconds), "--warm-up", str(plan.warm_up),
                *(word for address in server.addresses() for word in ("--address", address)),
                *(word for process in server.processes() for word in ("--server-process", str(process))),
                *work.options, *self.options, *plan.load_options]


@dataclasses.dataclass(frozen=True)
class SdkSystem(System):
    """Fanfare through its SDK: what a user measures with `fanfare bench`. Its options are those of that command."""

    def load_command(self, plan, server, work, size):
        return [plan.programs / "bin/fanfare", "--server", server.addresses()[0], "bench", work.command, "--json",
                "--size", str(size), "--seconds", str(math.ceil(plan.seconds)), *self.options]


LIVE = (*FLOODS, "latency")
# Each with what it does best with: it was tried.
SYSTEMS = {
    "fanfare-frames": System("Fanfare, frames", FanfareBroker, LIVE, "fanfare-frames",
                             ("--frame", "262144")),
    "fanfare-sdk": SdkSystem("Fanfare, SDK", FanfareBroker, ("pubsub", "fanout", "latency"), "fanfare bench"),
    "nats": System("nats-server", NatsServer, LIVE, "nats", ("--in-flight", str(1 << 20))),
    "redis": System("redis PUBLISH", RedisServer, LIVE, "redis"),
    "mosquitto-qos0": System("mosquitto, QoS 0", Mosquitto, LIVE, "mqtt-qos0"),
    "mosquitto-qos1": System("mosquitto, QoS 1", Mosquitto, LIVE, "mqtt-qos1"),
    "zmq-proxy": System("bare zmq_proxy, a message per frame", ZmqProxy, LIVE, "zmq-proxy"),
    "zmq-proxy-frames": System("bare zmq_proxy, 64 KiB frames", ZmqProxy, LIVE, "zmq-proxy-frames"),
}
