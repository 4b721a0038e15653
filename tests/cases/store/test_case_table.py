"""The case table, on both stand-ins for DynamoDB: what is stored comes back equal, once, whole or not at all."""

import types
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.author_cases import AuthorCases
from earshot.cases.author_history import histories
from earshot.cases.case.log import LogEntry
from earshot.cases.case.response import Target
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.ingest import StoredMention, ingest
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.store.case_table import BATCH_GET_MOST, MOST_TRIES, CaseTable
from earshot.cases.store.codec import restore, stored_mention
from earshot.cases.store.keys import (
    author_of,
    author_record,
    entry_records,
    mention_record,
    thread_of,
    thread_record,
)
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Author, Mention
from earshot.triage.context import History
from earshot.triage.judgement import Intent
from infra.local.engine.deployment import read_template
from tests.cases.policy.calendars import targets
from tests.deployed import running_policy
from tests.fakes import BRANDS, START, a_judgement, a_mention, an_own_post, changed

RETENTION = timedelta(days=400)
OTHER = a_judgement(Intent.OTHER, 0)
OF_A_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@dataclass
class Opened:
    """A case table as the template defines it, and every item that was written through it."""

    client: Any
    name: str
    written: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.table = CaseTable(self.client, self.name, RETENTION)
        for operation in ("PutItem", "TransactWriteItems", "UpdateItem"):
            self.client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._note)

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        puts = [item["Put"] for item in params["TransactItems"]] if "TransactItems" in params else [params]
        self.written += [put.get("Item", put.get("Key")) for put in puts]

    def ingest(self, mention: Mention, judgement: Any = None, at: datetime = START) -> Any:
        stored = StoredMention(mention, judgement or a_judgement(), at)
        return ingest(stored, store=self.table, brands=BRANDS, ladder_for=DEFAULT_POLICY.ladder_for)

    def items(self) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def log(self, key: str) -> list[str]:
        records = sorted(map(from_item, self.items()), key=lambda record: record["sk"])
        own = [record for record in records if record["pk"] == f"THREAD#{key}" and record["sk"].startswith("LOG#")]
        return [restore(LogEntry, record["entry"]).what for record in own]


@pytest.fixture(params=["moto", pytest.param("embedded", marks=pytest.mark.engine)])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "embedded":
        cloud = request.getfixturevalue("running").cloud
        running_policy(cloud, "")
        yield Opened(cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"])
        return
    properties = read_template()["Resources"]["CaseTable"]["Properties"]
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(TableName="cases", **{name: properties[name] for name in OF_A_TABLE})
        yield Opened(client, "cases")


# ------------------------------------------------------------------------------------------ what comes back is equal

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
    if hint is Mention:
        drawn["text"] = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    return st.builds(hint, **drawn)


@given(any_of(Conversation))
def test_a_thread_comes_back_as_its_next_version(thread):
    assert thread_of(from_item(to_item(thread_record(thread)))) == replace(thread, version=thread.version + 1)


@given(any_of(StoredMention))
def test_a_mention_comes_back_with_its_judgement(stored):
    assert stored_mention(from_item(to_item(mention_record(stored)))) == stored


@given(any_of(AuthorCases))
def test_an_author_comes_back_as_the_next_version(author):
    assert author_of(from_item(to_item(author_record(author)))) == replace(author, version=author.version + 1)


@given(any_of(Conversation), st.lists(any_of(LogEntry), max_size=12))
def test_a_log_comes_back_in_its_order(thread, entries):
    records = sorted(entry_records(thread, entries), key=lambda record: int(record["sk"].rpartition("#")[2]))
    assert [restore(LogEntry, from_item(to_item(record))["entry"]) for record in records] == entries


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = st.none() | st.booleans() | st.integers(-(10**37), 10**37) | SHARES | TEXTS


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8))
def test_any_plain_value_survives_the_notation_of_dynamodb(value):
    assert from_item(to_item({"it": value})) == {"it": value}


def test_what_is_smaller_than_any_number_of_dynamodb_is_nothing():
    assert from_item(to_item({"it": 5e-324, "other": -1e-131, "more": 1e-130})) == {"it": 0, "other": 0, "more": 1e-130}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=any_of(StoredMention), thread=any_of(Conversation), author=any_of(AuthorCases))
