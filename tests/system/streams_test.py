"""What users see of stored messages with the command `fanfare`: replays from where they say, and what is kept."""

import json
import signal
import unittest

from harness import SystemTest, eventually, json_lines


class Replays(SystemTest):
    def setUp(self):
        super().setUp()
        self.start_up()
        lines = b"".join(b"line %d\n" % number for number in range(1, 11))
        self.acks = json_lines(self.succeed("pub", "chat.t", "--lines", "--json", stdin=lines))
        self.epoch = self.acks[0]["epoch"]

    def stored(self, *arguments):
        """What is stored, as `sub` shows it."""
        return json_lines(self.succeed("sub", *arguments, "--until-caught-up", "--json"))

    def sequences(self, *arguments):
        return [message["sequence"] for message in self.stored("chat.t", "--from", *arguments)]

    def test_all_is_what_was_acknowledged(self):
        messages = self.stored("chat.t", "--from", "all")
        self.assertEqual([message["payload"] for message in messages], [f"line {number}" for number in range(1, 11)])
        for key in ("stream", "epoch", "sequence", "id"):
            self.assertEqual([message[key] for message in messages], [ack[key] for ack in self.acks], key)

    def test_a_sequence_is_the_first_that_is_shown(self):
        self.assertEqual(self.sequences("4"), list(range(4, 11)))

    def test_a_sequence_that_is_still_to_come_is_waited_for(self):
        sub = self.start_sub("chat.t", "--from", "12", "--count", "1")
        self.succeed("pub", "chat.t", "--lines", stdin=b"line 11\nline 12\n")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"chat.t line 12\n")

    def test_a_position_is_the_last_that_is_not_shown(self):
        self.assertEqual(self.sequences(f"{self.epoch}-4"), list(range(5, 11)))
        self.assertEqual(self.sequences(f"{self.epoch}-10"), [])

    def test_a_time_is_that_of_the_first_message(self):
        messages = self.stored("chat.t", "--from", "all")
        self.succeed("pub", "chat.t", "later")
        time = self.stored("chat.t", "--from", "all")[-1]["timestamp"]
        expected = [message["sequence"] for message in messages if message["timestamp"] >= time] + [11]
        self.assertEqual(self.sequences(time), expected)

    def test_a_duration_reaches_back_from_now(self):
        self.assertEqual(self.sequences("1h"), list(range(1, 11)))

    def test_a_replay_goes_on_with_what_comes(self):
        sub = self.start_sub("chat.t", "--from", "all", "--count", "11")
        self.assertTrue(sub.says("caught up chat.t"), sub.stderr)
        self.succeed("pub", "chat.t", "line 11")
        self.assertEqual(sub.ends(), 0)
        self.assertEqual(bytes(sub.stdout), b"".join(b"chat.t line %d\n" % number for number in range(1, 12)))

    def test_count_ends_in_the_middle(self):
        self.assertEqual(self.succeed("sub", "chat.t", "--from", "8", "--count", "2"),
                         b"chat.t line 8\nchat.t line 9\n")

    def test_overlapping_patterns_show_a_message_once(self):
        self.succeed("pub", "chat.u", "other")
        messages = self.stored("chat.t", "chat.>", "chat.*", "--from", "all")
        self.assertEqual(sorted(message["sequence"] for message in messages), list(range(1, 12)))

    def test_nothing_stored_is_caught_up_at_once(self):
        self.assertEqual(self.stored("chat.nobody", "--from", "all"), [])

    def test_a_pattern_in_no_single_stream_is_refused_in_a_line(self):
        for pattern in (">", "demo.t"):
            done = self.run_fanfare("sub", pattern, "--from", "all")
            self.assertEqual((done.returncode, done.stdout), (1, b""), pattern)
            self.assertRegex(done.stderr, rb"^ambiguous_stream: [^\n]+\n$")

    def test_a_position_of_another_epoch_is_not_recovered(self):
        other = "01890a5d-ac96-774b-bcce-b302099a8057"
        done = self.run_fanfare("sub", "chat.t", "--from", f"{other}-4", "--until-caught-up", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"not recovered (chat.t): ", done.stderr)
        lines = json_lines(done.stdout)
        self.assertEqual([line["sequence"] for line in lines if "sequence" in line], list(range(1, 11)))
        self.assertIn("epoch_changed", [line["gap"]["reason"] for line in lines if "gap" in line])

    def test_a_wrong_start_says_what_is_expected(self):
        for wrong in ("0", "tomorrow", "9007199254740992", "2026-11-21", self.epoch):
            done = self.run_fanfare("sub", "chat.t", "--from", wrong)
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn(b"--from: expected new, all, a sequence", done.stderr)

    def test_until_caught_up_needs_a_start(self):
        self.assertEqual(self.run_fanfare("sub", "chat.t", "--until-caught-up").returncode, 2)


