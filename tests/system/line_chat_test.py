"""plugins/line_chat under `fanfare up`: people at a telnet and people over HTTP talk to each other, whatever is killed."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import unittest

import jsonschema
from chat_test import SCHEMAS, ChatTest, Person
from harness import SLOWNESS, eventually, free_port, is_free, is_running, json_lines, kill

PLUGIN = pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "plugins" / "line_chat" / "line_chat.py"
PASSWORD = "correct horse"


class Telnet:
    def __init__(self, test):
        self.tcp = socket.create_connection(("127.0.0.1", test.line_port), timeout=20 * SLOWNESS)
        test.addCleanup(self.tcp.close)
        self.seen = b""

    def type(self, line):
        self.tcp.sendall(line.encode() + b"\r\n")

    def shows(self, text, seconds=20):
        """Reads on until `text` has come; what comes behind it is left for the next time."""
        self.tcp.settimeout(seconds * SLOWNESS)
        while text.encode() not in self.seen:
            if not (more := self.tcp.recv(4096)):
                raise AssertionError(f"closed before it showed {text!r}, after {self.seen!r}")
            self.seen += more
        before, _, self.seen = self.seen.partition(text.encode())
        return before.decode()

    def is_closed(self):
        try:
            while self.tcp.recv(4096):
                pass
        except ConnectionResetError:
            pass
        return True

    def log_in(self, name):
        self.shows("User name:")
        self.type(name)
        self.shows("Password:")
        self.type(PASSWORD)


class LineChat(ChatTest):
    components = ("accounts", "persistence", "http")

    def setUp(self):
        super().setUp()
        self.line_port = free_port()
        with open(self.folder / "fanfare.yaml", "a") as file:
            file.write(f'plugins:\n  line_chat: {{command: "plugins/line_chat/line_chat.py {self.line_port}"}}\n')
        self.environment["FANFARE_LIMITS_PRESENCE_GRACE"] = "200ms"

    def two_people(self):
        ann, bob = Person(self, "ann"), Person(self, "bob")
        return ann, bob, ann.create("room", bob, title="Lunch")

    def enter(self, name, title="Lunch"):
        telnet = Telnet(self)
        telnet.log_in(name)
        telnet.type(f"/join {title}")
        return telnet

    def test_telnet_and_http_talk_to_each_other(self):
        self.start_up()
        ann, bob, room = self.two_people()
        for number in range(12):
            ann.send(room, f"before {number}")
        sub = self.start_sub("--json", "chat.>")
        telnet = Telnet(self)
        telnet.log_in("bob")
        telnet.type("/list")
        telnet.shows("1  Lunch")
        telnet.type("/join 1")
        self.assertNotIn("before 1\r", telnet.shows("before 11"))
        ann.send(room, "from http,\nin two lines")
        telnet.shows("[ann] from http, in two lines")
        telnet.type("from telnet: <b>é</b>")
        telnet.shows("[bob] from telnet: <b>é</b>")
        self.assertEqual(ann.texts(room)[-2:], ["from http,\nin two lines", "from telnet: <b>é</b>"])
        self.assertEqual(ann.history(room)["messages"][0]["from"]["username"], "bob")
        # It travels as other front-ends' messages do.
        self.assertTrue(sub.says("from telnet"))
        message = json.loads(bytes(sub.stdout).decode().splitlines()[-1])
        self.assertEqual(message["actor"], bob.id)
        payload = json.loads(message["payload"])
        self.assertEqual(message["id"], payload["id"])
        jsonschema.validate(payload, json.loads((SCHEMAS / "chat.text.json").read_text()))

    def test_two_telnets_of_two_people_and_a_third_that_has_no_business_there(self):
        self.start_up()
        self.two_people()
        Person(self, "eve")
        ann, bob = self.enter("ann"), self.enter("bob")
        for turn in range(3):
            ann.type(f"question {turn}")
            bob.shows(f"[ann] question {turn}")
            bob.type(f"answer {turn}")
            ann.shows(f"[bob] answer {turn}")
        eve = self.enter("eve")
        eve.shows("! There is no such conversation.")
        eve.type("let me in")
        eve.shows("/list shows your conversations")

    def test_the_same_message_has_the_same_id_as_at_other_front_ends(self):
        self.start_up()
        ann, _, room = self.two_people()
        telnet = self.enter("ann")
        telnet.type("once")
        telnet.shows("[ann] once")
        first = ann.history(room)["messages"][0]
        again = ann.send(room, "once", id=first["client_id"])
        self.assertEqual((again["id"], again["sequence"]), (first["id"], first["sequence"]))

    def test_a_wrong_password_is_refused_and_none_is_written_anywhere(self):
        up = self.start_up()
        Person(self, "ann")
        telnet = Telnet(self)
        telnet.shows("User name:")
        telnet.type("ann")
        telnet.type("wrong horse")
        telnet.shows("! ")
        telnet.log_in("ann")
        telnet.type("/list")
        telnet.type("hello")
        telnet.shows("/join NUMBER or NAME")
        for secret in (b"wrong horse", PASSWORD.encode()):
            self.assertNotIn(secret, up.stdout + up.stderr)

    def test_what_is_no_line_of_text_is_refused(self):
        self.start_up()
        self.two_people()
        telnet = self.enter("ann")
        for line in ("x" * 4001, "bell \a"):
            telnet.type(line)
            telnet.shows("! Lines of text")
        telnet.type("x" * 4000)
        telnet.shows("[ann] " + "x" * 4000)
        for garbage in (b"\xff\xfe\x00\n", b"x" * 20_000):
            rude = Telnet(self)
            rude.tcp.sendall(garbage)
            self.assertTrue(rude.is_closed())
        telnet.type("still here")
        telnet.shows("[ann] still here")

    def test_a_killed_broker_loses_and_doubles_nothing(self):
        self.start_up()
        ann, bob, room = self.two_people()
        telnet, other = self.enter("bob"), self.enter("ann")
        telnet.type("before")
        other.shows("[bob] before")
        kill(self.broker_pid())
        telnet.type("while it is away")
        telnet.type("and after it")
        other.shows("[bob] while it is away")
        other.shows("[bob] and after it")
        telnet.shows("[bob] and after it")
        self.assertTrue(eventually(lambda: self.run_fanfare("status", "--wait", "20s").returncode == 0, 20))
        self.assertTrue(eventually(lambda: self.try_to_ask("GET", "/api/v1/users/me",
                                                           Authorization=f"Bearer {ann.token}")[0] == 200, 20))
        self.assertEqual(ann.texts(room), ["before", "while it is away", "and after it"])
        bob.send(room, "from http")
        other.shows("[bob] from http")

    def test_a_killed_plug_in_is_started_again(self):
        self.start_up()
        ann, _, room = self.two_people()
        Telnet(self).log_in("bob")
        self.kill_and_wait("line_chat")
        telnet = self.enter("bob")
        telnet.type("back")
        telnet.shows("[bob] back")
        self.assertEqual(ann.texts(room), ["back"])

    def test_stopping_ends_it(self):
        up = self.start_up()
        Person(self, "ann")
        telnet = Telnet(self)
        telnet.log_in("ann")
        plugin = self.pid("line_chat")
        up.process.send_signal(signal.SIGTERM)
        self.assertEqual(up.ends(20), 0, up.stderr)
        self.assertTrue(telnet.is_closed())
        self.assertFalse(is_running(plugin))
        self.assertTrue(is_free(self.line_port))

    def test_who_is_there_is_online_and_who_has_left_is_not(self):
        self.start_up()
        ann = Person(self, "ann")
        sub = self.start_sub(f"$presence.user.{ann.id}")
        first, second = Telnet(self), Telnet(self)
        for telnet in (first, second):
            telnet.log_in("ann")
            telnet.type("/list")
            telnet.type("x")
            telnet.shows("/list shows")
        self.assertTrue(sub.says("online"))
        first.tcp.close()
        second.type("x")
        second.shows("/list shows")
        self.assertNotIn(b"offline", sub.stdout)
        second.tcp.close()
        self.assertTrue(sub.says("offline"), sub.stdout)


class Plugins(ChatTest):
    components = ()

    def test_line_chat_is_at_most_a_hundred_lines(self):
        self.assertLessEqual(len(PLUGIN.read_text().splitlines()), 100)

    def test_line_chat_says_which_package_is_missing(self):
        done = subprocess.run(["/usr/bin/python3", "-S", PLUGIN], capture_output=True, timeout=20 * SLOWNESS, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.decode().strip(), "line_chat: Python's ZeroMQ is missing: apt-get install python3-zmq")

    def test_a_command_that_is_not_there_is_refused_with_its_place(self):
        (self.folder / "fanfare.yaml").write_text('plugins:\n  mine: {command: "./mine.py"}\n')
        for arguments in (("up",), ("up", "--check-config"), ("config", "check")):
            done = self.run_fanfare(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.startswith(b'fanfare.yaml:2:19: plugins.mine.command[0]: there is no program "./mine.py"'),
                            done.stderr)

    def test_one_that_fails_is_told_and_stops_nobody(self):
        with open(self.folder / "fanfare.yaml", "a") as file:
            file.write('plugins: {mine: {command: [sh, -c, "echo not today; exit 3"]}}\n')
        up = self.start("up")
        self.assertTrue(up.says("mine | not today"))
        self.assertTrue(eventually(lambda: self.pid("broker")), up.stderr)
        self.succeed("pub", "demo.a", "works")
        self.assertTrue(up.says("process=mine how=\"exit code 3\""))

    def test_what_one_says_is_an_event_where_the_log_is_json(self):
        with open(self.folder / "fanfare.yaml", "a") as file:
            file.write("log: {format: json}\nplugins: {mine: {command: [sh, -c, 'echo \"a \\\\ b\"; exec sleep 60']}}\n")
        up = self.start("up")
        self.assertTrue(up.says("plug-in says"), up.stderr)
        up.process.terminate()
        self.assertEqual(up.ends(), 0, up.stderr)
        events = json_lines(bytes(up.stderr).decode())
        self.assertEqual([event["line"] for event in events if event.get("process") == "mine" and "line" in event], ["a \\ b"])

    def test_one_finds_the_broker_in_its_environment(self):
        program = self.folder / "mine.sh"
        program.write_text('#!/bin/sh\necho "$FANFARE_PLUGIN_NAME at $FANFARE_BROKER_ADDRESS with $1"\nexec sleep 60\n')
        program.chmod(0o700)
        with open(self.folder / "fanfare.yaml", "a") as file:
            file.write("plugins: {mine: {command: ./mine.sh an-argument, replicas: 2}}\n")
        up = self.start("up")
        for number in (1, 2):
            self.assertTrue(up.says(f"mine-{number} | mine at {self.address} with an-argument"))
        self.environment["FANFARE_PLUGINS_MINE_ENABLED"] = "false"
        up.process.terminate()
        self.assertEqual(up.ends(), 0, up.stderr)
        again = self.start_up()
        self.assertNotIn(b"mine", again.stdout + again.stderr)


if __name__ == "__main__":
    unittest.main()
