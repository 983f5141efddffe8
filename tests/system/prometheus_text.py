"""A strict reader of the Prometheus text format, version 0.0.4, for what /metrics shows.

    parse(text)     the samples as {(name, labels): value}, labels as a frozenset of pairs; ValueError says what is wrong

It wants more than Prometheus does: HELP and TYPE before the samples of each family, each family once, labels in every
sample, no sample twice, histograms that rise and end in the bucket of everything.
"""

import re

NAME = re.compile(r"[a-z][a-z0-9_]*")
LINE = re.compile(r'([a-z][a-z0-9_]*)\{((?:[a-z][a-z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+)\} (\S+)')
LABEL = re.compile(r'([a-z][a-z0-9_]*)="((?:[^"\\]|\\.)*)"(,|$)')
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?|[+-]Inf|NaN")
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


def fail_if(wrong, line):
    if wrong:
        raise ValueError(f"not as it has to be: {line!r}")


def labels_of(text, line):
    labels, at = {}, 0
    while at < len(text):
        found = LABEL.match(text, at)
        fail_if(not found or found[1] in labels, line)
        labels[found[1]] = re.sub(r"\\.", lambda escape: ESCAPES[escape.group()], found[2])
        at = found.end()
    fail_if(text.endswith(","), line)
    return frozenset(labels.items())


def check_histogram(name, samples):
    """`samples` of one family: each set of labels has rising buckets, the last of everything, a sum and a count."""
    rows = {}
    for (sample, labels), value in samples.items():
        own = frozenset(pair for pair in labels if pair[0] != "le")
        row = rows.setdefault(own, {"buckets": []})
        if sample == f"{name}_bucket":
            row["buckets"].append((float(dict(labels)["le"]), value))
        else:
            row[sample] = value
    for row in rows.values():
        counts = [count for _, count in row["buckets"]]
        fail_if(row["buckets"] != sorted(row["buckets"]) or counts != sorted(counts), name)
        fail_if(row["buckets"][-1] != (float("inf"), row[f"{name}_count"]) or f"{name}_sum" not in row, name)


def parse(text):
    fail_if(not text.endswith("\n"), text[-100:])
    samples, types, helped, current = {}, {}, set(), None
    families = {}
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            fail_if(name in helped or not NAME.fullmatch(name), line)
            helped.add(name)
            current = None
        elif line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            fail_if(name in types or name not in helped or kind not in ("counter", "gauge", "histogram"), line)
            fail_if(name.endswith("_total") != (kind == "counter"), line)
            types[name], current = kind, name
        else:
            found = LINE.fullmatch(line)
            fail_if(not found or current is None or not NUMBER.fullmatch(found[3]), line)
            allowed = [f"{current}{suffix}" for suffix in ("_bucket", "_sum", "_count")]
            fail_if(found[1] not in (allowed if types[current] == "histogram" else [current]), line)
            key = (found[1], labels_of(found[2], line))
            fail_if(key in samples, line)
            samples[key] = float(found[3])
            fail_if(types[current] == "counter" and not samples[key] >= 0, line)
            families.setdefault(current, {})[key] = samples[key]
    fail_if(helped != set(types), helped ^ set(types))
    for name, kind in types.items():
        if kind == "histogram":
            check_histogram(name, families.get(name, {}))
    return samples
