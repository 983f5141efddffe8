"""Two hundred chat pages of one room: a broker that is killed loses and doubles nothing and shows nobody offline; the
people of a front-end that is killed go offline for the others after its lease and the grace, and come back with it."""

import tempfile
import time
import unittest

from programs import CENTRIFUGE, Lines, Programs, eventually, free_port

PEOPLE, PAGES_EACH = 20, 10
LEASE, GRACE = 3, 2


class Room(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        self.programs = Programs(folder.name, limits=f"lease: {LEASE}s, heartbeat: 1s, presence_grace: {GRACE}s")
        self.addCleanup(self.programs.stop)
        self.second = free_port()
        self.programs.start("websocket-2", FANFARE_FRONTENDS_WEBSOCKET_LISTEN=f"127.0.0.1:{self.second}")
        people = [self._register(f"person{number}") for number in range(PEOPLE + 1)]
        self.people = {person["user"]["id"] for person in people[:-1]}
        self.tokens = [person["access_token"] for person in people]
        members = [person["user"]["id"] for person in people[1:]]
        wanted = {"kind": "room", "title": "room", "members": members}
        room = eventually(lambda: self.programs.ask("POST", "/api/v1/conversations", wanted, self.tokens[0]), 20)
        self.assertTrue(room, self.programs.log_text())
        self.conversation = room["conversation"]["id"]

    def _register(self, name):
        wanted = {"username": name, "password": "correct horse"}
        person = eventually(lambda: self.programs.ask("POST", "/api/v1/users", wanted), 30)
        self.assertTrue(person, self.programs.log_text())
        return person

    def _pages(self, port, tokens, pause):
        file = self.programs.folder / f"tokens-{port}"
        file.write_text("\n".join(tokens))
        url = f"ws://127.0.0.1:{port}/connection/websocket"
        pages = Lines(["node", CENTRIFUGE / "room.mjs", url, self.conversation, file, str(pause)], self.programs)
        self.addCleanup(pages.kill)
        self.assertTrue(eventually(lambda: any("ready" in line for line in list(pages.lines)), 60),
                        f"{pages.error_text()} {self.programs.log_text()}")
        return pages

    def _all(self, pages, what):
        return [line[what] for line in list(pages.lines) if what in line]

    def _acknowledged(self, pages):
        return max(self._all(pages, "acknowledged"), default=0)

    def _goes_on(self, pages, by):
        before = self._acknowledged(pages)
        self.assertTrue(eventually(lambda: self._acknowledged(pages) >= before + by, 60),
                        f"{before} {pages.error_text()} {self.programs.log_text()}")

    def test_a_killed_broker_and_a_killed_front_end(self):
        # Somebody at the other front-end sees who comes and goes.
        watcher = self._pages(self.second, self.tokens[-1:], 0)
        pages = self._pages(self.programs.ports["websocket"], self.tokens[:-1] * PAGES_EACH, 4_000)
        self.assertTrue(eventually(lambda: set(self._all(watcher, "join")) >= self.people, 30), watcher.lines)
        for _ in range(3):
            self._goes_on(pages, 40)
            self.programs.kill("broker")
            self.programs.start("broker")
        self._goes_on(pages, 40)
        # Who would be shown offline by mistake is by then.
        end = time.monotonic() + LEASE + 2 * GRACE + 1
        self.assertTrue(eventually(lambda: time.monotonic() > end, 20))
        self.assertEqual(self._all(pages, "leave") + self._all(watcher, "leave"), [])
        self._check(pages, PEOPLE * PAGES_EACH)

        joined = len(self._all(watcher, "join"))
        killed = time.monotonic()
        self.programs.kill("websocket")
        self.assertTrue(eventually(lambda: set(self._all(watcher, "leave")) >= self.people, 30), watcher.lines)
        print(f"the people of a killed front-end were offline after {time.monotonic() - killed:.1f} s", flush=True)
        self.assertGreaterEqual(time.monotonic() - killed, LEASE + GRACE - 1.5)
        self.programs.start("websocket")
        self.assertTrue(eventually(lambda: set(self._all(watcher, "join")[joined:]) >= self.people, 60), watcher.lines)
        self.assertEqual(len(self._all(watcher, "leave")), PEOPLE)

    def _check(self, pages, count):
        pages.tell("quiet\n")
        self.assertTrue(eventually(lambda: self._all(pages, "done"), 90), self.programs.log_text())
        done = next(line for line in pages.lines if "done" in line)
        print(f"{count} pages: {done}", flush=True)
        self.assertEqual({key: done[key] for key in ("missing", "twice")}, {"missing": 0, "twice": 0})


if __name__ == "__main__":
    unittest.main()
