"""Durable work queues (PROTOCOL.md §5, Groups) with a member in plain Python."""
import collections

import codec
from case import BrokerTest
from codec import Command
from support import Watching


class Member(Watching):
    """A client with memberships: deliveries wait in `work`, what was taken back is dropped from there."""

    def __init__(self, *arguments, **options):
        self.memberships, self.work, self.roles, self.revoked = {}, collections.deque(), [], []
        super().__init__(*arguments, **options)

    def join(self, group, pattern, **fields):
        self.last_handle += 1
        self.memberships[self.last_handle] = group
        fields = dict(start=1) | fields
        self.wait(self._ask(Command("JOIN", handle=self.last_handle, group=group, pattern=pattern, **fields)))
        return self.last_handle

    def leave(self, handle):
        self.wait(self._ask(Command("LEAVE", handle=handle)))
        del self.memberships[handle]

    def finish(self, handle):
        """The request: it is answered when everything is settled."""
        return self._ask(Command("LEAVE", handle=handle, flags=1))

    def next_work(self):
        self.until(lambda: self.work)
        return self.work.popleft()

    def ack(self, *deliveries, flags=0):
        first = deliveries[0]
        return self.wait(self._ask(Command("ACK", handle=first.handle, epoch=first.epoch, flags=flags,
                                           entries=[(one.sequence, one.attempt) for one in deliveries])))

    def nack(self, one, kind=0, delay_ms=0, reason=b""):
        return self.wait(self._ask(Command("NACK", handle=one.handle, epoch=one.epoch, kind=kind, delay_ms=delay_ms,
                                           sequence=one.sequence, attempt=one.attempt, reason=reason)))

    def manage(self, action, group, sequences=()):
        return self.wait(self._ask(Command("MANAGE", action=action, start=1, group=group, sequences=list(sequences))))

    def _on_deliver(self, deliver):
        if deliver.kind != 2:
            return super()._on_deliver(deliver)
        records = codec.read_records(deliver.records, deliver.count)
        if len(deliver.attempts) != len(records) or deliver.through:
            raise codec.Malformed("the head of a group's deliveries")
        for record, attempt in zip(records, deliver.attempts):
            record.topic = self.topics[deliver.stream, record.topic]
            record.epoch, record.attempt, record.handle = deliver.epoch, attempt, deliver.handle
            if deliver.handle in self.memberships:
                self.work.append(record)

    def _on_revoke(self, revoke):
        self.revoked += revoke.entries
        gone = set(map(tuple, revoke.entries))
        self.work = collections.deque(one for one in self.work if (one.sequence, one.attempt) not in gone)

    def _on_role(self, role):
        self.roles.append((role.role, role.term))


class GroupTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.publisher = self.client("publisher")

    def member(self, group=None, pattern=None, **fields):
        member = self.client("member", kind=Member)
        if group:
            member.join(group, pattern, **fields)
        return member

    def publish(self, topic, *payloads):
        acks = [self.publisher.publish(topic, payload) for payload in payloads]
        return [self.publisher.wait(ack) for ack in acks]

    def test_each_message_goes_to_one_member_and_ends_with_its_ack(self):
        one, other = self.member("shared", "chat.shared.>"), self.member("shared", "chat.shared.>")
        acks = self.publish("chat.shared.a", *(b"%d" % i for i in range(100)))
        seen = {}
        for member in one, other:
            for _ in range(50):
                work = member.next_work()
                seen[work.sequence] = work.payload
                self.assertEqual((work.topic, work.attempt, work.epoch), ("chat.shared.a", 1, acks[0].epoch))
                member.ack(work)
        self.assertEqual(seen, {ack.sequence: b"%d" % i for i, ack in enumerate(acks)})
        row, = (row for row in one.query(5) if row["group"] == "shared")
        self.assertEqual((row["pending"], row["members"], row["order"], row["state"]), ("0", "2", "any", "ok"))
        self.assertEqual(len([row for row in one.query(7) if row["group"] == "shared"]), 2)

    def test_what_was_acknowledged_survives_the_members(self):
        first = self.member("lasting", "chat.lasting")
        self.publish("chat.lasting", b"1", b"2", b"3")
        work = [first.next_work() for _ in range(3)]
        first.ack(work[1], flags=1)
        first.close(bye=True)
        second = self.member("lasting", "chat.lasting")
        again = second.next_work()
        self.assertEqual((again.payload, again.sequence), (b"3", work[2].sequence))
        second.ack(again)

    def test_who_leaves_when_done_gives_nothing_back(self):
        one = self.member("finished", "chat.finished")
        self.publish("chat.finished", b"1", b"2")
        work = [one.next_work() for _ in range(2)]
        handle, = one.memberships
        finish = one.finish(handle)
        other = self.member("finished", "chat.finished")
        self.publish("chat.finished", b"3")
        later = other.next_work()
        self.assertEqual((later.payload, later.attempt), (b"3", 1))
        one.ack(work[1])
        self.assertFalse(finish.done())
        one.ack(work[0])
        one.wait(finish)
        self.assertEqual((list(one.work), one.revoked, list(other.work)), ([], [], []))
        self.refused("no_such_handle", one.finish(handle), one)

    def test_a_stale_ack_says_so(self):
        member = self.member("stale", "chat.stale")
        self.publish("chat.stale", b"1", b"2")
        one, two = member.next_work(), member.next_work()
        member.ack(one)
        self.assertEqual([position[2] for position in member.ack(one, two).positions], [one.sequence])
        self.refused("stale", member._ask(Command("ACK", handle=one.handle, epoch=one.epoch,
                                                  entries=[(one.sequence, 1)])), member)

    def test_key_order_takes_back_what_is_behind_a_failure(self):
        member = self.member("keyed", "chat.keyed.*", order=1, back_off_ms=[1])
        self.publish("chat.keyed.a", b"1", b"2", b"3")
        first = member.next_work()
        member.nack(first, reason="не сейчас".encode())
        member.until(lambda: len(member.revoked) == 2)
        again = []
        while len(again) < 3:
            again.append(member.next_work())
            member.ack(again[-1])
        self.assertEqual([(one.payload, one.attempt) for one in again], [(b"1", 2), (b"2", 2), (b"3", 2)])

    def test_deferred_work_comes_again_without_a_failure(self):
        member = self.member("deferred", "chat.deferred", max_deliver=1)
        self.publish("chat.deferred", b"later")
        for attempt in 1, 2, 3:
            work = member.next_work()
            self.assertEqual(work.attempt, attempt)
            member.nack(work, kind=1, delay_ms=1)
        member.ack(member.next_work())

    def test_one_member_of_an_exclusive_group_is_active(self):
        one = self.member("single", "chat.single", order=2)
        one.until(lambda: one.roles)
        other = self.member("single", "chat.single", order=2)
        other.until(lambda: other.roles)
        self.assertEqual((one.roles, other.roles), ([(1, 1)], [(0, 0)]))
        one.close(bye=True)
        other.until(lambda: len(other.roles) == 2)
        self.assertEqual(other.roles[1], (1, 2))

    def test_poison_goes_aside_and_comes_back_on_demand(self):
        member = self.member("poisoned", "chat.poisoned", max_deliver=2, back_off_ms=[1])
        ack, = self.publish("chat.poisoned", b"poison")
        for _ in range(2):
            member.nack(member.next_work(), reason=b"can't read it")
        member.until(lambda: [row for row in self.healthy.query(8) if row["group"] == "poisoned"], poll=0.05)
        row, = (row for row in member.query(8) if row["group"] == "poisoned")
        page = member.wait(member._ask(Command("FETCH", start=1, pattern="$dead.poisoned")))
        letter, = codec.read_records(page.entries, page.count)
        self.assertEqual(str(letter.sequence), row["first"])
        self.assertEqual((letter.payload, letter.headers["$topic"], letter.headers["$sequence"],
                          letter.headers["$failures"], letter.headers["$reason"]),
                         (b"poison", "chat.poisoned", str(ack.sequence), "2", "can't read it"))
        member.manage(2, "poisoned")
        work = member.next_work()
        self.assertEqual((work.payload, work.sequence, work.headers), (b"poison", ack.sequence,
                                                                       {"$dead": str(letter.sequence)}))
        member.ack(work)
        self.refused("no_such_group", member._ask(Command("MANAGE", action=1, group="never")), member)

    def test_what_a_join_may_not_ask(self):
        member = self.member("taken", "chat.taken")
        for code, fields in (("bad_name", dict(group="a.b")), ("bad_pattern", dict(pattern="")),
                             ("ambiguous_stream", dict(group="other", pattern="nowhere")),
                             ("permission_denied", dict(group="other", pattern="$dead.>")),
                             ("group_mismatch", dict(order=1)), ("group_mismatch", dict(ack_wait_ms=1)),
                             ("handle_in_use", dict(handle=1))):
            command = Command("JOIN", **dict(handle=99, start=1, group="taken", pattern="chat.taken") | fields)
            self.refused(code, member._ask(command), member)
