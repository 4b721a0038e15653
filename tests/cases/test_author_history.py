"""What the brand owes, or owed, whoever writes now: told from the records, in two reads at most."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.author_cases import MOST_RECENT_CASES
from earshot.cases.author_history import histories
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author, Mention
from earshot.triage.context import HISTORY_WINDOW, NO_HISTORY, History
from earshot.triage.judgement import Intent, Judgement
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

DAY = timedelta(days=1)
# No two are about one thing, and each is about the same thing as itself.
WORDS = ("suitcase", "refund", "password", "seat", "meal", "voucher", "crew")
MATTERS = [f"@NimbusAir {word} NB447{number}" for number, word in enumerate(WORDS)]
ONCE_WAITING = History(complaints=1, waiting=True)


@dataclass
class Kept(MemoryStore):
    """The records in memory; ``reads`` holds what each reading of many asked for."""

    reads: list[tuple[list[str], list[str]]] = field(default_factory=list)

    def conversations_and_authors(self, conversations: Any, authors: Any) -> Any:
        self.reads.append((list(conversations), list(authors)))
        return super().conversations_and_authors(*self.reads[-1])

    def ingest(self, mention: Mention, judgement: Judgement | None = None) -> IngestResult:
        stored = StoredMention(mention, judgement or a_judgement(), START)
        return ingest(stored, self, FoldRules(BRANDS))

    def act(self, key: str, what: str) -> None:
        """Staff do something with a case."""
        case, _ = getattr(self.conversations[key].case, what)("mia", START + DAY)
        self.conversations[key] = replace(self.conversations[key], case=case)

    def history(self, mention: Mention) -> History:
        return histories([mention], self)[mention.key]


@pytest.fixture
def kept() -> Kept:
    return Kept()


def about(number: int, matter: int = 0, days: float = 0, **changes: Any) -> Mention:
    """A post that begins a conversation of its own, by default in Jane's name."""
    at = START + timedelta(days=days)
    return a_mention(str(number), MATTERS[matter], conversation_id=str(number), created_at=at, **changes)


def test_who_never_complained_has_no_history(kept):
    assert kept.history(about(1)) == NO_HISTORY


def test_an_open_complaint_elsewhere_is_one_and_is_waiting(kept):
    kept.ingest(about(1))
    assert kept.history(about(2, 1)) == ONCE_WAITING
    assert kept.history(about(3, 1, author=Author("8"))) == NO_HISTORY


@pytest.mark.parametrize(
    ("act", "waiting"), [("acknowledge", True), ("resolve", False)], ids=["in hands", "over and done"]
)
def test_who_waits_is_told_by_where_the_case_stands(kept, act, waiting):
    kept.ingest(about(1))
    kept.act(CASE, act)
    assert kept.history(about(2, 1)) == History(complaints=1, waiting=waiting)


def test_who_was_answered_elsewhere_is_not_waiting_and_has_complained_all_the_same(kept):
    kept.ingest(about(1))
    kept.ingest(an_own_post("5", conversation_id="1"), a_judgement(Intent.OTHER, 0))
    assert kept.conversations[CASE].case.status is Status.REPLIED
    assert kept.history(about(2, 1)) == History(complaints=1)


def test_one_of_several_that_is_still_open_is_enough_to_wait(kept):
    for number in (1, 2, 3):
        kept.ingest(about(number, number))
    for number in (1, 3):
        kept.act(f"x-{number}-7-nimbusair", "resolve")
    assert kept.history(about(4, 4)) == History(complaints=3, waiting=True)


def test_complaints_count_for_ninety_days_and_not_longer(kept):
    kept.ingest(about(1))
    reaches = HISTORY_WINDOW / DAY
    assert reaches == 90
    assert kept.history(about(2, 1, days=reaches)) == ONCE_WAITING
    assert kept.history(about(2, 1, days=reaches + 0.001)) == NO_HISTORY


def test_no_more_are_counted_than_are_remembered_of_an_author(kept):
    for number in range(1, MOST_RECENT_CASES + 3):
        kept.ingest(about(number, number % len(MATTERS), days=2 * number))
    assert kept.history(about(99, days=30)).complaints == MOST_RECENT_CASES


def test_praise_and_questions_are_no_complaints(kept):
    kept.ingest(about(1), a_judgement(Intent.PRAISE, 4))
    kept.ingest(about(2, 1), a_judgement(Intent.QUESTION, 20))
    assert kept.history(about(3, 2)) == NO_HISTORY


def test_the_conversation_that_one_writes_in_is_not_its_own_past(kept):
    kept.ingest(about(1))
    again = a_mention("2", "@NimbusAir hello?", conversation_id="1")
    assert kept.history(again) == NO_HISTORY


