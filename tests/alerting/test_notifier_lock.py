"""The notifiers' board, on both stand-ins for DynamoDB: one works it off, and whoever joins meanwhile is seen."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from earshot.alerting.grouping import GroupState, PendingGroup
from earshot.alerting.notifier_lock import LEASE, NotifierLock
from tests.fakes import START, unused

KEYS = {"AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]} | {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def boards(client_of: Callable[[str], Any]) -> Iterator[tuple[NotifierLock, NotifierLock]]:
    client, table = client_of("dynamodb"), unused("board")
    client.create_table(TableName=table, **KEYS)
    yield NotifierLock(client, table, "one"), NotifierLock(client, table, "other")
    client.delete_table(TableName=table)


def test_whoever_takes_it_gets_all_that_have_joined_and_nobody_else_does(boards):
    one, other = boards
    one.join(["x#1", "x#2"])
    other.join(["x#2", "x#3"])
    assert one.take(START) == (frozenset({"x#1", "x#2", "x#3"}), GroupState())
    assert other.take(START) is None
    assert one.take(START) == (frozenset(), GroupState())


def test_who_joins_meanwhile_keeps_it_from_being_left(boards):
    one, other = boards
    one.join(["x#1"])
    one.take(START)
    other.join(["x#2"])
    assert not one.leave(["x#1"])
    assert one.take(START)[0] == {"x#2"}
    assert one.leave(["x#1"])
    assert other.take(START)[0] == {"x#1"}


def test_a_board_that_was_left_is_free_at_once_and_one_whose_owner_died_after_the_lease(boards):
    one, other = boards
    assert one.take(START) is not None
    assert one.leave([])
    assert other.take(START) is not None
    assert one.take(START + LEASE - timedelta(seconds=1)) is None
    assert one.take(START + LEASE) is not None


def test_what_was_told_is_remembered_and_keeps_the_board_for_its_owner(boards):
    one, other = boards
    told = GroupState(
        {"NimbusAir#money#high#1#sms": START, "1#sms": START}, {"group": PendingGroup(START, ("x#1", "x#2"))}
    )
    one.take(START)
    one.note(told, START + LEASE / 2)
    assert other.take(START + LEASE) is None
    one.leave([])
    assert other.take(START + LEASE)[1] == told


def test_who_has_lost_the_board_changes_nothing_of_what_its_new_owner_has(boards):
    one, other = boards
    one.take(START)
    later = START + LEASE
    assert other.take(later) is not None
    one.note(GroupState({"late": START}), later)
    assert not one.leave(["x#1"])
    one.give_back(["x#1"])
    assert not other.leave([])
    assert other.take(later) == (frozenset({"x#1"}), GroupState())


def test_what_is_given_back_waits_for_the_next_whoever_has_joined(boards):
    one, other = boards
    one.join(["x#1"])
    one.take(START)
    other.join(["x#2"])
    one.give_back(["x#1"])
    assert other.take(START)[0] == {"x#1", "x#2"}