def test_the_database_itself_gives_back_what_it_was_given(opened, stored, thread, author):
    number = uuid4()
    stored = replace(stored, mention=replace(stored.mention, id=str(number), source="x"))
    thread, author = replace(thread, key=f"x#{number}", version=0), replace(author, key=f"x#{number}", version=0)
    opened.table.save([(thread, ())], now=START, mention=stored, author=author)
    assert opened.table.mention(stored.mention.key) == stored
    assert opened.table.thread(thread.key) == replace(thread, version=1)
    assert opened.table.author(author.key) == replace(author, version=1)


# --------------------------------------------------------------------------------------------------------- writing


def test_what_nobody_has_written_is_empty(opened):
    assert opened.table.mention("x#1") is None
    assert opened.table.thread("x#1") == Conversation("x#1")
    assert opened.table.author("x#1") == AuthorCases("x#1")
    assert opened.table.sent("x#1") == (Conversation("x#1"), frozenset())
    assert opened.table.author_since("x#1", "7") is None
    assert opened.table.known(["x#1"]) == opened.table.known([]) == frozenset()
    assert opened.table.threads_and_authors(["x#1"], ["x#1"]) == ({}, {})
    assert opened.table.threads_and_authors([], []) == ({}, {})
    assert list(opened.table.due(START)) == []
    assert opened.table.next_due() is None


def test_a_mention_is_put_once(opened):
    stored = StoredMention(a_mention(), OTHER, START)
    opened.table.put_mention(stored)
    with pytest.raises(DuplicateError, match="x#1"):
        opened.table.put_mention(replace(stored, heard_at=START + timedelta(days=1)))
    assert opened.table.mention("x#1") == stored


def test_a_mention_that_is_known_changes_nothing_else_either(opened):
    stored = StoredMention(a_mention(), a_judgement(), START)
    opened.table.put_mention(stored)
    before = opened.items()
    with pytest.raises(DuplicateError, match="x#1"):
        opened.table.save(
            [(Conversation("x#1"), [LogEntry(START, "me", "opened", "")])],
            now=START,
            mention=stored,
            author=AuthorCases("x#7"),
        )
    assert opened.items() == before


def test_who_writes_from_an_old_version_writes_nothing_at_all(opened):
    opened.table.save([(Conversation("x#1"), ())], now=START)
    before = opened.items()
    entry = LogEntry(START, "me", "note", "too late")
    stored = StoredMention(a_mention(), a_judgement(), START)
    for stale in (Conversation("x#1"), Conversation("x#1", version=2)):
        with pytest.raises(ConflictError, match="x#2"):
            opened.table.save(
                [(Conversation("x#2"), [entry]), (stale, [entry])], now=START, mention=stored, author=AuthorCases("x#7")
            )
    assert opened.items() == before


def test_an_author_known_meanwhile_is_a_conflict_too(opened):
    opened.table.save([(Conversation("x#1"), ())], now=START, author=AuthorCases("x#7"))
    with pytest.raises(ConflictError):
        opened.table.save([(Conversation("x#2"), ())], now=START, author=AuthorCases("x#7"))
    assert opened.table.thread("x#2").version == 0


def test_change_reads_again_while_others_are_faster(opened):
    opened.ingest(a_mention())
    interruptions = iter([1, 2])

    def decide(thread):
        if next(interruptions, None):
            opened.table.change("x#1", lambda other: (_reposted(other), ()), START)
        return _reposted(thread), [LogEntry(START, "me", "note", "at last")]

    changed = opened.table.change("x#1", decide, START)
    assert changed == opened.table.thread("x#1")
    assert changed.case.spread.reposts == 3
    assert opened.log("x#1").count("note") == 1


def _reposted(thread):
    return replace(thread, case=changed(thread.case, spread__reposts=thread.case.spread.reposts + 1))


