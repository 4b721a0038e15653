"""Praise, opportunities and the second chance on both stand-ins for DynamoDB: the sparse index, and one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.recovery import CustomerOpinion, RecoveryOutcome, RecoveryStatus
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, StoredMention, ingest
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.errors import ConflictError
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent
from tests.api.fakes import tables
from tests.fakes import BRANDS, START, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

PRAISE, OPPORTUNITY, OTHER = (a_judgement(intent, 0) for intent in (Intent.PRAISE, Intent.OPPORTUNITY, Intent.OTHER))
DAY = timedelta(days=1)


@dataclass
class Stored:
    """The table, to write and to read."""

    table: CaseTable
    queries: CaseQueries

    def hear(self, mention: Mention, judgement: Any = None) -> IngestResult:
        stored = StoredMention(mention, judgement or a_judgement(), START)
        return ingest(stored, self.table, FoldRules(BRANDS))

    def listed(self, intent: Intent) -> list[str]:
        return [case.id for case in self.queries.unanswered(intent).items]


@pytest.fixture(params=["moto", pytest.param("embedded", marks=pytest.mark.engine)])
def stored(request: pytest.FixtureRequest) -> Iterator[Stored]:
    if request.param == "embedded":
        cloud = request.getfixturevalue("running").cloud
        client, name = cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"]
        yield Stored(CaseTable(client, name, 400 * DAY), CaseQueries(client, name))
        return
    with tables() as made:
        yield Stored(made.cases, made.queries)


def post(id: int, author: str = "ann", followers: int = 10, **changes: Any) -> Mention:
    by = Author(author, followers=followers)
    return a_mention(str(id), f"matter {id}", **{"conversation_id": str(id), "author": by} | changes)


def resolve(stored: Stored, key: str) -> None:
    stored.table.change(
        key,
        lambda found: found.after(found.case and found.case.resolve("mia", START)),
        START,
    )


def acknowledge(stored: Stored, key: str) -> None:
    stored.table.change(
        key,
        lambda found: found.after(found.case and found.case.acknowledge("mia", START)),
        START,
    )


def answer(stored: Stored, key: str) -> None:
    stored.hear(an_own_post("99", conversation_id=key.removeprefix("x#")), OTHER)


@pytest.mark.parametrize(
    ("act", "stays"), [(resolve, False), (answer, False), (acknowledge, True)], ids=["resolved", "answered", "held"]
)
@pytest.mark.parametrize("judgement", [PRAISE, OPPORTUNITY], ids=["praise", "opportunity"])
def test_a_case_stands_on_its_desk_while_nobody_has_answered(
    stored: Stored, judgement: Any, act: Callable[[Stored, str], None], stays: bool
) -> None:
    stored.hear(post(1), judgement)
    stored.hear(post(2, "bob"))
    assert stored.listed(judgement.intent) == ["x-1"]
    act(stored, "x#1")
    assert stored.listed(judgement.intent) == (["x-1"] if stays else [])


def test_praise_is_read_in_the_order_of_the_index(stored: Stored) -> None:
    stored.hear(post(1))
    for id, author, followers in (
        (5, "bob", 9),
        (6, "cat", 10),
        (7, "ann", 1),
        (8, "dan", 1_000_000_000),
        (9, "eve", 10),
    ):
        stored.hear(post(id, author, followers), PRAISE)
    assert stored.listed(Intent.PRAISE) == ["x-7", "x-8", "x-9", "x-6", "x-5"]
    assert stored.listed(Intent.OPPORTUNITY) == []


def test_what_is_said_elsewhere_is_stored_with_the_complaint(stored: Stored) -> None:
    stored.hear(post(1))
    stored.hear(an_own_post("3", conversation_id="1"), OTHER)
    said = post(5)
    stored.hear(said, PRAISE)
    stored.hear(said, PRAISE)
    file = stored.queries.case_file("x-1")
    assert file.case.recovery.outcome == RecoveryOutcome(RecoveryStatus.RECOVERED, START + timedelta(minutes=5), "5")
    assert [entry.what for entry in file.log].count("came back pleased") == 1
    known = stored.table.author("x#ann")
    assert (known.last_opinion, known.recent[0].conversation) == (
        CustomerOpinion(said.created_at, "5", is_pleased=True),
        "x#1",
    )


def test_a_complaint_that_is_heard_after_the_praise_knows_of_it(stored: Stored) -> None:
    stored.hear(post(5), PRAISE)
    stored.hear(an_own_post("3", conversation_id="1"), OTHER)
    assert stored.hear(post(1)).case.recovery.outcome.status is RecoveryStatus.RECOVERED


def test_where_a_case_passes_to_another_author_it_is_about_their_complaint(stored: Stored) -> None:
    stored.hear(post(4, "ann", conversation_id="1"), a_judgement(Intent.QUESTION, 20))
    stored.hear(post(6, "bob", conversation_id="1"))
    stored.hear(an_own_post("7", conversation_id="1"), OTHER)
    case = stored.hear(post(2, "bob", conversation_id="1"), a_judgement(Intent.QUESTION, 20)).case
    assert (case.author.id, case.recovery.complained_at) == ("bob", START + timedelta(minutes=6))
    assert (
        stored.hear(post(8, "bob", conversation_id="1"), PRAISE).case.recovery.outcome.status
        is RecoveryStatus.RECOVERED
    )


def test_an_author_who_changed_meanwhile_is_a_conflict_also_where_no_case_changes(stored: Stored) -> None:
    mention = StoredMention(post(1), a_judgement(), START)
    with pytest.raises(ConflictError, match="x#ann was changed"):
        stored.table.save([], now=START, mention=mention, author=AuthorCases("x#ann", version=3))
    assert stored.table.mention("x#1") is None


def test_the_cases_of_a_stretch_of_time_begin_with_its_first_moment_and_end_before_its_last(stored: Stored) -> None:
    for id, minutes in ((1, 0), (2, 59), (3, 60), (4, -1)):
        stored.hear(post(id, f"a{id}", minutes=minutes))
    acknowledge(stored, "x#2")
    hour = timedelta(hours=1)

    def opened(status: Status) -> list[str]:
        return [case.id for case in stored.queries.opened_between(status, START, START + hour)]

    assert (opened(Status.OPEN), opened(Status.ACKNOWLEDGED), opened(Status.REPLIED)) == (["x-1"], ["x-2"], [])
