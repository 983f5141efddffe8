"""People chat over HTTP: the whole way of a message through front-end, broker, workers and database, and back."""

import json
import os
import pathlib
import unittest
import urllib.error
import urllib.request

import jsonschema
from harness import SLOWNESS, SystemTest, eventually, kill

SCHEMAS = pathlib.Path(os.environ["FANFARE_SOURCE_DIR"]) / "protocol" / "schemas"


class Person:
    def __init__(self, test, username):
        self.test = test
        answer = test.ask("POST", "/api/v1/users", {"username": username, "password": "correct horse"}, expect=201)
        self.id, self.token = answer["user"]["id"], answer["access_token"]

    def ask(self, method, path, body=None, expect=200, **headers):
        return self.test.ask(method, path, body, expect, Authorization=f"Bearer {self.token}", **headers)

    def create(self, kind, *others, **more):
        body = {"kind": kind, "members": [other.id for other in others], **more}
        return self.ask("POST", "/api/v1/conversations", body, expect=201)["conversation"]["id"]

    def send(self, conversation, text, **more):
        return self.ask("POST", f"/api/v1/conversations/{conversation}/messages", {"text": text, **more}, expect=201)

    def history(self, conversation, expect=200, query="?limit=100"):
        return self.ask("GET", f"/api/v1/conversations/{conversation}/messages{query}", expect=expect)

    def texts(self, conversation):
        """Oldest first."""
        return [message["text"] for message in reversed(self.history(conversation)["messages"])]