def test_change_gives_up_in_the_end_and_says_so(opened):
    opened.ingest(a_mention())

    def decide(thread):
        opened.table.change("x#1", lambda other: (_reposted(other), ()), START)
        return _reposted(thread), [LogEntry(START, "me", "note", "never")]

    with pytest.raises(ConflictError, match="try again"):
        opened.table.change("x#1", decide, START)
    assert opened.table.thread("x#1").case.spread.reposts == MOST_TRIES
    assert "note" not in opened.log("x#1")


def test_change_writes_nothing_where_nothing_is_decided(opened):
    opened.ingest(a_mention())
    before = opened.items()
    assert opened.table.change("x#1", lambda thread: None, START) == opened.table.thread("x#1")
    with pytest.raises(ZeroDivisionError):
        opened.table.change("x#1", lambda thread: 1 / 0, START)
    assert opened.items() == before


# --------------------------------------------------------------------------------------------------------- reading


def test_known_finds_what_is_stored_among_more_than_one_read_holds(opened):
    opened.ingest(a_mention("5"), OTHER)
    opened.ingest(a_mention(str(BATCH_GET_MOST + 20)), OTHER)
    keys = [f"x#{number}" for number in range(1, BATCH_GET_MOST + 30)]
    assert opened.table.known([*keys, "x#5"]) == {"x#5", f"x#{BATCH_GET_MOST + 20}"}


def test_threads_and_authors_are_found_among_more_than_one_read_holds(opened):
    opened.ingest(a_mention("1", author=Author("7")))
    opened.ingest(a_mention("2", "@NimbusAir rude", conversation_id="2", author=Author("8")))
    opened.ingest(an_own_post("9", conversation_id="9"), OTHER)
    keys = [f"x#{number}" for number in range(1, BATCH_GET_MOST + 30)]
    asked = []
    opened.client.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: asked.append([len(wanted["Keys"]) for wanted in params["RequestItems"].values()]),
    )
    threads, authors = opened.table.threads_and_authors([*keys, "x#2"], iter(["x#8", "x#7", "x#9", "x#8"]))
    assert threads == {key: opened.table.thread(key) for key in ("x#1", "x#2", "x#9")}
    assert authors == {key: opened.table.author(key) for key in ("x#7", "x#8")}
    # 129 threads and 3 authors, each asked for once.
    assert asked == [[BATCH_GET_MOST], [32]]


def test_what_dynamodb_leaves_unread_is_not_known_this_time(opened):
    opened.ingest(a_mention("1"))
    events = opened.client.meta.events
    events.register("after-call.dynamodb.BatchGetItem", lambda parsed, **_: parsed.update(Responses={}))
    assert opened.table.threads_and_authors(["x#1"], ["x#7"]) == ({}, {})


def test_a_thread_and_an_author_of_one_name_are_told_apart(opened):
    opened.ingest(a_mention("7", conversation_id="7", author=Author("7")))
    threads, authors = opened.table.threads_and_authors(["x#7"], ["x#7"])
    assert threads == {"x#7": opened.table.thread("x#7")}
    assert authors == {"x#7": opened.table.author("x#7")}
    assert opened.table.threads_and_authors([], ["x#7"]) == ({}, authors)
    assert opened.table.threads_and_authors(["x#7"], []) == (threads, {})


def test_the_history_of_an_author_is_read_from_the_table(opened):
    opened.ingest(a_mention("1", "@NimbusAir my suitcase is lost"))
    again = a_mention("2", "@NimbusAir and your app is broken", conversation_id="2")
    assert histories([again], opened.table) == {"x#2": History(complaints=1, waiting=True)}
    opened.ingest(an_own_post("9"), OTHER)
    follow_up = a_mention("10", "@NimbusAir that was no help")
    assert histories([again, follow_up], opened.table) == {
        "x#2": History(complaints=1),
        "x#10": History(answered=True),
    }


def test_an_authors_first_post_of_a_conversation_is_found(opened):
    for number, author in (("3", "7"), ("2", "7"), ("1", "8"), ("4", "7")):
        opened.ingest(a_mention(number, author=Author(author)), OTHER)
    opened.ingest(a_mention("0", author=Author("7"), conversation_id="elsewhere"), OTHER)
    assert opened.table.author_since("x#1", "7") == START + timedelta(minutes=2)
    assert opened.table.author_since("x#1", "8") == START + timedelta(minutes=1)
    assert opened.table.author_since("x#1", "9") is None