@pytest.mark.parametrize("act", ["reply", "resolve"])
def test_who_writes_on_after_the_answer_or_the_end_was_answered(kept, act):
    kept.ingest(about(1))
    if act == "reply":
        kept.ingest(an_own_post("5", conversation_id="1"), a_judgement(Intent.OTHER, 0))
    else:
        kept.act(CASE, act)
    again = a_mention("6", "@NimbusAir that did not help", conversation_id="1")
    assert kept.history(again) == History(answered=True)
    assert kept.history(replace(again, author=Author("8"))) == NO_HISTORY


def test_who_waits_again_after_an_answer_has_the_answer_behind_them(kept):
    kept.ingest(about(1))
    kept.ingest(an_own_post("5", conversation_id="1"), a_judgement(Intent.OTHER, 0))
    kept.ingest(a_mention("6", "@NimbusAir that did not help", conversation_id="1"))
    assert kept.conversations[CASE].case.status is Status.OPEN
    assert kept.history(a_mention("7", "@NimbusAir well?", conversation_id="1")) == NO_HISTORY


def test_a_conversation_that_joined_a_case_is_that_cases_own(kept):
    kept.ingest(about(1))
    joined = kept.ingest(about(2, days=0.1))
    assert joined.case.posts.conversations == ("x#1", "x#2")
    further = a_mention("3", "@NimbusAir and?", conversation_id="2")
    assert kept.history(further) == NO_HISTORY
    kept.ingest(an_own_post("900", conversation_id="2"), a_judgement(Intent.OTHER, 0))
    assert kept.conversations[CASE].case.status is Status.REPLIED
    assert kept.history(further) == History(answered=True)


def test_a_case_that_a_conversation_joined_is_found_when_its_author_has_had_many_since(kept):
    kept.ingest(about(1))
    kept.ingest(about(2, days=0.1))
    kept.ingest(an_own_post("900", conversation_id="2"), a_judgement(Intent.OTHER, 0))
    for number in range(3, MOST_RECENT_CASES + 3):
        kept.ingest(about(number, number % len(MATTERS), days=2 * number))
    assert CASE not in {recent.conversation for recent in kept.authors["x#7"].recent}
    assert kept.history(a_mention("99", conversation_id="2")).answered


def test_what_is_elsewhere_counts_from_a_conversation_that_joined_too(kept):
    kept.ingest(about(1))
    kept.ingest(about(2, days=0.1))
    kept.ingest(about(3, 1))
    assert kept.history(a_mention("4", "@NimbusAir and?", conversation_id="2")) == ONCE_WAITING


def test_a_case_that_is_kept_no_longer_was_a_complaint_and_waits_for_nothing(kept):
    kept.ingest(about(1))
    del kept.conversations[CASE]
    assert kept.history(about(2, 1)) == History(complaints=1)


def test_a_conversation_of_which_only_the_brands_word_is_known_answers_nobody(kept):
    kept.ingest(an_own_post("5", conversation_id="1"), a_judgement(Intent.OTHER, 0))
    assert kept.history(a_mention("6", conversation_id="1")) == NO_HISTORY


def test_the_brand_and_whoever_only_repeats_are_not_asked_about(kept):
    own, repost = an_own_post("5", conversation_id="1"), about(6, reposted_id="1", author=Author("8"))
    assert histories([own, repost, about(7)], kept).keys() == {"x#7"}
    assert kept.reads == [(["x-7-7-nimbusair"], ["x#7"])]


def test_two_reads_are_enough_for_any_number_of_mentions(kept):
    for number in range(1, 6):
        kept.ingest(about(number, author=Author(str(number))))
        kept.ingest(about(10 + number, days=0.1, author=Author(str(number))))
    heard = [about(20 + number, 1, author=Author(str(number))) for number in range(1, 6)]
    joined = [a_mention(str(30 + n), conversation_id=str(10 + n), author=Author(str(n))) for n in range(1, 6)]
    found = histories([*heard, *joined], kept)
    assert [found[mention.key] for mention in heard] == [ONCE_WAITING] * 5
    assert [found[mention.key] for mention in joined] == [NO_HISTORY] * 5
    assert len(kept.reads) == 2
    cases = {f"x-{number}-{number}-nimbusair" for number in range(1, 6)}
    assert (set(kept.reads[1][0]), kept.reads[1][1]) == (cases, [])


def test_where_nobody_has_a_past_one_read_is_enough(kept):
    histories([about(number, author=Author(str(number))) for number in range(1, 4)], kept)
    assert len(kept.reads) == 1


def test_accounts_of_another_source_are_other_people(kept):
    kept.ingest(about(1))
    assert kept.history(about(2, 1, source="y")) == NO_HISTORY
