"""Checks that the arrows between the source folders point one way and that each third-party header has one home.

    layers.py ROOT      prints every line of ROOT's sources that breaks a rule; exit 1 if there is one

The rules are the tables below; the reasons are in docs/architecture.md.
"""

import pathlib
import re
import sys

# What a folder may include besides itself. The longest matching folder counts; a folder without an entry may include
# nothing, so a new one has to be named here.
ARROWS = {
    "protocol": [],
    "runtime": ["protocol"],
    "sdk": ["protocol"],
    "sdk/fanfare": ["protocol/fanfare"],
    "sdk/session": ["protocol", "sdk/fanfare"],
    "broker": ["protocol", "runtime"],
    "broker/core": ["protocol"],
    "frontends/common": ["protocol", "sdk", "runtime"],
    "frontends/http": ["protocol", "sdk", "runtime", "frontends/common"],
    "frontends/websocket": ["protocol", "sdk", "runtime", "frontends/common"],
    "workers": ["protocol", "sdk", "runtime"],
    "workers/persistence": ["protocol", "sdk", "runtime", "workers/common", "workers/store",
                            "workers/chat"],
    "workers/notify": ["protocol", "sdk", "runtime", "workers/common", "workers/store", "workers/chat"],
    "workers/telegram": ["protocol", "sdk", "runtime", "workers/common", "workers/store", "workers/chat", "workers/notify"],
    "workers/store": ["protocol", "runtime", "workers/common"],
    "plugins": ["sdk/fanfare", "protocol/fanfare"],
    "cli": ["protocol", "sdk", "runtime", "workers/store", "broker/journal"],
    "examples": ["sdk/fanfare", "protocol/fanfare"],
}

# The folders that may include a third-party header, by how its name begins.
HOMES = {
    "zmq": ["sdk/transport", "broker/server"],
    "yaml-cpp/": ["runtime/config"],
    "spdlog/": ["runtime"],
    "fmt/": ["runtime"],
    "prometheus/": ["runtime/metrics"],
    "CLI/": ["cli", "runtime/service"],
    "SQLiteCpp/": ["workers/store/sqlite"],
    "sqlite3.h": ["workers/store/sqlite"],
    "pqxx/": ["workers/store/postgres"],
    "libpq-fe.h": ["workers/store/postgres"],
    "nlohmann/": ["cli", "runtime/chat", "runtime/config", "runtime/json", "runtime/logging", "runtime/metrics", "broker/server", "frontends",
                  "workers"],
    "sodium": ["runtime/crypto"],
    "unicode/": ["workers/accounts", "workers/store/text", "workers/telegram/bot", "workers/notify"],
    "boost/system/": ["runtime", "broker/server", "broker/journal", "cli", "frontends", "workers"],
    "boost/assert/": ["runtime", "broker/journal", "frontends", "workers"],
    "boost/asio": ["frontends/websocket", "frontends/http/message"],
    "boost/beast": ["frontends/websocket", "frontends/http/message"],
    "curl/": ["workers/telegram/bot"],
    "pistache/": ["frontends/http/pistache"],
}

# Same input, same output: no sockets, files, clocks, threads or chance, so that a test can replay anything.
PURE = ["protocol", "sdk/session", "broker/core"]
IMPURE_HEADERS = {
    "barrier", "condition_variable", "filesystem", "fstream", "future", "iostream", "latch", "mutex", "random",
    "semaphore", "shared_mutex", "stop_token", "thread",
}
# Instructions of the processor: no I/O, however their headers are called.
INSTRUCTIONS = {"nmmintrin.h"}
IMPURE_CALLS = re.compile(r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\brandom_device\b|\bgetenv\b")

# What users of the SDK include: nothing but the standard library and each other.
PUBLIC = ["protocol/fanfare", "sdk/fanfare", "examples"]

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STANDARD = re.compile(r"^[a-z_]+$")
SYSTEM = re.compile(r"^(?:(?:sys|netinet|arpa|net|linux)/)?[a-z0-9_]+\.h$")


def within(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


def layer_of(path):
    """The longest folder of ARROWS that holds the path; None for what no rule is about."""
    return max((folder for folder in ARROWS if within(path, [folder])), key=len, default=None)


def locate(root, source, name):
    """The file of the tree that an #include means, as a path from the root; None if it is not in the tree."""
    candidates = [name, f"{source.rpartition('/')[0]}/{name}", f"protocol/{name}", f"sdk/{name}"]
    return next((candidate for candidate in candidates if (root / candidate).is_file()), None)


def include_problem(root, source, name):
    """What is wrong with this #include; None if nothing is."""
    target = locate(root, source, name)
    if target:
        layer = layer_of(source)
        if within(target, [layer, *ARROWS[layer]]):
            return None
        return f"{layer} must not include {target}"
    if name in INSTRUCTIONS:
        return None
    if STANDARD.match(name):
        if name in IMPURE_HEADERS and within(source, PURE):
            return f"<{name}> in a folder without I/O, clock, threads and chance"
        return None
    if name.startswith("fanfare/"):
        return f"{name} is not in the source tree"
    if within(source, PUBLIC):
        return f"public headers include only the standard library and <fanfare/…>, not {name}"
    homes = next((HOMES[begin] for begin in HOMES if name.startswith(begin)), None)
    if homes is not None:
        return None if within(source, homes) else f"{name} belongs to {', '.join(homes)}"
    if SYSTEM.match(name):
        return f"{name} in a folder without I/O" if within(source, PURE) else None
    return f"{name} has no home: name one in tests/layers/layers.py"


def problems(root):
    """Yields "file:line: what is wrong" for each line that breaks a rule."""
    for folder in sorted({layer.split("/")[0] for layer in ARROWS}):
        for path in sorted((root / folder).rglob("*")):
            source = path.relative_to(root).as_posix()
            if path.suffix not in (".cpp", ".hpp", ".h"):
                continue
            if layer_of(source) is None:
                yield f"{source}:1: its folder has no rule: name one in tests/layers/layers.py"
                continue
            text = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), path.read_text())
            found = [(match.start(1), include_problem(root, source, match.group(1))) for match in INCLUDE.finditer(text)]
            if within(source, PURE):
                found += [(match.start(), f"{match.group()} in a folder without clock and chance")
                          for match in IMPURE_CALLS.finditer(text)]
            for position, problem in found:
                if problem:
                    yield f"{source}:{text.count(chr(10), 0, position) + 1}: {problem}"


if __name__ == "__main__":
    broken = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(broken))
    sys.exit(1 if broken else 0)
