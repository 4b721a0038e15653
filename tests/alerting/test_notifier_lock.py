"""The notifiers' lock and queue, on both stand-ins for DynamoDB."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from earshot.alerting.grouping import GroupState, PendingGroup
from earshot.alerting.notifier_lock import LEASE, MOST_PUT_BACK, Acquired, Held, LockLostError, NotifierLock
from tests.fakes import START, unused

# Keys of conversations.
ONE, TWO, THREE = (f"x-{number}-7-nimbusair" for number in (1, 2, 3))
KEYS = {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]} | {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def locks(client_of: Callable[[str], Any]) -> Iterator[tuple[NotifierLock, NotifierLock]]:
    client, table = client_of("dynamodb"), unused("lock")
    client.create_table(TableName=table, **KEYS)
    yield NotifierLock(client, table, "one"), NotifierLock(client, table, "other")
    client.delete_table(TableName=table)


def test_whoever_acquires_the_lock_gets_the_whole_queue_and_nobody_else_does(locks):
    one, other = locks
    one.enqueue([ONE, TWO])
    other.enqueue([TWO, THREE])
    assert one.acquire(START) == Acquired(frozenset({ONE, TWO, THREE}), GroupState())
    assert isinstance(other.acquire(START), Held)
    assert one.acquire(START, []) == Acquired(frozenset(), GroupState())


def test_the_lock_is_not_released_while_something_is_queued(locks):
    one, other = locks
    one.enqueue([ONE])
    one.acquire(START)
    other.enqueue([TWO])
    assert not one.release([ONE])
    assert keys_of(one.acquire(START, [ONE])) == {ONE, TWO}
    assert one.release([ONE])
    assert keys_of(other.acquire(START)) == {ONE}


def test_whoever_waits_sees_what_nobody_works_on_and_that_the_holder_lives(locks):
    one, other = locks
    one.enqueue([ONE])
    one.acquire(START)
    other.enqueue([TWO])
    held = other.acquire(START)
    assert isinstance(held, Held)
    assert held.queued == {TWO}
    one.hold(START + LEASE / 4)
    assert other.acquire(START + LEASE / 4) == held, "a lease of which most is left is not renewed"
    one.hold(START + LEASE / 2)
    renewed = other.acquire(START + LEASE / 2)
    assert isinstance(renewed, Held)
    assert renewed.lease != held.lease
    one.acquire(START + LEASE / 2, [ONE])
    taken = other.acquire(START + LEASE / 2)
    assert isinstance(taken, Held)
    assert taken.queued == frozenset()


def test_whoever_takes_over_from_one_that_died_gets_what_it_had_taken(locks):
    one, other = locks
    one.enqueue([ONE, TWO])
    one.acquire(START)
    other.enqueue([THREE])
    one.acquire(START, [TWO])
    assert keys_of(other.acquire(START + LEASE)) == {TWO, THREE}, "the first was done"
    assert other.release([])
    assert keys_of(one.acquire(START + LEASE)) == frozenset()


def test_who_returns_to_the_lock_takes_over_from_another_that_had_it_meanwhile_and_died(locks):
    one, other = locks
    one.acquire(START)
    one.enqueue([TWO])
    assert keys_of(other.acquire(START + LEASE)) == {TWO}
    later = START + 2 * LEASE
    assert not one.release([ONE])
    assert keys_of(one.acquire(later, [ONE])) == {ONE, TWO}
    assert keys_of(one.acquire(later, [ONE])) == {ONE}, "it was ours"


def test_the_lock_is_released_however_many_have_failed(locks):
    one, other = locks
    one.acquire(START)
    # More than an item of DynamoDB holds.
    assert one.release(f"x-{number:019}-1234567890-nimbusair" for number in range(12_000))
    assert len(keys_of(other.acquire(START))) == MOST_PUT_BACK


def test_a_crowd_with_long_keys_fits_into_the_item_and_leaves_room_for_others(locks):
    one, other = locks
    # As X names them; each waits for a text message and for an email.
    some = Random(1)
    crowd = tuple(
        sorted(f"x-{some.randrange(10**18, 10**19)}-{some.randrange(10**19):019}-nimbusair" for _ in range(9_000))
    )
    one.enqueue(crowd[:4_000])
    assert len(keys_of(one.acquire(START))) == 4_000
    waiting = {name: PendingGroup(START, crowd[4_000:]) for name in ("money#high#1#sms", "money#high#1#email")}
    one.save_state(GroupState({"1#sms": START}, waiting), START)
    other.enqueue(crowd[4_000:5_000])
    acquired = one.acquire(START, crowd[:4_000])
    assert isinstance(acquired, Acquired)
    assert len(acquired.keys) == 5_000
    saved = acquired.state
    assert saved.sent_at == {"1#sms": START}
    for group in saved.pending.values():
        assert group.keys == crowd[4_000 : 4_000 + len(group.keys)]
        assert len(group.keys) > 1_500
    assert one.release(crowd)
    assert len(keys_of(other.acquire(START))) > 3_000


def test_a_released_lock_is_free_at_once_and_one_whose_owner_died_after_the_lease(locks):
    one, other = locks
    assert isinstance(one.acquire(START), Acquired)
    assert one.release([])
    assert isinstance(other.acquire(START), Acquired)
    assert isinstance(one.acquire(START + LEASE - timedelta(seconds=1)), Held)
    assert isinstance(one.acquire(START + LEASE), Acquired)


def test_a_lock_that_was_taken_before_the_clock_was_set_back_holds_nobody_up_for_an_hour(locks):
    one, other = locks
    assert isinstance(one.acquire(START), Acquired)
    assert isinstance(other.acquire(START - timedelta(seconds=30)), Held), "clocks that differ a little"
    assert isinstance(other.acquire(START - timedelta(hours=1)), Acquired)


def test_saving_the_group_state_keeps_it_and_renews_the_lease(locks):
    one, other = locks
    state = GroupState(
        {"NimbusAir#money#high#1#sms": START, "1#sms": START}, {"group": PendingGroup(START, (ONE, TWO))}
    )
    one.acquire(START)
    one.save_state(state, START + LEASE / 2)
    assert isinstance(other.acquire(START + LEASE), Held)
    one.release([])
    assert other.acquire(START + LEASE) == Acquired(frozenset(), state)


def test_an_owner_who_lost_the_lock_changes_nothing_of_the_new_owners_and_hears_of_it(locks):
    one, other = locks
    one.acquire(START)
    later = START + LEASE
    assert isinstance(other.acquire(later), Acquired)
    with pytest.raises(LockLostError):
        one.hold(later)
    one.save_state(GroupState({"late": START}), later)
    assert not one.release([ONE])
    one.abandon([ONE])
    assert not other.release([])
    assert other.acquire(later, []) == Acquired(frozenset({ONE}), GroupState())


def test_abandoning_puts_the_unfinished_back_even_if_something_is_queued(locks):
    one, other = locks
    one.enqueue([ONE])
    one.acquire(START)
    other.enqueue([TWO])
    one.abandon([ONE])
    assert keys_of(other.acquire(START)) == {ONE, TWO}


def keys_of(acquired: Acquired | Held) -> frozenset[str]:
    assert isinstance(acquired, Acquired)
    return acquired.keys