class Streams(SystemTest):
    def setUp(self):
        super().setUp()
        self.up = self.start_up()

    def test_what_is_kept_is_listed(self):
        acks = json_lines(self.succeed("pub", "chat.t", "--lines", "--json", stdin=b"a\nb\nc\n"))
        streams = {row["stream"]: row for row in json.loads(self.succeed("stream", "ls", "--json"))["streams"]}
        self.assertLessEqual({"chat", "changes"}, set(streams))
        chat = streams["chat"]
        self.assertEqual((chat["state"], chat["topics"]), ("ok", ["chat.>", "user.>"]))
        self.assertEqual((chat["epoch"], chat["first"], chat["head"], chat["messages"]), (acks[0]["epoch"], 1, 3, 3))
        self.assertGreater(chat["bytes"], 0)
        self.assertGreaterEqual(chat["segments"], 1)
        self.assertRegex(chat["oldest"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual((streams["changes"]["messages"], streams["changes"]["oldest"]), (0, None))
        self.assertRegex(self.succeed("stream", "ls"), rb"(?m)^chat +ok +3 +\S+ \S+ +1 +3 +\S+Z +chat\.> user\.>$")

    def test_one_is_shown_with_all_that_is_known(self):
        info = json.loads(self.succeed("stream", "info", "chat", "--json"))
        self.assertEqual((info["stream"], info["messages"]), ("chat", 0))
        self.assertRegex(self.succeed("stream", "info", "chat"), rb"(?m)^epoch +" + info["epoch"].encode() + rb"$")

    def test_one_that_is_not_there_is_told_from_those_that_are(self):
        done = self.run_fanfare("stream", "info", "chta")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"no stream chta; the broker keeps changes, chat", done.stderr)

    def test_status_shows_them_too(self):
        self.succeed("pub", "chat.t", "hi")
        rows = {row["stream"]: row for row in json.loads(self.succeed("status", "--json"))["streams"]}
        self.assertEqual((rows["chat"]["head"], rows["chat"]["state"]), (1, "ok"))
        self.assertRegex(self.succeed("status"), rb"(?m)^chat +ok +1 ")

    def test_without_a_broker_it_says_so(self):
        self.up.end()
        # The broker may outlive who started it for a moment.
        done = self.run_fanfare("stream", "ls", "--server", "ipc://nobody")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no broker at ipc://nobody – start one".encode(), done.stderr)


class Reload(SystemTest):
    """SIGHUP: what the broker takes over while it runs."""

    def configure(self, text):
        (self.folder / "fanfare.yaml").write_text(f'broker: {{listen: "{self.address}"}}\n{text}')

    def chat(self):
        return next(row for row in json.loads(self.succeed("stream", "ls", "--json"))["streams"] if row["stream"] == "chat")

    def test_retention_and_the_log_level_change_without_a_restart(self):
        self.configure("log: {level: error}\n")
        up = self.start_up()
        self.environment["FANFARE_BROKER_ADDRESS"] = self.address  # of this test's commands, which read the file, too
        broker = self.broker_pid()
        for _ in range(2):  # a segment is 64 MiB
            self.succeed("pub", "chat.t", "--lines", stdin=(b"x" * 1_000_000 + b"\n") * 40)
        before = self.chat()
        self.assertGreater(before["segments"], 1)
        self.configure("streams: {chat: {max_size: 1MiB, max_agee: 1h}}\n")
        up.process.send_signal(signal.SIGHUP)
        self.assertTrue(up.says("max_agee"), up.stderr)
        self.assertEqual(self.chat()["first"], 1)
        self.configure("streams: {chat: {max_size: 1MiB}}\nlimits: {lease: 11s}\n")
        up.process.send_signal(signal.SIGHUP)
        self.assertTrue(eventually(lambda: self.chat()["segments"] == 1), self.chat())
        self.assertTrue(up.says("info broker retention changed stream=chat"), "the level is info again")
        self.assertTrue(up.says("warn broker counts from the next start on key=limits.lease"))
        self.assertEqual((self.chat()["head"], self.broker_pid()), (80, broker))
        self.assertGreater(self.chat()["first"], 1)


if __name__ == "__main__":
    unittest.main()
