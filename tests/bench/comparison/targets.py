"""What Fanfare is meant to reach beside the others, and what it reaches, in sentences."""

import dataclasses

from peers.systems import SYSTEMS

from .summary import problems_of, summarise


@dataclasses.dataclass(frozen=True)
class Target:
    """So many times the rate of a peer, or of a share of the bare machine."""

    work: str
    peer: str
    least: float
    sizes: tuple = (128, 1024)


TARGETS = (
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
    for size in target.sizes:
        peer = _sound(figures, target.work, size, target.peer)
        for name in OURS:
            ours = _sound(figures, target.work, size, name)
            if ours and peer:
                ratio = ours.rate.median / peer.rate.median
                yield (f"{target.work}, {size} B: {SYSTEMS[name].title} ÷ {SYSTEMS[target.peer].title} "
                       + _verdict(f"{ratio:.2f}", f"{target.least:.2g}", ratio >= target.least))


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
