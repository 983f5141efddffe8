"""Kills programs of a running Fanfare again and again, at random moments, while messages flow; then checks that every
acknowledged message is in the journal, in the database and on a chat page, in order, once.

    crash.py WHAT [--rounds N] [--seed S]      WHAT: broker, persistence, frontends or all

A run prints its seed; the same seed makes the same choices (not the same timing). What CI runs is short; for the long
run take --rounds 200.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
import uuid

from programs import BIN, CENTRIFUGE, NAMES, SLOWNESS, Lines, Programs, eventually

VICTIMS = {"broker": ["broker"], "persistence": ["persistence-1", "persistence-2"], "frontends": ["http", "websocket"],
           "all": list(NAMES)}


class Feeder:
    """Gives lines to `fanfare pub --lines`, so that some hundred are always under way, until it is told to end."""

    def __init__(self, pub, name):
        self.pub, self.name, self.ids = pub, name, []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._feed)
        self.thread.start()

    def _feed(self):
        while not self.ending.is_set():
            under_way = len(self.ids) - len(self.pub.lines)
            if under_way > 400:
                self.ending.wait(0.002)
                continue
            lines = []
            for _ in range(20):
                self.ids.append(str(uuid.uuid4()))
                lines.append(json.dumps({"kind": "text", "id": self.ids[-1], "client_id": f"{self.name}-{len(self.ids)}",
                                         "text": f"{self.name} {len(self.ids)}"}) + "\n")
            try:
                self.pub.tell("".join(lines))
            except OSError:
                return  # it has ended, which the next look at it shows
            self.ending.wait(0.01)

    def end(self):
        self.ending.set()
        self.thread.join()


class Crash:
    def __init__(self, folder, what, rounds, seed):
        self.victims, self.rounds, self.random = VICTIMS[what], rounds, random.Random(seed)
        self.programs = Programs(folder)
        self.everything, self.feeders = [], []

    def run(self):
        try:
            self._begin()
            for number in range(self.rounds):
                self._round(number)
                if (number + 1) % 20 == 0:
                    print(f"{number + 1} rounds, {sum(len(each.pub.lines) for each in self.feeders)} acknowledged",
                          flush=True)
            self._end()
            self._check()
        except AssertionError:
            for each in self.everything:
                print(each.error_text(), file=sys.stderr)
            print(self.programs.log_text(), file=sys.stderr)
            raise
        finally:
            for feeder in self.feeders:
                feeder.ending.set()
            for each in self.everything:
                each.kill()
            self.programs.stop()

    def _begin(self):
        def register():
            return self.programs.ask("POST", "/api/v1/users", {"username": "ann", "password": "correct horse"})
        ann = eventually(register, 20)
        assert ann, "nobody can register"
        self.person, token = ann["user"]["id"], ann["access_token"]

        def create():
            return self.programs.ask("POST", "/api/v1/conversations", {"kind": "room", "title": "room", "members": []},
                                     token)
        room = eventually(create, 20)
        assert room, "no conversation can be made"
        self.conversation = room["conversation"]["id"]
        self.topic = f"chat.{self.conversation}"
        self.page = self._lines(["node", CENTRIFUGE / "chatter.mjs",
                                 f"ws://127.0.0.1:{self.programs.ports['websocket']}/connection/websocket",
                                 self.conversation, token])
        for number in range(2):
            pub = self._lines([BIN / "fanfare", "pub", self.topic, "--lines", "--json", "--actor", self.person])
            self.feeders.append(Feeder(pub, f"publisher-{number}"))

    def _lines(self, arguments):
        self.everything.append(Lines(arguments, self.programs))
        return self.everything[-1]

    def _round(self, number):
        before = [len(feeder.pub.lines) for feeder in self.feeders]
        time.sleep(self.random.uniform(0.02, 0.5))  # the random moment
        victims = self.victims if self.random.random() < 0.5 else [self.random.choice(self.victims)]
        for name in victims:
            self.programs.kill(name)
        for name in victims:
            self.programs.start(name)
        for feeder, acknowledged in zip(self.feeders, before):
            assert eventually(lambda: len(feeder.pub.lines) > acknowledged or feeder.pub.process.poll() is not None, 30) \
                and feeder.pub.process.poll() is None, f"round {number}: {feeder.name} is not acknowledged any more"
        assert not self.programs.ended_by_itself(), f"round {number}: {self.programs.ended_by_itself()} ended"

    def _end(self):
        self.page.tell("quiet\n")
        assert eventually(lambda: {"idle": True} in self.page.lines, 60), "the page's last message is not acknowledged"
        for feeder in self.feeders:
            feeder.end()
            assert feeder.pub.ends(60) == 0, f"{feeder.name} failed"
        self.acknowledged = [(ack["epoch"], ack["sequence"]) for feeder in self.feeders for ack in feeder.pub.lines]
        self.acknowledged += [(ack["epoch"], ack["sequence"]) for ack in self._page("acknowledged")]

    def _page(self, what):
        return [line[what] for line in list(self.page.lines) if what in line]

    def _check(self):
        journal = [json.loads(line) for line in
                   self.programs.fanfare("sub", "chat.>", "user.>", "--from", "all", "--json", "--until-caught-up").splitlines()]
        assert not [line for line in journal if "gap" in line], "the journal has a gap"
        self._check_journal(journal)
        messages = {(one["epoch"], one["sequence"]): json.loads(one["payload"])["id"]
                    for one in journal if one["topic"] == self.topic}
        self._check_acknowledged(messages)
        self._check_database(messages)
        dead = self.programs.fanfare("sub", "$dead.>", "--from", "all", "--json", "--until-caught-up")
        assert not dead, f"dead letters: {dead.decode()}"
        self._check_page(messages)
        print(f"{len(self.acknowledged)} acknowledged, {len(messages)} in the journal, "
              f"{len(self._page('recovered'))} recoveries of the page, {self._page('recovered').count(False)} not")

    def _check_journal(self, journal):
        """No hole within the epoch, and no kill has begun another one."""
        positions = [(one["epoch"], one["sequence"]) for one in journal]
        assert len({epoch for epoch, _ in positions}) == 1, "the epoch has changed"
        sequences = [sequence for _, sequence in positions]
        assert sorted(sequences) == list(range(1, len(sequences) + 1)), "the journal has a hole or a repeat"
        for area in ("chat.", "user."):  # each pattern is a subscription of its own, in order
            here = [one["sequence"] for one in journal if one["topic"].startswith(area)]
            assert here == sorted(here), f"{area}> came in another order"

    def _check_acknowledged(self, messages):
        assert len(set(self.acknowledged)) == len(self.acknowledged), "two publishes were acknowledged at one position"
        lost = set(self.acknowledged) - set(messages)
        assert not lost, f"{len(lost)} acknowledged messages are not in the journal: {sorted(lost)[:5]}"
        assert len(set(messages.values())) == len(messages), "a message is in the journal twice"
        for feeder in self.feeders:
            stored = [messages[ack["epoch"], ack["sequence"]] for ack in feeder.pub.lines]
            assert stored == feeder.ids, f"{feeder.name}: not what was sent, in that order"

    def _check_database(self, messages):
        expected = [(epoch, sequence, id) for (epoch, sequence), id in sorted(messages.items())]

        def rows():
            return self.programs.rows(self.conversation)
        assert eventually(lambda: rows() == expected, 60), f"{len(rows())} rows of {len(expected)} messages"

    def _check_page(self, messages):
        def shown():
            return {got["id"] for got in self._page("got")}
        assert eventually(lambda: shown() >= set(messages.values()), 60), \
            f"{len(set(messages.values()) - shown())} messages are not on the page"
        live = [(line["got"]["epoch"], line["got"]["sequence"]) for line in list(self.page.lines)
                if line.get("from") == "live"]
        assert live == sorted(set(live)), "the page got something live twice or in another order"
        assert {got["id"]: (got["epoch"], got["sequence"]) for got in self._page("got")} == \
            {id: position for position, id in messages.items()}, "the page has other positions than the journal"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=VICTIMS)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--seed", type=int, default=random.randrange(2 ** 32))
    chosen = options.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="fanfare-") as folder:
        Crash(folder, chosen.what, chosen.rounds, chosen.seed).run()


if __name__ == "__main__":
    main()
