"""How `fanfare up` starts, restarts and ends what belongs to it, and what it says when it cannot."""

import json
import os
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


class Supervision(SystemTest):
    """What `fanfare up` runs, and that it changes while the rest goes on."""
    components = ("accounts", "persistence")

    def processes(self):
        done = self.run_fanfare("status", "--json")
        rows = (json.loads(done.stdout)["processes"] or []) if done.returncode == 0 else []
        return {row["name"]: row for row in rows}

    def configure(self, text):
        (self.folder / "fanfare.yaml").write_text(f'broker: {{listen: "{self.address}"}}\n{text}')

    def are_ready(self, names, plugins=()):
        """Those run, and nothing else; a plug-in here never says that it is ready."""
        def all_there():
            rows = self.processes()
            ready = {name for name, row in rows.items() if row["state"] == "ready"} | set(plugins)
            return rows if sorted(rows) == sorted(ready) == sorted([*names, *plugins]) else None
        rows = eventually(all_there)
        self.assertTrue(rows, self.processes())
        return rows

    def test_only_and_except_choose_what_runs(self):
        up = self.start("up", "--except", "persistence", "--only", "broker,persistence")
        self.assertTrue(up.says("Ctrl-C stops everything."), up.stderr)
        self.are_ready(["broker"])
        done = self.run_fanfare("up", "--only", "brokre")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"--only: nothing that is enabled is called brokre; there are broker, accounts, persistence\n")
        done = self.run_fanfare("scale", "accounts=2")
        self.assertEqual((done.returncode, done.stdout), (2, b""))

    def test_scale_starts_and_stops_replicas_and_leaves_the_others_alone(self):
        self.configure("workers: {persistence: {replicas: 1}}\n")
        self.start_up()
        before = self.are_ready(["broker", "accounts", "persistence"])
        self.assertEqual(self.succeed("scale", "persistence=3", "accounts=0"),
                         b"started: persistence-2, persistence-3\nstopping: accounts\n")
        after = self.are_ready(["broker", "persistence", "persistence-2", "persistence-3"])
        self.assertEqual([after[name]["pid"] for name in ("broker", "persistence")],
                         [before[name]["pid"] for name in ("broker", "persistence")])
        self.assertEqual([row["replica"] for row in after.values()], [1, 1, 2, 3])
        self.assertTrue(all(row["memory_bytes"] > 2 ** 20 and row["uptime_seconds"] < 600 for row in after.values()), after)
        self.assertEqual(self.succeed("scale", "persistence=3"), b"nothing to do: so many run already\n")
        self.assertEqual(json.loads(self.succeed("scale", "persistence=2", "--json")), {"started": [], "stopped": ["persistence-3"]})

    def test_sighup_follows_the_file_and_a_wrong_file_changes_nothing(self):
        self.configure("workers: {persistence: {replicas: 1}}\nplugins: {old: {command: sleep 60}}\n")
        up = self.start("up")
        self.assertTrue(up.says("Ctrl-C stops everything."), up.stderr)
        self.environment["FANFARE_BROKER_ADDRESS"] = self.address  # of this test's commands, which read the file, too
        before = self.are_ready(["broker", "accounts", "persistence"], ["old"])
        self.succeed("scale", "accounts=2")
        self.are_ready(["broker", "accounts", "accounts-2", "persistence"], ["old"])  # it reads the file, too
        self.configure("wokers: {persistence: {replicas: 2}}\n")
        up.process.send_signal(signal.SIGHUP)
        self.assertTrue(up.says("error up configuration refused"), up.stderr)
        self.are_ready(["broker", "accounts", "accounts-2", "persistence"], ["old"])
        (self.folder / "fanfare.yaml").write_text(
            'broker: {listen: "tcp://127.0.0.1:1"}\nworkers: {persistence: {replicas: 2}}\n'
            'plugins: {new: {command: sleep 60}}\n')
        up.process.send_signal(signal.SIGHUP)
        after = self.are_ready(["broker", "accounts", "persistence", "persistence-2"], ["new"])
        self.assertTrue(up.says("counts from the next start on key=broker.listen"), up.stderr)
        for name in ("broker", "accounts", "persistence"):
            self.assertEqual(after[name]["pid"], before[name]["pid"], name)

    def test_a_crash_loop_is_shown_with_its_reason(self):
        self.configure("plugins: {bad: {command: [sh, -c, 'exit 3']}}\n")
        up = self.start("up")
        self.assertTrue(up.says("error up process keeps ending process=bad how=\"exit code 3\""), up.stderr)
        self.assertEqual(self.processes()["bad"]["state"], "crash_loop")
        self.assertIn("bad keeps ending: exit code 3\n", self.succeed("status").decode())
        done = self.run_fanfare("status", "--wait", "100ms")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"^bad: crash_loop \(ended last with exit code 3; \d+ restarts\)\n$")

    def test_prefixes_have_colours_on_a_terminal_unless_nobody_wants_them(self):
        def first_lines(settings):
            reader, terminal = os.openpty()
            up = subprocess.Popen([BIN / "fanfare", "up"], cwd=self.folder, env=self.environment | settings,
                                  stdout=subprocess.DEVNULL, stderr=terminal)
            os.close(terminal)
            text = b""
            with up:
                while b"accounts" not in text:
                    text += os.read(reader, 65536)
                up.terminate()
                try:
                    while os.read(reader, 65536):
                        pass
                except OSError:  # the other end is closed
                    os.close(reader)
            return text
        self.assertIn(b"\x1b[36mbroker | \x1b[0m", first_lines({"TERM": "xterm"}))
        self.assertNotIn(b"\x1b", first_lines({"TERM": "xterm", "NO_COLOR": "1"}))


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
