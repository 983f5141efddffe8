"""What is measured, by name: a server, how it is loaded, and which works it can do."""

import dataclasses
import math
import pathlib

from .bare import Disk, ZmqEcho
from .fanfare import FanfareBroker
from .mosquitto import Mosquitto, PersistentMosquitto
from .nats import JetStream, NatsServer
from .rabbitmq import RabbitServer
from .redis import RedisServer, SyncedRedis
from .zmq_proxy import ZmqProxy

FLOODS = ("pubsub", "fanout", "fanout-different")


@dataclasses.dataclass(frozen=True)
class System:
    title: str
    server: type
    works: tuple
    load: str  # what fanfare-load calls it
    options: tuple = ()  # of the load
    programs: pathlib.Path = None  # the build its server comes from, where that is another than the load's
    synced: str = ""  # whether it acknowledges only what is on the disk

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
                "--size", str(size), "--seconds", str(math.ceil(plan.seconds)), *work.bench_options, *self.options]


LIVE = (*FLOODS, "latency")
DURABLE = ("durable-1", "durable-1000", "durable-10000")
REQUESTS = ("request-1", "request-64")
# What zmq_proxy is quickest with. nats-server is not; with the same both tell whether a run may be believed (sanity.py).
PROXY_WINDOW = ("--in-flight", str(64 << 10))
# Each with what it does best with: it was tried.
SYSTEMS = {
    "fanfare-frames": System("Fanfare, frames", FanfareBroker, (*LIVE, *DURABLE, *REQUESTS, "group"), "fanfare-frames",
                             ("--frame", "262144"), synced="publishes and acks"),
    "fanfare-sdk": SdkSystem("Fanfare, SDK", FanfareBroker, ("pubsub", "fanout", "latency", *DURABLE, *REQUESTS, "group"),
                             "fanfare bench", synced="publishes and acks"),
    "nats": System("nats-server", NatsServer, (*LIVE, *REQUESTS), "nats", ("--in-flight", str(512 << 10))),
    "nats-64k": System("nats-server, 64 KiB under way", NatsServer, ("pubsub", "fanout"), "nats", PROXY_WINDOW),
    "jetstream": System("JetStream, file", JetStream, (*DURABLE, "group"), "jetstream", synced="no, every 2 minutes"),
    "redis": System("redis PUBLISH", RedisServer, LIVE, "redis"),
    "redis-xadd": System("redis XADD, appendfsync always", SyncedRedis, DURABLE, "redis", synced="yes"),
    "mosquitto-qos0": System("mosquitto, QoS 0", Mosquitto, LIVE, "mqtt-qos0"),
    "mosquitto-qos1": System("mosquitto, QoS 1", Mosquitto, LIVE, "mqtt-qos1"),
    "mosquitto-persistent": System("mosquitto, QoS 1, persistent", PersistentMosquitto, DURABLE, "mqtt-qos1",
                                   synced="no, every 30 minutes"),
    "rabbitmq": System("rabbitmq, durable queue, confirms", RabbitServer, (*DURABLE, *REQUESTS, "group"), "rabbitmq",
                       synced="publishes"),
    "zmq-proxy": System("bare zmq_proxy, a message per frame", ZmqProxy, LIVE, "zmq-proxy", PROXY_WINDOW),
    "zmq-proxy-frames": System("bare zmq_proxy, 64 KiB frames", ZmqProxy, LIVE, "zmq-proxy-frames"),
    "bare-zmq": System("bare ROUTER that echoes", ZmqEcho, REQUESTS, "bare-zmq"),
    "bare-disk": System("bare disk: write, CRC, fdatasync", Disk, DURABLE, "bare-disk", synced="yes"),
    "bare-journal": System("the journal alone", Disk, DURABLE, "bare-journal", synced="yes"),
}


def add_other_build(folder, names):
    """Each of these that is Fanfare once more, with the broker of another build; the names of what is new."""
    for name in names:
        if SYSTEMS[name].server is FanfareBroker:
            other = f"{name}-other"
            SYSTEMS[other] = dataclasses.replace(SYSTEMS[name], title=f"{SYSTEMS[name].title}, other build", programs=folder)
            yield other
