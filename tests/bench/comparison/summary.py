"""What several rounds say together: medians, spread, and whether each of them was sound."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float


def spread(values):
    return Spread(statistics.median(values), min(values), max(values))


@dataclasses.dataclass(frozen=True)
class Summary:
    """Of one system at one work and size."""

    rate: Spread  # messages a second
    deliveries: Spread  # a second
    cpu: Spread  # microseconds of the server for a delivery; where nothing is delivered for a message
    server_busy: float  # share of a core
    load_busy: float
    memory: float  # bytes
    bottleneck: str
    latency: dict  # quantile → Spread of microseconds; empty where it is not measured


def problems_of(figures):
    """Why this system's figures can't be trusted, a sentence for each reason."""
    found = [figure["failed"] for figure in figures if "failed" in figure]
    sound = [figure for figure in figures if "failed" not in figure]
    if not all(figure["complete"] for figure in sound):
        found.append("not every message arrived")
    if not all(figure["in_order"] for figure in sound):
        found.append("messages came in another order than they were sent")
    if not all(figure["messages"] > 0 for figure in sound):
        found.append("nothing arrived within the time")
    return list(dict.fromkeys(found))


def summarise(figures):
    """Of sound figures, at least one."""
    each = [figure for figure in figures if "failed" not in figure and figure["messages"] > 0]
    latencies = [figure["latency_us"] for figure in each if figure["latency_us"]]
    return Summary(
        rate=spread([figure["messages_per_second"] for figure in each]),
        deliveries=spread([figure["deliveries_per_second"] for figure in each]),
        cpu=spread([_server_time(figure) for figure in each]),
        server_busy=statistics.median(_server_share(figure) for figure in each),
        load_busy=statistics.median(figure["load_cpu_seconds"] / figure["seconds"] for figure in each),
        memory=statistics.median(figure["server_memory_bytes"] for figure in each),
        bottleneck=statistics.mode(figure["bottleneck"] for figure in each),
        latency={quantile: spread([one[quantile] for one in latencies]) for quantile in (latencies or [{}])[0]})


def _server_share(figure):
    return figure["server_cpu_us_per_message"] * figure["messages"] / 1e6 / figure["seconds"]


def _server_time(figure):
    messages, deliveries = figure["messages_per_second"], figure["deliveries_per_second"]
    return figure["server_cpu_us_per_message"] * (messages / deliveries if deliveries else 1)
