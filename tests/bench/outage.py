"""How far persistence falls behind while PostgreSQL is away, and how long it takes to catch up.

    FANFARE_BIN_DIR=build/release/bin tests/bench/outage.py [--seconds 120] [--rate 5000] [--replicas 2] [--how kill|freeze]

Publishes at `rate` into 50 conversations before, during and after the outage, until the group has no lag; then looks
that each message is stored once. Prints what docs/benchmarks.md shows.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postgres import PostgresServer  # noqa: E402

BIN = pathlib.Path(os.environ["FANFARE_BIN_DIR"]).absolute()
ROOMS = 50
TICK = 0.02
PERSON = "0199a1b2-0000-7000-8000-000000000001"


class System:
    """`fanfare up` with what is needed here, and publishers that keep a rate."""

    def __init__(self, folder, url, arguments):
        self.folder = folder
        self.address = f"ipc://{folder}/broker"
        self.environment = {**os.environ, "FANFARE_DATABASE_URL": url, "FANFARE_BROKER_LISTEN": self.address,
                            "FANFARE_WORKERS_ACCOUNTS_ENABLED": "false", "FANFARE_FRONTENDS_HTTP_ENABLED": "false",
                            "FANFARE_FRONTENDS_WEBSOCKET_ENABLED": "false",
                            "FANFARE_WORKERS_PERSISTENCE_REPLICAS": str(arguments.replicas)}
        self.environment.pop("FANFARE_BIN_DIR")
        self.log = open(folder / "log", "wb")
        self.up = subprocess.Popen([BIN / "fanfare", "up"], cwd=folder, env=self.environment, stdout=self.log,
                                   stderr=self.log)
        self.run("status", "--wait", "30s")
        self.rate, self.sent, self.over = arguments.rate, 0, threading.Event()
        self.publishers = [subprocess.Popen(
            [BIN / "fanfare", "pub", f"chat.{uuid.UUID(int=room + 1)}", "--lines", "--actor", PERSON], cwd=folder,
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self.log)
            for room in range(ROOMS)]
        self.feeder = threading.Thread(target=self._feed)
        self.feeder.start()

    def _feed(self):
        begin = time.monotonic()
        while not self.over.wait(TICK):
            due = int((time.monotonic() - begin) * self.rate)
            lines = {}
            while self.sent < due:
                self.sent += 1
                lines.setdefault(self.sent % ROOMS, []).append(json.dumps(
                    {"kind": "text", "id": str(uuid.UUID(int=self.sent)), "client_id": f"c{self.sent}",
                     "text": f"message {self.sent} " + "x" * 80}))
            for room, some in lines.items():
                self.publishers[room].stdin.write(("\n".join(some) + "\n").encode())
                self.publishers[room].stdin.flush()
        for publisher in self.publishers:
            publisher.stdin.close()
            publisher.wait(60)

    def run(self, *arguments):
        return subprocess.run([BIN / "fanfare", *arguments], cwd=self.folder, env=self.environment, check=True,
                              capture_output=True, timeout=60).stdout

    def group(self):
        groups = json.loads(self.run("group", "ls", "--json"))["groups"]
        return next(group for group in groups if group["group"] == "persistence")

    def stop_sending(self):
        self.over.set()
        self.feeder.join()

    def end(self):
        self.stop_sending()
        self.up.terminate()
        self.up.wait(60)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("it does not end")
        time.sleep(0.1)


def measure(arguments, folder, server):
    system = System(folder, server.create("bench"), arguments)
    try:
        wait_for(lambda: system.sent > 5 * arguments.rate and system.group()["lag"] < arguments.rate, 60)
        (server.kill if arguments.how == "kill" else server.freeze)()
        away = time.monotonic()
        time.sleep(arguments.seconds)  # this is what is measured
        (server.start if arguments.how == "kill" else server.thaw)()
        back = time.monotonic()
        behind = system.group()["lag"]
        wait_for(lambda: system.group()["lag"] < arguments.rate / 10, 10 * arguments.seconds + 60)
        caught_up = time.monotonic()
        sent = system.sent
        system.stop_sending()
        wait_for(lambda: system.group()["lag"] == 0, 120)
        group = system.group()
        rows = server.query("SELECT count(*), count(DISTINCT id) FROM message", "bench")[0]
    finally:
        system.end()
    print(f"away {back - away:.0f} s ({arguments.how}) at {arguments.rate} messages/s, {arguments.replicas} replicas")
    print(f"lag when it was back: {behind}")
    print(f"caught up after {caught_up - back:.1f} s, while messages went on coming: "
          f"{(behind + arguments.rate * (caught_up - back)) / (caught_up - back):.0f} stored/s")
    print(f"sent {system.sent} ({sent} until then), stored|distinct {rows}, dead letters {group['dead']}")
    if rows != f"{system.sent}|{system.sent}" or group["dead"] != 0:
        sys.exit("not exact")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--how", choices=("kill", "freeze"), default="kill")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as folder, PostgresServer(fsync=True) as server:
        measure(arguments, pathlib.Path(folder), server)


if __name__ == "__main__":
    main()