class ChatTest(SystemTest):
    components = ("accounts", "persistence", "http")

    def url(self, path):
        return f"http://127.0.0.1:{self.ports['http']}{path}"

    def try_to_ask(self, method, path, body=None, **headers):
        """Status and JSON body of the answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        request = urllib.request.Request(self.url(path), data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20 * SLOWNESS) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    def ask(self, method, path, body=None, expect=200, **headers):
        status, answer = self.try_to_ask(method, path, body, **headers)
        self.assertEqual(status, expect, answer)
        return answer

    def pid(self, name):
        rows = json.loads(self.succeed("status", "--json"))["processes"]
        return next((row["pid"] for row in rows if row["name"] == name and row["state"] == "ready"), 0)

    def kill_and_wait(self, name):
        before = self.pid(name)
        kill(before)
        self.assertTrue(eventually(lambda: self.pid(name) not in (0, before), 20), f"{name} does not come back")


class Chat(ChatTest):
    def test_two_people_and_a_room_of_three(self):
        self.start_up()
        ann, bob, eve = (Person(self, name) for name in ("ann", "bob", "eve"))
        found = ann.ask("GET", "/api/v1/users?query=bo")["users"]
        self.assertEqual([person["id"] for person in found], [bob.id])

        direct = ann.create("direct", bob)
        ann.send(direct, "hello")
        bob.send(direct, "hi <b>ann</b>")
        self.assertTrue(eventually(lambda: ann.texts(direct) == ["hello", "hi <b>ann</b>"]), ann.texts(direct))
        self.assertEqual(bob.texts(direct), ann.texts(direct))
        self.assertEqual([message["from"]["username"] for message in bob.history(direct)["messages"]], ["bob", "ann"])
        self.assertEqual(bob.ask("POST", "/api/v1/conversations", {"kind": "direct", "members": [ann.id]})
                         ["conversation"]["id"], direct)

        room = bob.create("room", ann, eve, title="three")
        for person in (ann, bob, eve):
            person.send(room, f"here is {person.id}")
        self.assertTrue(eventually(lambda: len(eve.texts(room)) == 3))
        self.assertEqual({item["id"] for item in eve.ask("GET", "/api/v1/conversations")["conversations"]}, {room})
        self.assertEqual({item["id"] for item in ann.ask("GET", "/api/v1/conversations")["conversations"]}, {room, direct})

        # What is not Eve's does not exist for her.
        self.assertEqual(eve.history(direct, expect=404)["code"], "not_found")
        path = f"/api/v1/conversations/{direct}/messages"
        self.assertEqual(eve.ask("POST", path, {"text": "let me in"}, expect=404)["code"], "not_found")

    def test_the_same_again_is_the_same_message(self):
        self.start_up()
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        first = ann.send(direct, "once", id="c-1")
        self.assertEqual(ann.send(direct, "once", id="c-1"), first)
        path = f"/api/v1/conversations/{direct}/messages"
        self.assertEqual(ann.ask("POST", path, {"text": "twice", "id": "c-1"}, expect=409)["code"], "id_conflict")
        # Another person's message may have the same id.
        self.assertNotEqual(bob.send(direct, "once", id="c-1")["id"], first["id"])
        self.assertEqual(ann.texts(direct), ["once", "once"])

    def test_everything_is_still_there_after_two_restarts(self):
        expected = []
        for start in range(3):
            up = self.start_up()
            if start == 0:
                ann, bob = Person(self, "ann"), Person(self, "bob")
                direct = ann.create("direct", bob)
            for number in range(20):
                sender = ann if number % 2 == 0 else bob
                expected.append(f"{start}-{number}")
                sender.send(direct, expected[-1])
            up.process.terminate()
            self.assertEqual(up.ends(), 0, up.stderr)
        self.start_up()
        self.assertEqual(bob.texts(direct), expected)
        newest = bob.history(direct, query="?limit=7")
        older = bob.history(direct, query=f"?limit=100&before={newest['next']}")
        texts = [message["text"] for message in newest["messages"] + older["messages"]]
        self.assertEqual(texts, expected[::-1])
        self.assertIsNone(older["next"])

    def test_a_killed_worker_or_front_end_loses_nothing_that_was_acknowledged(self):
        self.start_up()
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        expected = []
        for name in ("http", "accounts"):
            expected.append(f"before {name}")
            ann.send(direct, expected[-1])
            self.kill_and_wait(name)
            expected.append(f"after {name}")

            def sent(text=expected[-1]):
                try:
                    status, _ = self.try_to_ask("POST", f"/api/v1/conversations/{direct}/messages",
                                                {"text": text, "id": text.replace(" ", "-")},
                                                Authorization=f"Bearer {ann.token}")
                except OSError:  # it is not listening yet
                    return False
                return status == 201
            self.assertTrue(eventually(sent, 20))
        # What reached the database before the worker died stays; what came while it was away was in the stream only.
        self.assertTrue(eventually(lambda: bob.texts(direct) == expected), bob.texts(direct))
        self.kill_and_wait("persistence-1")
        self.assertTrue(eventually(lambda: bob.texts(direct) == expected), bob.texts(direct))
        ann.send(direct, "after persistence")
        self.assertTrue(eventually(lambda: bob.texts(direct) == [*expected, "after persistence"]), bob.texts(direct))

    def test_what_travels_on_topics_fits_its_schema(self):
        self.start_up()
        sub = self.start_sub("--json", "chat.>", "user.>", "$change.>")
        ann, bob = Person(self, "ann"), Person(self, "bob")
        direct = ann.create("direct", bob)
        ann.send(direct, "hello")
        self.assertTrue(sub.says("hello"))

        def seen():
            return [json.loads(line) for line in bytes(sub.stdout).decode().splitlines()]
        wanted = {f"chat.{direct}": "chat.text", f"user.{ann.id}": "user.conversation_added",
                  f"user.{bob.id}": "user.conversation_added", f"$change.conversation.{direct}": "change.conversation"}
        self.assertTrue(eventually(lambda: wanted.keys() <= {message["topic"] for message in seen()}), seen())
        for message in seen():
            schema = json.loads((SCHEMAS / f"{wanted[message['topic']]}.json").read_text())
            jsonschema.validate(json.loads(message["payload"]), schema)
        texts = [message for message in seen() if message["topic"].startswith("chat.")]
        self.assertEqual([message["actor"] for message in texts], [ann.id])

    def test_passwords_and_names(self):
        self.start_up()
        ann = Person(self, "paypal")
        Person(self, "ace")
        wrong = self.ask("POST", "/api/v1/sessions", {"username": "paypal", "password": "wrong horse"}, expect=401)
        unknown = self.ask("POST", "/api/v1/sessions", {"username": "nobody", "password": "wrong horse"}, expect=401)
        self.assertEqual(wrong["code"], "bad_credentials")
        self.assertEqual(wrong["detail"], unknown["detail"])
        for lookalike in ("PayPal", "paypa1", "\uff50aypal", "\u0430\u0441\u0435"):  # full width; all in Cyrillic
            answer = self.ask("POST", "/api/v1/users", {"username": lookalike, "password": "correct horse"}, expect=409)
            self.assertEqual(answer["code"], "already_exists", lookalike)
            self.assertIn("username", answer["fields"])
        mixed = self.ask("POST", "/api/v1/users", {"username": "p\u0430ypal", "password": "correct horse"}, expect=422)
        self.assertIn("username", mixed["fields"])
        short = self.ask("POST", "/api/v1/users", {"username": "x", "password": "short"}, expect=422)
        self.assertEqual(set(short["fields"]), {"username", "password"})
        self.assertEqual(self.try_to_ask("GET", "/api/v1/users/me")[0], 401)
        self.assertEqual(ann.ask("GET", "/api/v1/users/me")["user"]["username"], "paypal")


if __name__ == "__main__":
    unittest.main()
