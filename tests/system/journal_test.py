"""The journal on the disk as users check and repair it with the command `fanfare`, without a broker."""

import json
import os
import signal
import unittest

from harness import SystemTest, eventually, is_running, json_lines, kill
from journal_files import find, flip, segments


class Journal(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()
        self.acks = [json_lines(self.succeed("pub", "chat.t", f"message {number}", "--json"))[0]
                     for number in range(1, 6)]
        self.journal = self.folder / "data" / "journal"
        self.chat = self.journal / "chat"

    def stop(self):
        self.up.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.up.ends(), 0, bytes(self.up.stderr))

    def verify(self, folder=None):
        """What it prints as JSON, by stream, and its exit code."""
        done = self.run_fanfare("journal", "verify", str(folder or self.journal), "--json")
        return {row["stream"]: row for row in json.loads(done.stdout)["streams"]}, done.returncode

    def damage(self, number):
        """Stops the broker and flips a bit in the payload of a message. The segment's name and the place."""
        self.stop()
        segment, offset = find(self.chat, f"message {number}".encode())
        flip(segment, offset)
        return segment.name, offset

    def stored(self, *arguments):
        """The payloads that are shown, without the gaps."""
        lines = json_lines(self.succeed("sub", "chat.t", *arguments, "--until-caught-up", "--json"))
        return [line["payload"] for line in lines if "payload" in line]

    def test_what_was_written_is_clean(self):
        self.stop()
        streams, code = self.verify()
        self.assertEqual(code, 0)
        self.assertEqual((streams["chat"]["records"], streams["chat"]["problems"]), (5, []))
        self.assertEqual(streams["chat"]["last"], {key: self.acks[-1][key] for key in ("epoch", "sequence")})
        self.assertEqual(streams["changes"]["records"], 0)
        self.assertIn(b"chat: ok, 5 messages", self.succeed("journal", "verify", str(self.chat)))
        self.assertEqual(self.succeed("journal", "repair", str(self.journal) + "/"), b"nothing to repair\n")

    def test_what_a_killed_broker_left_is_clean(self):
        broker = self.broker_pid()
        self.up.process.send_signal(signal.SIGSTOP)  # so that nobody starts another one
        kill(broker)
        self.assertTrue(eventually(lambda: not is_running(broker)))
        self.up.end()
        streams, code = self.verify()
        self.assertEqual((code, streams["chat"]["records"]), (0, 5), streams)

    def test_a_broker_that_runs_keeps_both_away(self):
        for command in ("verify", "repair"):
            done = self.run_fanfare("journal", command, str(self.journal))
            self.assertEqual((done.returncode, done.stdout), (1, b""), command)
            self.assertRegex(done.stderr, rb"broker")

    def test_a_flipped_bit_is_found_by_segment_and_offset(self):
        segment, offset = self.damage(3)
        streams, code = self.verify()
        problem = streams["chat"]["problems"][0]
        self.assertEqual((code, problem["file"], problem["rebuilt"]), (1, segment, False))
        self.assertLessEqual(problem["offset"], offset)
        self.assertLess(offset - problem["offset"], 4096)
        self.assertEqual(streams["changes"]["problems"], [])
        done = self.run_fanfare("journal", "verify", str(self.journal))
        self.assertIn(f"  {segment}, offset {problem['offset']}: ".encode(), done.stdout)
        self.assertIn(b"journal repair", done.stderr)

    def test_a_damaged_journal_does_not_start_and_says_what_to_do(self):
        segment, _ = self.damage(3)
        done = self.run_fanfare("up")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(segment.encode(), done.stderr)
        self.assertIn(b"fanfare journal repair", done.stderr)

    def test_repair_asks_before_it_changes_anything(self):
        segment, _ = self.damage(3)
        before = (self.chat / segment).read_bytes()
        done = self.run_fanfare("journal", "repair", str(self.journal))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"cuts off " + segment.encode(), done.stdout)
        self.assertIn(b"--yes", done.stderr)
        self.assertEqual(self.answer_at_a_terminal(b"no\n"), 1)
        self.assertEqual(self.answer_at_a_terminal(b"\n"), 1)
        self.assertEqual((self.chat / segment).read_bytes(), before)
        self.assertEqual(self.answer_at_a_terminal(b"yes\n"), 0)
        self.assertNotEqual((self.chat / segment).read_bytes(), before)
        self.assertEqual(self.verify()[1], 0)

    def answer_at_a_terminal(self, answer):
        """The exit code of repair after this answer."""
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        repair = self.start("journal", "repair", str(self.journal), stdin=theirs)
        os.close(theirs)
        self.assertTrue(repair.says("Type yes to do it: "), repair.stderr)
        os.write(ours, answer)
        return repair.ends()

    def test_after_a_repair_the_stream_goes_on_in_a_new_epoch(self):
        self.damage(3)
        said = self.succeed("journal", "repair", str(self.chat), "--yes").decode()
        kept = [path for path in self.chat.iterdir() if path.is_dir()]
        self.assertEqual(len(kept), 1)
        self.assertIn(f"what was cut off is kept in {kept[0]}", said)
        self.assertIn("the next start begins a new epoch", said)
        self.assertTrue(segments(kept[0]))
        self.up = self.start_up()
        self.assertEqual(self.stored("--from", "all"), [f"message {number}" for number in range(1, 3)])
        ack = json_lines(self.succeed("pub", "chat.t", "next", "--json"))[0]
        self.assertGreater(ack["epoch"], self.acks[-1]["epoch"])
        self.assertGreater(ack["sequence"], 2)
        done = self.run_fanfare("sub", "chat.t", "--from", f"{self.acks[-1]['epoch']}-5", "--until-caught-up")
        self.assertEqual((done.returncode, done.stdout), (0, b"chat.t next\n"), done.stderr)
        self.assertIn(b"not recovered", done.stderr)

    def test_a_folder_without_a_journal_is_none(self):
        self.stop()
        done = self.run_fanfare("journal", "verify", str(self.folder / "nothing"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        done = self.run_fanfare("journal", "verify", str(self.folder / "data"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.journal).encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
