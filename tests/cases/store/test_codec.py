"""Whatever is stored comes back equal, from the stored form and from DynamoDB itself."""

import types
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.response import Target
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.store.codec import plain, restore, stored_mention
from earshot.cases.store.keys import (
    author_of,
    author_record,
    awaited_record,
    conversation_of,
    conversation_record,
    entries_of,
    entry_records,
    mention_record,
    participant_of,
    participant_record,
    post_of,
)
from earshot.cases.stored_mention import MentionWrite, StoredMention
from earshot.mentions.mention import Mention
from earshot.timestamps import rfc3339
from tests.alerting.messages.example import a_case
from tests.cases.policy.calendars import targets
from tests.fakes import START, changed

pytestmark = pytest.mark.slow

# Each example fills every field, and takes a tenth of a second: what a field alone can hold comes up in a few.
FEW = settings(max_examples=25)

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
SHARES = st.floats(0, 1).map(lambda share: share if share >= 1e-130 else 0.0)
FIRST_TWEET = datetime(2006, 3, 21, 20, 50, tzinfo=UTC)
TIMES = st.integers(0, 10**12 * 3).map(lambda passed: FIRST_TWEET + timedelta(milliseconds=passed))
SIMPLE = {
    str: WORDS,
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    float: SHARES,
    datetime: TIMES,
    Target: targets(),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Every value that a type allows, field by field, so that a field added later is drawn too."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if part is type(None) else any_of(part) for part in parts))
    if origin is tuple:
        return st.lists(any_of(parts[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(any_of(parts[0]), max_size=2)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    assert is_dataclass(hint), f"{hint} can be drawn by nothing here"
    drawn = {name: any_of(part) for name, part in get_type_hints(hint).items()}
    if hint is Case:
        drawn["incident_id"] = st.none() | st.from_regex(r"incident-[a-z0-9-]{1,30}", fullmatch=True)
    if hint is Mention:
        drawn["text"] = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    return st.builds(hint, **drawn)


@FEW
@given(any_of(Conversation))
def test_a_conversation_comes_back_as_its_next_version(conversation):
    assert conversation_of(from_item(to_item(conversation_record(conversation)))) == replace(
        conversation, version=conversation.version + 1
    )


@FEW
@given(any_of(StoredMention))
def test_a_mention_comes_back_with_its_judgement(stored):
    record = from_item(to_item(mention_record(stored)))
    assert stored_mention(record) == post_of(record) == stored
    assert stored_mention(record).version == stored.version + 1


@given(any_of(AwaitedPost))
def test_what_waits_for_a_post_comes_back_as_the_next_version(awaited):
    assert post_of(from_item(to_item(awaited_record(awaited)))) == replace(awaited, version=awaited.version + 1)


@given(any_of(Participant))
def test_somebody_comes_back_as_the_next_version(person):
    found = participant_of(from_item(to_item(participant_record(person))))
    assert found == replace(person, version=person.version + 1)


@given(any_of(AuthorCases))
def test_an_author_comes_back_as_the_next_version(author):
    assert author_of(from_item(to_item(author_record(author)))) == replace(author, version=author.version + 1)


@FEW
@given(any_of(Conversation), st.lists(any_of(LogEntry), max_size=12))
def test_a_log_comes_back_in_its_order(conversation, entries):
    records = map(from_item, map(to_item, entry_records(conversation, entries)))
    assert [entry for record in records for entry in entries_of(record)] == entries


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = st.none() | st.booleans() | st.integers(-(10**37), 10**37) | SHARES | TEXTS


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8))
def test_any_plain_value_survives_the_notation_of_dynamodb(value):
    assert from_item(to_item({"it": value})) == {"it": value}


def test_what_is_smaller_than_any_number_of_dynamodb_is_nothing():
    assert from_item(to_item({"it": 5e-324, "other": -1e-131, "more": 1e-130})) == {"it": 0, "other": 0, "more": 1e-130}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=any_of(StoredMention), conversation=any_of(Conversation), author=any_of(AuthorCases))
def test_the_database_itself_gives_back_what_it_was_given(opened, stored, conversation, author):
    number = uuid4()
    stored = replace(stored, mention=replace(stored.mention, id=str(number), source="x"), version=0)
    conversation, author = (
        replace(conversation, key=f"x-{number}-7-nimbusair", version=0),
        replace(author, key=f"x#{number}", version=0),
    )
    opened.table.save([(conversation, ())], now=START, mention=MentionWrite(stored), author=author)
    assert opened.table.post(stored.mention.key) == stored
    assert opened.table.conversation(conversation.key) == replace(conversation, version=1)
    assert opened.table.author(author.key) == replace(author, version=1)


def test_parts_that_only_group_fields_are_stored_as_those_fields():
    case = a_case()
    record = plain(case)
    assert record["headline"]["text"] == case.posts.headline.text
    assert "posts" not in record
    planned = changed(case, ladder__delivery__planned_at=START)
    assert plain(planned)["ladder"]["planned_at"] == rfc3339(START)
    assert restore(Case, plain(planned)) == planned
