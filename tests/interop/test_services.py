"""Requests, replies and what becomes of them (PROTOCOL.md §5)."""
import time

import codec
from case import BrokerTest, answer
from codec import Command
from support import SLOWNESS


class ServiceTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.caller, self.member = self.client("caller"), self.client("member")

    def test_request_and_reply(self):
        service = self.member.serve("accounts.>")
        headers, payload = {"k": "v", "ключ": ""}, bytes(range(256))
        pending = self.caller.request("accounts.whoami", payload, headers=headers, actor="анна", timeout_ms=5000)
        asked = self.member.next(service)
        self.assertEqual((asked.topic, asked.payload, asked.headers, asked.actor, asked.publisher, asked.attempt,
                          asked.id),
                         ("accounts.whoami", payload, headers, "анна", self.caller.welcome.publisher, 1, None))
        self.assertTrue(0 < asked.remaining_ms <= 5000)
        self.member.reply(asked, payload[::-1], {"answer": "yes"})
        reply, = self.caller.wait(pending)
        self.assertEqual((reply.payload, reply.headers, reply.flags), (payload[::-1], {"answer": "yes"}, 0))

    def test_many_replies_and_a_failure(self):
        service = self.member.serve("parts.of")
        pending = self.caller.request("parts.of", b"")
        asked = self.member.next(service)
        for part in range(3):
            self.member.reply(asked, b"%d" % part, flags=codec.MORE)
        self.member.reply(asked, b"it broke", flags=codec.FAILED)
        replies = self.caller.wait(pending)
        self.assertEqual([(reply.payload, reply.flags) for reply in replies],
                         [(b"0", 1), (b"1", 1), (b"2", 1), (b"it broke", codec.FAILED)])

    @staticmethod
    def with_others(condition, *others):
        """`condition`, after the other clients have gone on too."""
        def ask():
            for other in others:
                other.pump(0.001)
            return condition()
        return ask

    def test_a_large_reply_comes_in_parts(self):
        service = self.member.serve("parts.large")
        pending = self.caller.request("parts.large", b"")
        asked = self.member.next(service)
        parts = [b"%d " % number + b"x" * 100_000 for number in range(50)]
        for part in parts:
            self.member.reply(asked, part, flags=codec.MORE)
        self.member.reply(asked, b"end")
        self.assertTrue(self.member.replying, "it waits for its caller")
        self.caller.until(self.with_others(pending.done, self.member), poll=0.001)
        self.assertEqual([reply.payload for reply in pending.result], [*parts, b"end"])

    def test_a_caller_that_does_not_read_holds_back_its_own_reply_only(self):
        service, slow = self.member.serve("parts.slow"), self.client("slow", window=1000)
        pending = slow.request("parts.slow", b"")
        asked = self.member.next(service)
        for _ in range(10):
            self.member.reply(asked, b"x" * 100_000, flags=codec.MORE)
        for _ in range(5):
            other = self.caller.request("parts.slow", b"quick")
            quick = self.member.next(service)
            self.assertEqual(quick.payload, b"quick")
            self.member.reply(quick, b"at once")
            self.assertEqual(self.caller.wait(other)[-1].payload, b"at once")
        self.settle(self.member)
        waits = self.member.replying[asked.exchange]
        self.assertLessEqual(waits.sent, 100_000 + codec.PARTS_IN_FLIGHT)
        self.assertEqual(waits.passed, 100_000)
        self.member.reply(asked, b"end")
        slow.until(self.with_others(pending.done, self.member), poll=0.001)
        self.assertEqual(len(pending.result), 11)

    def test_parts_beyond_their_bound_end_the_session(self):
        member, slow = self.raw(), self.client("slow", window=1000)
        member.send(Command("SERVE", request=1, handle=1, pattern="parts.many"))
        answer(member, "OK")
        slow.request("parts.many", b"")
        exchange = answer(member, "REQUEST").exchange
        part = Command("REPLY", number=exchange, flags=codec.MORE, content=b"x" * 200_000)
        member.send(part)
        self.assertEqual(answer(member, "PASSED").bytes, 200_000)
        member.send(part)
        member.send(part)
        self.expect_error(member, "credit_exceeded")

    def test_no_service_comes_at_once(self):
        begin = time.monotonic()
        error = self.refused("no_service", self.caller.request("nobody.there", b"", timeout_ms=60_000), self.caller)
        self.assertLess(time.monotonic() - begin, 1 * SLOWNESS)
        self.assertEqual(error.command, codec.TYPES["REQUEST"])
        service = self.member.serve("nobody.there")
        self.member.unsubscribe(service)
        self.refused("no_service", self.caller.request("nobody.there", b""), self.caller)

    def test_deadline(self):
        service = self.member.serve("too.late")
        begin = time.monotonic()
        pending = self.caller.request("too.late", b"", timeout_ms=200)
        asked = self.member.next(service)
        error = self.refused("deadline_exceeded", pending, self.caller)
        self.assertTrue(0.19 <= time.monotonic() - begin < 0.2 + 1 * SLOWNESS)
        self.assertEqual(error.command, codec.TYPES["REQUEST"])
        self.member.until(lambda: asked.exchange in service.canceled)
        late = int(self.healthy.query(0)[0]["replies_late"])
        self.member.reply(asked, b"late")
        self.settle(self.member)
        self.settle(self.caller)
        self.assertEqual(pending.replies, [])
        self.assertEqual(int(self.healthy.query(0)[0]["replies_late"]), late + 1, "a late reply is dropped and counted")

    def test_cancel(self):
        service = self.member.serve("take.back")
        pending = self.caller.request("take.back", b"")
        asked = self.member.next(service)
        self.caller.cancel(pending)
        self.refused("canceled", pending, self.caller)
        self.member.until(lambda: asked.exchange in service.canceled)
        for number in pending.command.request, 99_999:
            self.caller._send_free(Command("CANCEL", number=number))
        self.settle(self.caller)
        self.assertEqual(self.caller.errors, [], "a CANCEL that finds nothing is no error")

    def test_the_caller_is_gone(self):
        service = self.member.serve("lonely.member")
        caller = self.client()
        caller.request("lonely.member", b"", timeout_ms=60_000)
        asked = self.member.next(service)
        caller.close(bye=True)
        self.member.until(lambda: asked.exchange in service.canceled)

    def test_the_member_is_gone(self):
        """One that lost its connection is waited for until its lease is over: LeaseTest."""
        member = self.client()
        service = member.serve("mortal.member")
        pending = self.caller.request("mortal.member", b"", timeout_ms=60_000)
        member.next(service)
        member.close(bye=True)
        self.refused("outcome_unknown", pending, self.caller)
        self.refused("no_service", self.caller.request("mortal.member", b""), self.caller)

    def test_a_request_that_is_safe_to_retry_goes_to_another_member(self):
        first, second = self.member, self.client()
        services = {first: first.serve("retry.safe")}
        pending = self.caller.request("retry.safe", b"again", flags=codec.RETRY_SAFE)
        self.assertEqual(first.next(services[first]).attempt, 1)
        services[second] = second.serve("retry.safe")
        first.close(bye=True)
        asked = second.next(services[second])
        self.assertEqual((asked.attempt, asked.payload), (2, b"again"))
        self.assertTrue(asked.flags & codec.RETRY_SAFE)
        second.reply(asked, b"done")
        self.assertEqual(self.caller.wait(pending)[-1].payload, b"done")

    def test_a_lost_connection_is_enough_for_another_try(self):
        first, second = self.client("mortal"), self.member
        service = first.serve("retry.soon")
        pending = self.caller.request("retry.soon", b"again", flags=codec.RETRY_SAFE)
        asked = first.next(service)
        other = second.serve("retry.soon")
        first.close()
        again = second.next(other)
        self.assertEqual(again.attempt, 2)
        self.assertNotEqual(again.exchange, asked.exchange)
        second.reply(again, b"done")
        self.assertEqual(self.caller.wait(pending)[-1].payload, b"done")

    def test_one_that_is_safe_to_retry_waits_for_a_member(self):
        first = self.client("mortal")
        service = first.serve("retry.later")
        pending = self.caller.request("retry.later", b"again", flags=codec.RETRY_SAFE)
        first.next(service)
        first.close(bye=True)
        self.settle(self.caller)
        self.assertFalse(pending.done())
        asked = self.member.next(self.member.serve("retry.later"))
        self.assertEqual(asked.attempt, 2)
        self.member.reply(asked, b"done")
        self.assertEqual(self.caller.wait(pending)[-1].payload, b"done")

    def test_members_share_requests_by_least_outstanding(self):
        members = [self.member, self.client()]
        services = [member.serve("shared.work") for member in members]
        for _ in range(10):
            self.caller.request("shared.work", b"")
        for member, service in zip(members, services):
            member.until(lambda: len(service.queue) == 5)
        for _ in range(3):
            members[0].reply(services[0].queue.popleft(), b"")
        self.settle(members[0])
        for _ in range(3):
            self.caller.request("shared.work", b"next")
        members[0].until(lambda: len(services[0].queue) == 5)
        self.assertEqual([asked.payload for asked in services[0].queue][2:], [b"next"] * 3)
        self.settle(members[1])
        self.assertEqual(len(services[1].queue), 5)

    def test_as_many_as_a_member_takes(self):
        service = self.member.serve("two.only", max_in_flight=2)
        open_requests = [self.caller.request("two.only", b"") for _ in range(2)]
        self.refused("too_many_requests", self.caller.request("two.only", b""), self.caller)
        self.member.reply(self.member.next(service), b"")
        self.caller.wait(open_requests[0])
        pending = self.caller.request("two.only", b"third")
        self.member.next(service)
        self.assertEqual(self.member.next(service).payload, b"third")
        self.caller.cancel(pending)

    def test_what_a_service_was_handed_before_unsubscribe_may_be_answered(self):
        service = self.member.serve("last.answer")
        pending = self.caller.request("last.answer", b"")
        asked = self.member.next(service)
        self.member.unsubscribe(service)
        self.member.reply(asked, b"after all")
        self.assertEqual(self.caller.wait(pending)[-1].payload, b"after all")

    def test_a_refused_reply_is_answered_to_both(self):
        member = self.raw()
        member.send(Command("SERVE", request=1, handle=1, pattern="bad.reply"))
        answer(member, "OK")
        large_headers = codec.write_headers({"k": "v" * 8189})
        for code, reply in (("message_too_large", dict(content=bytes((1 << 20) + 1))),
                            ("bad_headers", dict(headers_size=2, content=b"\1a")),
                            ("headers_too_large", dict(headers_size=8193, content=large_headers))):
            with self.subTest(code):
                pending = self.caller.request("bad.reply", b"")
                exchange = answer(member, "REQUEST").exchange
                member.send(Command("REPLY", number=exchange, **reply))
                self.expect_error(member, code, exchange, "REPLY")
                self.assertEqual(self.refused(code, pending, self.caller).command, codec.TYPES["REQUEST"])
        self.expect_alive(member)

    def test_a_reply_to_nothing(self):
        connection = self.raw()
        connection.send(Command("REPLY", number=123_456_789, content=b"?"))
        self.expect_alive(connection)
