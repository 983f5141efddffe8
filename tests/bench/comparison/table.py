"""The figures as tables of Markdown, one for each work and size."""

from peers.systems import SYSTEMS

from .summary import problems_of, summarise
from .works import WORKS


def number(value):
    """Three digits that count: 3.31 M, 93 k, 412."""
    for factor, unit in ((1e6, " M"), (1e3, " k")):
        if value >= 0.9995 * factor:
            return f"{float(f'{value / factor:.3g}'):g}{unit}"
    return f"{value:.3g}"


def with_spread(spread, show=number):
    return f"{show(spread.median)} ({show(spread.least)} – {show(spread.most)})"


def share(value):
    return f"{100 * value:.0f} %"


def times(value, reference):
    return f"{value / reference:.2f}×" if reference else "–"


def rate_columns(summary, nats):
    return [with_spread(summary.deliveries), times(summary.deliveries.median, nats and nats.deliveries.median),
            with_spread(summary.cpu, lambda value: f"{value:.3f}"), times(summary.cpu.median, nats and nats.cpu.median),
            share(summary.server_busy), share(summary.load_busy), summary.bottleneck,
            f"{summary.memory / 2**20:.0f} MiB"]


def latency_columns(summary, _nats):
    return [*(with_spread(summary.latency[quantile], lambda value: f"{value:.0f}") for quantile in ("p50", "p99", "p99_9")),
            f"{summary.cpu.median:.1f}", share(summary.server_busy), share(summary.load_busy)]


def outcome_columns(summary, nats):
    return [with_spread(summary.rate), times(summary.rate.median, nats and nats.rate.median),
            f"{summary.cpu.median:.2f}", times(summary.cpu.median, nats and nats.cpu.median),
            *(with_spread(summary.latency[quantile], number) for quantile in ("p50", "p99")),
            share(summary.server_busy), share(summary.load_busy)]


OUTCOME_HEADS = ["a second", "÷ nats", "server µs each", "÷ nats", "p50 µs", "p99 µs", "server busy", "load busy"]
COLUMNS = {
    "outcomes": (outcome_columns, OUTCOME_HEADS),
    "stored": (outcome_columns, OUTCOME_HEADS),
    "rate": (rate_columns, ["deliveries/s", "÷ nats", "server µs each", "÷ nats", "server busy", "load busy",
                            "bottleneck", "memory"]),
    "latency": (latency_columns, ["p50 µs", "p99 µs", "p99.9 µs", "server µs each", "server busy", "load busy"]),
}


def nats_of(summaries):
    """What all are compared with; no work is done by both."""
    return summaries.get("nats") or summaries.get("jetstream")


def table(work, size, by_system):
    """`by_system`: {system: [figures]}"""
    columns, heads = COLUMNS[WORKS[work].shows]
    sound = {name: summarise(figures) for name, figures in by_system.items() if not problems_of(figures)}
    nats = nats_of(sound)
    stored = WORKS[work].shows == "stored"
    heads = [*heads, "synced before the ack"] if stored else heads
    lines = [f"**{WORKS[work].title}, {size} B**", "", "| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for name in (name for name in SYSTEMS if name in by_system):
        cells = columns(sound[name], nats) if name in sound else ["; ".join(problems_of(by_system[name]))]
        if stored:
            cells = [*cells, SYSTEMS[name].synced]
        lines.append("| " + " | ".join([SYSTEMS[name].title, *cells]) + " |")
    return "\n".join(lines)


def tables(figures):
    return "\n\n".join(table(work, size, by_system) for (work, size), by_system in figures.items())