def an_alarm(opened: Opened, number: int, minutes: int) -> None:
    author = Author(f"a{number}")
    mention = a_mention(str(number), f"@NimbusAir {number}", conversation_id=str(number), author=author)
    opened.ingest(mention, at=START + timedelta(minutes=minutes))


def test_what_is_due_comes_longest_overdue_first_and_not_before_its_time(opened):
    for number, minutes in ((1, 30), (2, 10), (3, 20)):
        an_alarm(opened, number, minutes)
    # An alert that nobody logs as sent is looked at again after two minutes.
    assert opened.table.next_due() == START + timedelta(minutes=12)
    assert list(opened.table.due(START + timedelta(minutes=11))) == []
    assert list(opened.table.due(START + timedelta(minutes=22))) == ["x#2", "x#3"]
    assert list(opened.table.due(START + timedelta(days=1))) == ["x#2", "x#3", "x#1"]


@pytest.mark.parametrize("what", ["acknowledge", "resolve"])
def test_whose_case_is_in_hands_is_due_no_more(opened, what):
    an_alarm(opened, 1, 0)
    an_alarm(opened, 2, 0)

    def decide(thread):
        case, entry = getattr(thread.case, what)("mia", START)
        return replace(thread, case=case), [entry]

    opened.table.change("x#1", decide, START)
    assert list(opened.table.due(START + timedelta(minutes=29))) == ["x#2"]


def test_a_case_that_somebody_holds_is_due_when_that_expires_and_one_that_is_over_never(opened):
    an_alarm(opened, 1, 0)
    an_alarm(opened, 2, 0)
    opened.table.change("x#1", lambda thread: thread.after(thread.case.acknowledge("mia", START)), START)
    opened.table.change("x#2", lambda thread: thread.after(thread.case.resolve("mia", START)), START)
    assert opened.table.next_due() == START + timedelta(minutes=30)
    assert list(opened.table.due(START + timedelta(days=9))) == ["x#1"]


def test_the_brands_answer_takes_a_case_from_what_is_due(opened):
    an_alarm(opened, 1, 0)
    opened.ingest(an_own_post("9"), OTHER)
    assert opened.table.thread("x#1").case.status is Status.REPLIED
    assert opened.table.next_due() is None


def test_the_alerts_of_a_case_are_read_with_it(opened):
    opened.ingest(a_mention())
    opened.table.log_alert("x#1", "ladder#01#sms", {"at": START, "text": "hello", "subject": None}, START)
    opened.table.log_alert("x#1", "ladder#01#sms", {"at": START, "text": "hello", "subject": None}, START)
    opened.table.log_alert("x#1", "ladder#01#email", {"at": START, "text": "hello", "subject": "s"}, START)
    opened.table.log_alert("x#2", "other#01#sms", {"at": START}, START)
    thread, alerts = opened.table.sent("x#1")
    assert thread == opened.table.thread("x#1")
    assert alerts == {"ladder#01#sms", "ladder#01#email"}
    assert opened.table.sent("x#2") == (Conversation("x#2"), {"other#01#sms"})


def test_no_more_slots_are_given_than_there_are(opened):
    assert [opened.table.take_slot("email#1", 3, START) for _ in range(5)] == [True] * 3 + [False] * 2
    assert opened.table.take_slot("email#2", 3, START)


# ----------------------------------------------------------------------------------------- what a mention leaves behind


def test_everything_that_is_stored_ends_some_day(opened):
    opened.ingest(a_mention())
    opened.ingest(an_own_post("3", in_reply_to_id="1"), OTHER)
    opened.table.log_alert("x#1", "ladder#01#sms", {"at": START}, START)
    opened.table.take_slot("email#1", 5, START)
    kinds = Counter(item["sk"]["S"].partition("#")[0] for item in opened.items())
    assert set(kinds) == {"MENTION", "CASE", "LOG", "ALERT", "AUTHOR", "SLOT"}
    ends = {item["sk"]["S"].partition("#")[0]: int(item["expires_at"]["N"]) for item in opened.items()}
    assert ends.pop("SLOT") == int(START.timestamp()) + 3600
    assert set(ends.values()) == {int((START + RETENTION).timestamp())}


