"""Presence as users see it with the command `fanfare`: who is there, who comes, who goes and who only seems to."""

import json
import signal
import unittest

from harness import SLOWNESS, SystemTest, eventually, json_lines, kill

LEASE_MS = 1500 * SLOWNESS
GRACE_MS = 300


class Presence(SystemTest):
    def setUp(self):
        super().setUp()
        self.environment |= {"FANFARE_LIMITS_LEASE": f"{LEASE_MS}ms", "FANFARE_LIMITS_PRESENCE_GRACE": f"{GRACE_MS}ms",
                             "FANFARE_LIMITS_HEARTBEAT": f"{LEASE_MS // 5}ms"}
        self.start_up()

    def hold(self, *keys):
        holder = self.start("presence", "hold", *keys)
        self.assertTrue(holder.says("holding " + " ".join(keys)), holder.stderr)
        return holder

    def watch(self, pattern, *options):
        watcher = self.start("presence", "watch", pattern, *options)
        self.assertTrue(watcher.says("watching " + pattern), watcher.stderr)
        return watcher

    def listed(self, *options):
        return json.loads(self.succeed("presence", "ls", "--json", *options))["presence"]

    def keys(self, *options):
        return [row["key"] for row in self.listed(*options)]

    def await_settled(self):
        """Nobody is told offline before lease and grace after the broker's start."""
        watcher = self.start("presence", "watch", ">", "--json")
        self.assertTrue(watcher.says('{"complete":{"settling":false}}'), watcher.stdout)
        watcher.end()

    def test_ls_shows_who_is_there(self):
        self.assertEqual(self.listed(), [])
        self.hold("user.1", "user.2")
        self.hold("user.2", "bot.1")
        self.assertEqual(self.keys(), ["bot.1", "user.1", "user.2"])
        self.assertEqual(self.keys("--pattern", "user.>"), ["user.1", "user.2"])
        row = self.listed("--pattern", "user.2")[0]
        self.assertEqual((row["state"], row["holders"]), ("online", 2))
        self.assertRegex(row["since"], r"^\d{4}-\d\d-\d\dT")
        text = self.succeed("presence", "ls").decode()
        self.assertRegex(text, r"^KEY +STATE +HOLDERS +SINCE\nbot.1 +online +1 +\d")

    def test_a_watcher_hears_who_comes_and_goes(self):
        self.await_settled()
        self.hold("user.1")
        watcher = self.watch("user.>", "--count", "3")
        second = self.hold("user.2")
        second.process.send_signal(signal.SIGINT)
        self.assertEqual(second.ends(), 0)
        self.assertEqual(watcher.ends(), 0)
        self.assertEqual(watcher.stdout.decode().splitlines(), ["user.1 online", "user.2 online", "user.2 offline"])

    def test_json_says_when_all_is_known(self):
        self.await_settled()
        self.hold("user.1")
        watcher = self.watch("user.*", "--json")
        self.assertEqual(json_lines(bytes(watcher.stdout)),
                         [{"key": "user.1", "state": "online"}, {"complete": {"settling": False}}])

    def test_a_key_with_two_holders_stays_when_one_goes(self):
        self.await_settled()
        first = self.hold("user.1")
        self.hold("user.1", "user.2")
        watcher = self.watch("user.>")
        first.process.send_signal(signal.SIGINT)
        self.assertEqual(first.ends(), 0)
        third = self.hold("user.3")
        third.process.send_signal(signal.SIGINT)
        self.assertTrue(watcher.says("user.3 offline"))
        self.assertNotIn(b"user.1 offline", watcher.stdout)

    def test_a_holder_that_is_killed_is_offline_after_lease_and_grace(self):
        self.await_settled()
        holder = self.hold("user.1")
        watcher = self.watch("user.>")
        holder.process.kill()
        self.assertTrue(watcher.says("user.1 offline"))
        self.assertEqual(self.listed(), [])

    def test_a_broker_that_is_killed_and_started_again_makes_nobody_offline(self):
        self.await_settled()
        self.hold("user.1", "user.2")
        watcher = self.watch("user.>", "--json")
        before = watcher.stdout.count(b"complete")
        kill(self.broker_pid())  # `fanfare up` starts it again
        self.assertTrue(eventually(lambda: watcher.stdout.count(b'{"complete":{"settling":false}}') > before, 20),
                        watcher.stdout)
        self.assertNotIn(b"offline", watcher.stdout)
        self.assertEqual(self.keys(), ["user.1", "user.2"])

    def test_what_is_wrong_is_refused_in_a_line(self):
        for arguments, word, code in ((("hold", "no key"), b"bad_topic", 1), (("watch", "user.>.x"), b"bad_pattern", 1),
                                      (("ls", "--pattern", "user.>.x"), b"--pattern", 2)):
            done = self.run_fanfare("presence", *arguments)
            self.assertEqual((done.returncode, done.stdout), (code, b""), arguments)
            self.assertIn(word, done.stderr)

    def test_status_says_how_many_keys_are_online(self):
        self.hold("user.1", "user.2")
        self.assertIn(b"2 presence keys", self.succeed("status"))


if __name__ == "__main__":
    unittest.main()
