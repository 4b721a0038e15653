"""Praise, opportunities and the second chance on both stand-ins for DynamoDB: the sparse index, and one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.recovery import CustomerOpinion, RecoveryOutcome, RecoveryStatus
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.cases.stored_mention import MentionWrite, StoredMention
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


def case_of(id: int, author: str = "ann") -> str:
    """The id of the case that ``post(id, author)`` opens."""
    return f"x-{id}-{author}-nimbusair"


def resolve(stored: Stored, conversation: int, author: str = "ann") -> None:
    stored.table.change(
        case_of(conversation, author),
        lambda found: found.after(found.case and found.case.resolve("mia", START)),
        START,
    )


def acknowledge(stored: Stored, conversation: int, author: str = "ann") -> None:
    stored.table.change(
        case_of(conversation, author),
        lambda found: found.after(found.case and found.case.acknowledge("mia", START)),
        START,
    )


def answer(stored: Stored, conversation: int, author: str = "ann", id: int = 99) -> None:
    own = an_own_post(str(id), conversation_id=str(conversation))
    stored.hear(replace(own, text=f"@{author} so sorry"), OTHER)


@pytest.mark.parametrize(
    ("act", "stays"), [(resolve, False), (answer, False), (acknowledge, True)], ids=["resolved", "answered", "held"]
)
@pytest.mark.parametrize("judgement", [PRAISE, OPPORTUNITY], ids=["praise", "opportunity"])
def test_a_case_stands_on_its_desk_while_nobody_has_answered(
    stored: Stored, judgement: Any, act: Callable[[Stored, int], None], stays: bool
) -> None:
    stored.hear(post(1), judgement)
    stored.hear(post(2, "bob"))
    assert stored.listed(judgement.intent) == [case_of(1)]
    act(stored, 1)
    assert stored.listed(judgement.intent) == ([case_of(1)] if stays else [])


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
    assert stored.listed(Intent.PRAISE) == [
        case_of(7, "ann"),
        case_of(8, "dan"),
        case_of(9, "eve"),
        case_of(6, "cat"),
        case_of(5, "bob"),
    ]
    assert stored.listed(Intent.OPPORTUNITY) == []


def test_what_is_said_elsewhere_is_stored_with_the_complaint(stored: Stored) -> None:
    stored.hear(post(1))
    answer(stored, 1, id=3)
    said = post(5)
    stored.hear(said, PRAISE)
    stored.hear(said, PRAISE)
    file = stored.queries.case_file(case_of(1))
    assert file.case.recovery.outcome == RecoveryOutcome(RecoveryStatus.RECOVERED, START + timedelta(minutes=5), "5")
    assert [entry.what for entry in file.log].count("came back pleased") == 1
    known = stored.table.author("x#ann")
    assert (known.last_opinion, known.recent[0].conversation) == (
        CustomerOpinion(said.created_at, "5", is_pleased=True),
        case_of(1),
    )


def test_a_complaint_that_is_heard_after_the_praise_knows_of_it(stored: Stored) -> None:
    stored.hear(post(5), PRAISE)
    answer(stored, 1, id=3)
    assert stored.hear(post(1)).case.recovery.outcome.status is RecoveryStatus.RECOVERED


def test_praise_of_one_customer_says_nothing_of_anothers_complaint_in_the_same_conversation(stored: Stored) -> None:
    stored.hear(post(1, "ann", conversation_id="1"))
    stored.hear(post(2, "bob", conversation_id="1"))
    answer(stored, 1, "ann", 3)
    answer(stored, 1, "bob", 4)
    pleased = stored.hear(post(8, "bob", conversation_id="1"), PRAISE).case
    assert pleased.recovery.outcome.status is RecoveryStatus.RECOVERED
    assert stored.queries.case(case_of(1, "ann")).recovery.outcome is None


def test_an_author_who_changed_meanwhile_is_a_conflict_also_where_no_case_changes(stored: Stored) -> None:
    mention = StoredMention(post(1), a_judgement(), START)
    with pytest.raises(ConflictError, match="x#ann was changed"):
        stored.table.save([], now=START, mention=MentionWrite(mention), author=AuthorCases("x#ann", version=3))
    assert stored.table.post("x#1") == AwaitedPost("x#1")


def test_the_cases_of_a_stretch_of_time_begin_with_its_first_moment_and_end_before_its_last(stored: Stored) -> None:
    for id, minutes in ((1, 0), (2, 59), (3, 60), (4, -1)):
        stored.hear(post(id, f"a{id}", minutes=minutes))
    acknowledge(stored, 2, "a2")
    hour = timedelta(hours=1)

    def opened(status: Status) -> list[str]:
        return [case.id for case in stored.queries.opened_between(status, START, START + hour)]

    assert (opened(Status.OPEN), opened(Status.ACKNOWLEDGED), opened(Status.REPLIED)) == (
        [case_of(1, "a1")],
        [case_of(2, "a2")],
        [],
    )