KINDS = {
    "nobody is owed an answer": (a_mention("5", "flying Nimbus", conversation_id="5"), OTHER, ["MENTION"]),
    "a repost of nothing known": (a_mention("5", conversation_id="5", reposted_id="4"), OTHER, ["MENTION"]),
    "a repost of a complaint": (a_mention("5", conversation_id="5", reposted_id="1"), OTHER, ["CASE", "MENTION"]),
    "the brand to somebody unheard": (an_own_post("5", conversation_id="5"), OTHER, ["CASE", "MENTION"]),
    "the brand's answer": (an_own_post("5"), OTHER, ["CASE", "LOG", "MENTION"]),
    "one more question in a case": (
        a_mention("5", "@NimbusAir and?"),
        a_judgement(Intent.QUESTION, 1),
        ["CASE", "MENTION"],
    ),
    "one more complaint in a case": (
        a_mention("5", "@NimbusAir so?"),
        a_judgement(urgency=1),
        ["AUTHOR", "CASE", "MENTION"],
    ),
    "praise": (
        a_mention("5", "@NimbusAir lovely crew", conversation_id="5", author=Author("8")),
        a_judgement(Intent.PRAISE, 0),
        ["AUTHOR", "CASE", "LOG", "MENTION"],
    ),
    "a complaint": (
        a_mention("5", "@NimbusAir rude", conversation_id="5", author=Author("8")),
        a_judgement(urgency=40),
        ["AUTHOR", "CASE", "LOG", "MENTION"],
    ),
    "an urgent complaint": (
        a_mention("5", "@NimbusAir rude", conversation_id="5", author=Author("8")),
        a_judgement(),
        ["AUTHOR", "CASE", "LOG", "LOG", "MENTION"],
    ),
}


@pytest.mark.parametrize(("mention", "judgement", "items"), KINDS.values(), ids=KINDS)
def test_each_kind_of_mention_writes_no_more_than_it_must(opened, mention, judgement, items):
    opened.ingest(a_mention("1", "@NimbusAir my bag is lost"))
    opened.written.clear()
    taken = opened.ingest(mention, judgement)
    assert sorted(item["sk"]["S"].partition("#")[0] for item in opened.written) == items
    assert taken.happened("opened") or len(opened.written) <= 3


def test_the_same_mention_again_writes_nothing(opened):
    opened.ingest(a_mention())
    before = opened.items()
    assert not opened.ingest(a_mention(), at=START + timedelta(hours=1)).new
    assert opened.items() == before


# ------------------------------------------------------------------------------------------------------ several writers


@pytest.mark.engine
def test_writers_at_once_lose_nothing_and_open_one_case(running):
    opened = Opened(running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs["CaseTableName"])
    customers = [a_mention(str(number), f"@NimbusAir once more, {number}") for number in range(1, 13)]
    posts = [*customers[:6], an_own_post("20", in_reply_to_id="1"), *customers[6:], an_own_post("21"), *customers[:3]]

    def deliver(mention: Mention) -> int:
        """As the queue does: again, until it succeeds."""
        conflicts = 0
        while True:
            try:
                opened.ingest(mention, OTHER if mention.own else None)
            except ConflictError:
                conflicts += 1
            else:
                return conflicts

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(deliver, posts))
    thread = opened.table.thread("x#1")
    assert sorted(int(one.mention.id) for one in running.stored.mentions) == [*range(1, 13), 20, 21]
    assert [case.id for case in running.stored.cases] == ["x-1"]
    assert opened.log("x#1").count("opened") == 1
    assert thread.own_posts == (START + timedelta(minutes=20), START + timedelta(minutes=21))
    assert (thread.case.opened_at, thread.case.response.first_response_at) == (
        START + timedelta(minutes=1),
        START + timedelta(minutes=20),
    )
    # Each change of the thread was made from the version before: the versions of the log never repeat.
    versions = [item["sk"]["S"] for item in opened.items() if item["sk"]["S"].startswith("LOG#")]
    assert len(versions) == len(set(versions))
