"""What the REST API says with every program behind it; chat_test.py has the way of a message."""

import json
import unittest
import urllib.error
import urllib.request

from harness import SLOWNESS, SystemTest, eventually, kill


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body
        self.json = json.loads(body) if body.startswith(b"{") else None


class Api(SystemTest):
    components = ("accounts", "persistence", "http")

    def setUp(self):
        super().setUp()
        self.up = self.start_up()
        self.assertTrue(eventually(lambda: self.ask("GET", "/readyz").status == 200), self.up.stderr)

    def ask(self, method, path, body=None, token=None, **headers):
        request = urllib.request.Request(f"http://localhost:{self.ports['http']}{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=15 * SLOWNESS) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def register(self, name):
        answer = self.ask("POST", "/api/v1/users", {"username": name, "password": f"{name} likes long words"})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json["access_token"], answer.json["user"]["id"]

    def test_a_conversation_of_others_does_not_exist(self):
        ada, _ = self.register("ada")
        _, ben = self.register("ben")
        eve, _ = self.register("eve")
        made = self.ask("POST", "/api/v1/conversations", {"kind": "direct", "members": [ben]}, token=ada)
        path = f"/api/v1/conversations/{made.json['conversation']['id']}"
        position = {"epoch": ben, "sequence": 1}
        for method, of, body in (("GET", "/messages", None), ("POST", "/messages", {"text": "hi"}),
                                 ("GET", "/members", None), ("PUT", "/read", position), ("PUT", "/mute", {}),
                                 ("DELETE", "/mute", None)):
            answer = self.ask(method, path + of, body, token=eve)
            self.assertEqual((answer.status, answer.json["code"]), (404, "not_found"), (method, of))

    def test_what_is_new_is_counted_until_it_is_read(self):
        ada, _ = self.register("ada")
        ben, bens_id = self.register("ben")
        eve, _ = self.register("eve")
        made = self.ask("POST", "/api/v1/conversations", {"kind": "direct", "members": [bens_id]}, token=ada)
        conversation = made.json["conversation"]["id"]
        self.assertEqual((made.json["conversation"]["read"], made.json["conversation"]["muted"]), (None, None))
        path = f"/api/v1/conversations/{conversation}"
        sent = [self.ask("POST", path + "/messages", {"text": f"{n}"}, token=ada).json for n in range(3)]

        def unread(token):
            answer = self.ask("GET", f"/api/v1/unread?conversations={conversation}", token=token)
            self.assertEqual(answer.status, 200, answer.text)
            return [(row["conversation"], row["count"], row["more"]) for row in answer.json["unread"]]

        def listed(token):
            return self.ask("GET", "/api/v1/conversations", token=token).json["conversations"][0]

        self.assertTrue(eventually(lambda: unread(ben) == [(conversation, 3, False)]), unread(ben))
        self.assertEqual(unread(ada), [(conversation, 0, False)], "who writes has read")
        self.assertEqual(unread(eve), [])
        read = [{"epoch": message["epoch"], "sequence": message["sequence"]} for message in sent]
        answer = self.ask("PUT", path + "/read", read[1], token=ben)
        self.assertEqual((answer.status, answer.json), (200, {"conversation": conversation, "read": read[1]}))
        self.assertEqual(self.ask("PUT", path + "/read", read[0], token=ben).json["read"], read[1])
        self.assertEqual(unread(ben), [(conversation, 1, False)])
        self.assertEqual((listed(ben)["read"], listed(ada)["read"]), (read[1], None))

        until = "2099-01-01T00:00:00.000Z"
        self.assertEqual(self.ask("PUT", path + "/mute", {"until": until}, token=ben).json["muted"], {"until": until})
        self.assertEqual(listed(ben)["muted"], {"until": until})
        self.assertEqual(self.ask("PUT", path + "/mute", token=ben).json["muted"], {"until": None})
        self.assertEqual(self.ask("DELETE", path + "/mute", token=ben).json["muted"], None)
        self.assertEqual(listed(ben)["muted"], None)

        for method, of, body, field in (("PUT", "/read", {"epoch": "x", "sequence": 1}, "epoch"),
                                        ("PUT", "/read", {**read[0], "sequence": 2**53}, "sequence"),
                                        ("PUT", "/mute", {"until": "2020-01-01T00:00:00Z"}, "until"),
                                        ("PUT", "/mute", {"conversation": conversation}, "conversation"),
                                        ("DELETE", "/mute", {"until": until}, "until")):
            wrong = self.ask(method, path + of, body, token=ben)
            self.assertEqual((wrong.status, list(wrong.json["fields"])), (422, [field]), wrong.text)
        for query in ("", "?conversations=", "?conversations=x", f"?conversations={conversation},{conversation}",
                      f"?conversations={conversation},", f"?conversations={','.join([conversation] * 51)}"):
            wrong = self.ask("GET", "/api/v1/unread" + query, token=ben)
            self.assertEqual((wrong.status, list(wrong.json["fields"])), (422, ["conversations"]), query)
        self.assertEqual(self.ask("GET", "/config.json").json["telegram"], False)

    def test_a_browsers_session_lives_in_a_cookie(self):
        self.register("ada")
        logged_in = self.ask("POST", "/api/v1/sessions",
                             {"username": "ada", "password": "ada likes long words", "cookie": True})
        self.assertNotIn("refresh_token", logged_in.json)
        cookie = logged_in.headers["Set-Cookie"].split(";")[0]
        refreshed = self.ask("POST", "/api/v1/sessions/refresh", {}, Cookie=cookie, X_Fanfare="1")
        self.assertEqual(refreshed.status, 200, refreshed.text)
        self.assertEqual(self.ask("GET", "/api/v1/users/me", token=refreshed.json["access_token"]).status, 200)
        cookie = refreshed.headers["Set-Cookie"].split(";")[0]
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/current", Cookie=cookie, X_Fanfare="1").status, 204)
        over = self.ask("POST", "/api/v1/sessions/refresh", {}, Cookie=cookie, X_Fanfare="1")
        self.assertEqual((over.status, over.json.get("code")), (401, "token_invalid"), over.text)

    def test_what_is_wrong_has_its_own_code(self):
        self.register("ada")
        wrong = self.ask("POST", "/api/v1/sessions", {"username": "ada", "password": "something else"})
        self.assertEqual((wrong.status, wrong.json["code"]), (401, "bad_credentials"))
        taken = self.ask("POST", "/api/v1/users", {"username": "ada", "password": "ada likes long words"})
        self.assertEqual((taken.status, list(taken.json["fields"])), (409, ["username"]))
        short = self.ask("POST", "/api/v1/users", {"username": "x", "password": "y"})
        self.assertEqual((short.status, sorted(short.json["fields"])), (422, ["password", "username"]))
        self.assertEqual(self.ask("GET", "/api/v1/users/me").json["code"], "token_invalid")
        foreign = self.ask("POST", "/api/v1/sessions", {}, Origin="http://evil.example")
        self.assertEqual((foreign.status, foreign.json["code"]), (403, "origin_refused"))

    def test_a_conversation_is_made_once_per_idempotency_key(self):
        token, _ = self.register("ada")
        def make(title, key):
            return self.ask("POST", "/api/v1/conversations", {"kind": "room", "title": title, "members": []}, token=token,
                            Idempotency_Key=key)
        first, again = make("Friends", "k-1"), make("Friends", '"k-1"')
        self.assertEqual((first.status, again.status, again.text), (201, 201, first.text))
        other = make("Others", "k-1")
        self.assertEqual((other.status, other.json["code"]), (409, "id_conflict"))
        refused = make("Friends", "two words")
        self.assertEqual((refused.status, list(refused.json["fields"])), (422, ["Idempotency-Key"]))
        rows = self.ask("GET", "/api/v1/conversations", token=token).json["conversations"]
        self.assertEqual(len(rows), 1)

    def test_it_is_not_ready_while_the_broker_is_away_and_then_again(self):
        token, _ = self.register("ada")
        kill(self.broker_pid())
        self.assertTrue(eventually(lambda: self.ask("GET", "/readyz").status == 503))
        self.assertTrue(eventually(lambda: self.ask("GET", "/readyz").status == 200, 20))
        self.assertTrue(eventually(lambda: self.ask("GET", "/api/v1/users/me", token=token).status == 200, 20))


if __name__ == "__main__":
    unittest.main()
