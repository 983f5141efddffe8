"""What Fanfare is meant to reach beside the others, and what it reaches, in sentences."""

import dataclasses

from peers.systems import SYSTEMS

from .summary import problems_of, summarise


MEASURES = {
    "rate": lambda summary: summary.rate.median,
    "server time": lambda summary: summary.cpu.median,
    "p50": lambda summary: summary.latency["p50"].median,
    "p99": lambda summary: summary.latency["p99"].median,
}


@dataclasses.dataclass(frozen=True)
class Target:
    """How a measure of ours stands to a peer's, or to the bare machine's: the rate at least so many times, all else at most."""

    work: str
    peer: str
    limit: float
    measure: str = "rate"
    sizes: tuple = (128, 1024)


TARGETS = (
    Target("pubsub", "nats", 2, sizes=(128,)),
    Target("pubsub", "nats", 1 / 2, "server time", (128,)),
    Target("pubsub", "nats", 1.3, sizes=(1024,)),
    *(target for work in ("fanout", "fanout-different") for target in (
        Target(work, "nats", 1.5, sizes=(128,)),
        Target(work, "nats", 2 / 3, "server time", (128,)),
        Target(work, "nats", 1.3, sizes=(1024,)))),
    Target("latency", "nats", 1, "p50"),
    Target("latency", "nats", 1, "p99"),
    Target("durable-1", "redis-xadd", 1.5),
    Target("durable-1000", "jetstream", 3),
    Target("durable-1000", "redis-xadd", 5),
    Target("durable-10000", "bare-journal", 1 / 3),
    Target("request-1", "nats", 1),
    Target("request-64", "nats", 1),
    Target("group", "jetstream", 2),
    Target("group", "rabbitmq", 10),
)
OURS = ("fanfare-frames", "fanfare-sdk")

# One durable publish at a time takes at most this much of a bare write with its sync and a bare round trip.
ONE_AT_A_TIME = 1.3


def _sound(figures, work, size, name):
    found = figures.get((work, size), {}).get(name)
    return summarise(found) if found and not problems_of(found) else None


def _verdict(reached, wanted, holds):
    return f"{reached} (target {wanted}): {'met' if holds else 'MISSED'}"


def _ratios(figures, target):
    value = MEASURES[target.measure]
    for size in target.sizes:
        peer = _sound(figures, target.work, size, target.peer)
        for name in OURS:
            ours = _sound(figures, target.work, size, name)
            if ours and peer and value(peer) > 0:
                ratio = value(ours) / value(peer)
                at_least = target.measure == "rate"
                yield (f"{target.work}, {size} B, {target.measure}: {SYSTEMS[name].title} ÷ {SYSTEMS[target.peer].title} "
                       + _verdict(f"{ratio:.2f}", f"at {'least' if at_least else 'most'} {target.limit:.2g}",
                                  ratio >= target.limit if at_least else ratio <= target.limit))


def _one_at_a_time(figures):
    for size in (128, 1024):
        bare = [_sound(figures, "durable-1", size, "bare-disk"), _sound(figures, "request-1", size, "bare-zmq")]
        for name in OURS:
            ours = _sound(figures, "durable-1", size, name)
            if ours and all(bare):
                ratio = 1 / ours.rate.median / sum(1 / one.rate.median for one in bare)
                yield (f"durable-1, {size} B: {SYSTEMS[name].title} ÷ (bare write and sync + bare round trip), in time, "
                       + _verdict(f"{ratio:.2f}", f"at most {ONE_AT_A_TIME}", ratio <= ONE_AT_A_TIME))


def sentences(figures):
    return [*(text for target in TARGETS for text in _ratios(figures, target)), *_one_at_a_time(figures)]
