"""How `fanfare up` starts, restarts and ends what belongs to it, and what it says when it cannot."""

import signal
import socket
import subprocess
import unittest

from harness import BIN, SystemTest, eventually, is_free, is_running, kill


class Up(SystemTest):
    def test_says_what_runs_where_the_data_is_and_what_to_try(self):
        self.environment["FANFARE_COMMAND"] = "scripts/fanfare"
        up = self.start_up()
        self.assertTrue(up.says("Ctrl-C stops everything."))
        text = bytes(up.stdout).decode()
        self.assertRegex(text, rf"(?m)^broker ready  {self.address} \(pid \d+\)$")
        self.assertIn(f"Data in {self.folder.resolve() / 'data'}\n", text)
        self.assertIn("  scripts/fanfare sub 'demo.>'\n", text)
        self.assertIn("  scripts/fanfare pub demo.hello 'hi'\n", text)

    def test_lines_to_copy_name_an_address_that_is_not_found_without(self):
        (self.folder / "fanfare.yaml").rename(self.folder / "other.yaml")
        up = self.start("up", "-c", "other.yaml")
        self.assertTrue(up.says(f"  fanfare --server {self.address} sub 'demo.>'"), up.stderr)

    def test_a_signal_ends_everything_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            up = self.start_up()
            broker = self.broker_pid()
            up.process.send_signal(number)
            self.assertEqual(up.ends(), 0, up.stderr)
            self.assertFalse(is_running(broker))
            self.assertTrue(is_free(self.port))

    def test_kill_9_takes_the_children_along_and_frees_the_port(self):
        up = self.start_up()
        broker = self.broker_pid()
        up.process.kill()
        up.ends()
        self.assertTrue(eventually(lambda: not is_running(broker) and is_free(self.port)))
        self.start_up()

    def test_a_broker_that_dies_is_started_again_and_subscribers_go_on(self):
        self.start_up()
        sub = self.start_sub("demo.>")
        self.succeed("pub", "demo.a", "before")
        self.assertTrue(sub.says("demo.a before"))
        broker = self.broker_pid()
        kill(broker)
        self.assertTrue(eventually(lambda: self.broker_pid() not in (0, broker)))
        self.assertTrue(sub.says("connected again"), sub.stderr)
        self.succeed("pub", "demo.a", "after")
        self.assertTrue(sub.says("demo.a after"), sub.stderr)

    def test_a_second_one_is_told_that_one_runs(self):
        up = self.start_up()
        done = self.run_fanfare("up")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"already running", done.stderr)
        self.assertIn(b"pid %d" % up.process.pid, done.stderr)
        self.assertIn(b"Ctrl-C", done.stderr)

    def test_a_taken_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", self.port))
            taken.listen()
            done = self.run_fanfare("up")
        self.assertEqual(done.returncode, 1)
        self.assertIn(self.address.encode(), done.stderr.splitlines()[-1])

    def test_a_misspelt_key_is_refused_with_its_place(self):
        (self.folder / "fanfare.yaml").write_text('broker:\n  lisen: "tcp://127.0.0.1:1"\n')
        for arguments in (("up",), ("up", "--check-config"), ("config", "check"), ("pub", "a", "b")):
            done = self.run_fanfare(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.startswith(b"fanfare.yaml:2:3: "), done.stderr)

    def test_a_pattern_that_is_none_is_found_by_config_check(self):
        (self.folder / "fanfare.yaml").write_text('streams: {bad: {topics: ["a..b"]}}\n')
        done = self.run_fanfare("config", "check")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"fanfare.yaml:1:", done.stderr)


class WithoutABroker(SystemTest):
    def test_every_command_ends_in_time_and_says_what_to_do(self):
        commands = [("status",), ("status", "--wait", "1s"), ("pub", "a", "b"), ("pub", "a", "--lines"),
                    ("pub", "a", "b", "--trace"), ("sub", "a"), ("request", "a", "b"), ("reply", "a", "--exec", "cat")]
        running = [subprocess.Popen([BIN / "fanfare", *command], cwd=self.folder, env=self.environment,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for command in commands]
        for command, process in zip(commands, running):
            with self.subTest(command), process:
                stdout, stderr = process.communicate(timeout=5)
                self.assertEqual(process.returncode, 1)
                self.assertEqual(stderr.decode(), f"no broker at {self.address} – start one with `fanfare up`\n")
                self.assertEqual(stdout, b"")

    def test_wrong_usage_ends_with_2(self):
        for command in ((), ("pubb",), ("pub",), ("sub", "a", "--idle", "2"), ("--server", "x", "pub", "a", "b"),
                        ("pub", "a", "b", "--lines"), ("pub", "a", "--id", "7"), ("reply", "a")):
            done = self.run_fanfare(*command)
            self.assertEqual((done.returncode, done.stdout), (2, b""), command)
        self.assertIn(b"did you mean pub?", self.run_fanfare("pubb").stderr)

    def test_help_and_version_end_with_0(self):
        self.assertIn(b"Examples:", self.succeed("--help"))
        self.assertIn(b"--idle", self.succeed("sub", "--help"))
        self.assertRegex(self.succeed("--version"), rb"^fanfare \d+\.\d+\.\d+\n$")

    def test_the_texts_of_the_configuration_are_printed(self):
        self.assertIn(b'"$schema"', self.succeed("config", "schema"))
        self.assertIn(b"broker.listen", self.succeed("config", "docs"))
        self.assertIn(b"data_dir:", self.succeed("config", "example"))


if __name__ == "__main__":
    unittest.main()
