"""Whether a run may be believed: two systems that everybody can measure, with as much under way, must stand to each other as
they are known to."""

import dataclasses

from .summary import problems_of, summarise

TOLERANCE = 0.25


@dataclasses.dataclass(frozen=True)
class Known:
    """Deliveries a second of nats-server over those of a bare zmq_proxy, a message in each frame, at 128 B."""

    least: float
    most: float


KNOWN = {"pubsub": Known(1.4, 1.4), "fanout": Known(1.2, 1.7)}


def verdicts(figures):
    """[(text, whether it holds)] for each work of which both were measured."""
    found = []
    for work, known in KNOWN.items():
        by_system = figures.get((work, 128), {})
        pair = [by_system.get("nats-64k"), by_system.get("zmq-proxy")]
        if not all(pair) or any(problems_of(each) for each in pair):
            continue
        nats, proxy = (summarise(each).deliveries.median for each in pair)
        least, most = known.least * (1 - TOLERANCE), known.most * (1 + TOLERANCE)
        found.append((f"{work}, 64 KiB under way: nats-server {nats:,.0f} deliveries/s, zmq_proxy {proxy:,.0f}: {nats / proxy:.2f}×, "
                      f"expected {least:.2f} to {most:.2f}", least <= nats / proxy <= most))
    return found
