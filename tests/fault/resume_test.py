"""A connection that is cut again and again loses nothing and repeats nothing: what a subscriber handled is the stream."""

import json
import random
import tempfile
import threading
import unittest

from gate import Gate
from programs import BIN, SLOWNESS, Lines, Programs, eventually

MESSAGES = 50_000


class Resume(unittest.TestCase):
    def setUp(self):
        self.feeders = []
        self.seed = random.randrange(2 ** 32)
        print(f"seed {self.seed}", flush=True)
        self.random = random.Random(self.seed)
        folder = tempfile.TemporaryDirectory(prefix="fanfare-")
        self.addCleanup(folder.cleanup)
        self.programs = Programs(folder.name, names=("broker",))
        self.addCleanup(self.programs.stop)
        self.assertTrue(eventually(self._answers))
        self.gate = Gate(self.programs.ports["broker"])
        self.addCleanup(self.gate.close)

    def _answers(self):
        try:
            return self.programs.fanfare("status", "--json")
        except AssertionError:
            return None

    def start(self, *arguments, through_gate):
        port = self.gate.port if through_gate else self.programs.ports["broker"]
        lines = Lines([BIN / "fanfare", *arguments, "--server", f"tcp://127.0.0.1:{port}"], self.programs)
        self.addCleanup(lines.kill)
        return lines

    def feed(self, pub):
        """All lines, as fast as it takes them; ended before the test is."""
        feeder = threading.Thread(target=pub.tell, args=("".join(f"{number}\n" for number in range(MESSAGES)),))
        feeder.start()
        self.feeders.append(feeder)

    def ends(self, program):
        for feeder in self.feeders:
            feeder.join()
        return program.ends(60)

    def cut_while(self, grows, until):
        """Cuts at random points of what passes, each time only after something has come since the last one."""
        while grows() < until:
            before, passed = grows(), self.gate.passed
            self.assertTrue(eventually(lambda: grows() > before or grows() >= until, 30), f"stands at {before}")
            ahead = self.random.randrange(1, 200_000)
            eventually(lambda: self.gate.passed > passed + ahead or grows() >= until, 1)
            self.gate.cut()

    def test_a_subscriber_that_is_cut_off_handles_exactly_the_stream(self):
        sub = self.start("sub", "chat.>", "chat.t.*", "--from", "all", "--json", "--count", str(MESSAGES), through_gate=True)
        pub = self.start("pub", "chat.t.x", "--lines", "--json", through_gate=False)
        self.feed(pub)
        self.cut_while(lambda: len(sub.lines), MESSAGES)
        self.assertEqual(self.ends(pub), 0, self.programs.log_text())
        self.assertEqual(self.ends(sub), 0, self.programs.log_text())
        self.assertGreater(self.gate.cuts, 3)
        self.assertEqual([line["payload"] for line in sub.lines], [str(number) for number in range(MESSAGES)])
        self.assertEqual([line["sequence"] for line in sub.lines], list(range(1, MESSAGES + 1)))

    def test_a_publisher_that_is_cut_off_has_each_message_stored_once(self):
        pub = self.start("pub", "chat.t.x", "--lines", "--json", through_gate=True)
        self.feed(pub)
        self.cut_while(lambda: len(pub.lines), MESSAGES)
        self.assertEqual(self.ends(pub), 0, self.programs.log_text())
        self.assertGreater(self.gate.cuts, 3)
        self.assertEqual([line["sequence"] for line in pub.lines], list(range(1, MESSAGES + 1)))
        stored = self.programs.fanfare("sub", "chat.>", "--from", "all", "--json", "--until-caught-up")
        self.assertEqual([json.loads(line)["payload"] for line in stored.splitlines()],
                         [str(number) for number in range(MESSAGES)])


if __name__ == "__main__":
    unittest.main()
