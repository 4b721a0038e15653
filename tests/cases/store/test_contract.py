"""The contract of the case store, which the fake in memory and the real table both fulfil.

The rules are tested on the fake: what it allows and refuses must be what the table allows and refuses.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from earshot.cases.author_cases import AuthorCases
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.store.case_file import AlertOutcome, LoggedAlert
from earshot.cases.store.case_table import MOST_TRIES
from earshot.cases.stored_mention import MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent, Judgement
from tests.cases.store.contract_stores import Kept
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

OTHER = a_judgement(Intent.OTHER, 0)
ELSEWHERE = "x-2-7-nimbusair"
SOMEBODY = Participant("x#1", "nimbusair", "jane")


def store_mention(
    kept: Kept, mention: Mention, judgement: Judgement | None = None, at: datetime = START
) -> IngestResult:
    """What becomes of a mention that the classifier hands to the store."""
    stored = StoredMention(mention, judgement or a_judgement(), at)
    return ingest(stored, kept.store, FoldRules(BRANDS))


def a_stored_mention(**changes: Any) -> StoredMention:
    return StoredMention(a_mention(**changes), a_judgement(), START)


def acknowledged(conversation: Conversation) -> tuple[Conversation, Any] | None:
    """The decision that somebody has the case in hand: the changed conversation, and the log entry."""
    return conversation.after(conversation.case.acknowledge("mia", START))


def answered(conversation: Conversation, minutes: int) -> Conversation:
    """A conversation with one more answer of the brand."""
    return replace(conversation, answers=(*conversation.answers, START + timedelta(minutes=minutes)))


# --------------------------------------------------------------------------------------------------------- reading


def test_an_empty_store_answers_with_empty_values(kept):
    assert kept.store.post("x#1") == AwaitedPost("x#1")
    assert list(kept.store.posts(CASE)) == []
    assert kept.store.participant(SOMEBODY) == SOMEBODY
    assert list(kept.store.participants("x#1", "NimbusAir")) == []
    assert kept.store.conversation(CASE) == Conversation(CASE)
    assert kept.store.author("x#1") == AuthorCases("x#1")
    assert kept.log.read(CASE) == (Conversation(CASE), {})
    assert kept.store.conversations_and_authors([CASE], ["x#7"]) == ({}, {})
    assert kept.store.conversations_and_authors([], []) == ({}, {})
    assert list(kept.store.due(START)) == []


def test_conversations_and_authors_are_read_together_and_apart(kept):
    store_mention(kept, a_mention("1"))
    conversations, authors = kept.store.conversations_and_authors([CASE], ["x#7"])
    assert conversations == {CASE: kept.store.conversation(CASE)}
    assert authors == {"x#7": kept.store.author("x#7")}
    assert kept.store.conversations_and_authors([], ["x#7"]) == ({}, authors)
    assert kept.store.conversations_and_authors([CASE], []) == (conversations, {})


def test_many_conversations_and_authors_are_read_at_once_and_unknown_ones_are_left_out(kept):
    store_mention(kept, a_mention("1", author=Author("7")))
    store_mention(kept, a_mention("2", "@NimbusAir rude", conversation_id="2", author=Author("8")))
    conversations, authors = kept.store.conversations_and_authors(
        [CASE, "x-2-8-nimbusair", ELSEWHERE], iter(["x#8", "x#7", "x#9", "x#8"])
    )
    assert conversations == {key: kept.store.conversation(key) for key in (CASE, "x-2-8-nimbusair")}
    assert authors == {key: kept.store.author(key) for key in ("x#7", "x#8")}


# --------------------------------------------------------------------------------------------------------- writing


def test_a_mention_is_put_once(kept):
    stored = a_stored_mention()
    kept.store.put_mention(stored)
    with pytest.raises(DuplicateError, match="x#1"):
        kept.store.put_mention(replace(stored, ingested_at=START + timedelta(days=1)))
    assert kept.store.post("x#1") == stored


def test_what_is_saved_comes_back_one_version_later(kept):
    stored, conversation, author = a_stored_mention(), answered(Conversation(CASE), 5), AuthorCases("x#7")
    kept.store.save([(conversation, ())], now=START, mention=MentionWrite(stored), author=author)
    assert kept.store.post("x#1") == stored
    assert kept.store.conversation(CASE) == replace(conversation, version=1)
    assert kept.store.author("x#7") == replace(author, version=1)
    kept.store.save([(answered(kept.store.conversation(CASE), 9), ())], now=START, author=kept.store.author("x#7"))
    assert kept.store.conversation(CASE) == answered(replace(conversation, version=2), 9)
    assert kept.store.author("x#7") == replace(author, version=2)


def test_saving_a_known_mention_writes_nothing(kept):
    stored = a_stored_mention()
    kept.store.put_mention(stored)
    before = kept.contents()
    with pytest.raises(DuplicateError, match="x#1"):
        kept.store.save([(Conversation(CASE), ())], now=START, mention=MentionWrite(stored), author=AuthorCases("x#7"))
    assert kept.contents() == before


@pytest.mark.parametrize("version", [0, 2])
def test_saving_from_another_version_writes_nothing(kept, version):
    kept.store.save([(Conversation(CASE), ())], now=START)
    before = kept.contents()
    changes = [(Conversation(ELSEWHERE), ()), (Conversation(CASE, version=version), ())]
    with pytest.raises(ConflictError, match=ELSEWHERE):
        kept.store.save(changes, now=START, mention=MentionWrite(a_stored_mention()), author=AuthorCases("x#7"))
    assert kept.contents() == before


@pytest.mark.parametrize("version", [0, 2])
def test_saving_an_author_from_another_version_writes_nothing(kept, version):
    kept.store.save([(Conversation(CASE), ())], now=START, author=AuthorCases("x#7"))
    before = kept.contents()
    with pytest.raises(ConflictError):
        kept.store.save([(Conversation(ELSEWHERE), ())], now=START, author=AuthorCases("x#7", version=version))
    with pytest.raises(ConflictError, match="x#7"):
        kept.store.save(
            [], now=START, mention=MentionWrite(a_stored_mention()), author=AuthorCases("x#7", version=version)
        )
    assert kept.contents() == before


def test_a_known_mention_is_reported_before_a_conflict(kept):
    stored = a_stored_mention()
    kept.store.save([(Conversation(CASE), ())], now=START, mention=MentionWrite(stored))
    with pytest.raises(DuplicateError):
        kept.store.save([(Conversation(CASE), ())], now=START, mention=MentionWrite(stored))


def test_ingesting_a_mention_twice_writes_nothing_the_second_time(kept):
    assert store_mention(kept, a_mention()).happened("opened")
    before = kept.contents()
    assert not store_mention(kept, a_mention(), at=START + timedelta(hours=1)).new
    assert kept.contents() == before


# -------------------------------------------------------------------------------------------------------- changing


def test_a_change_is_written_and_returned(kept):
    opened = store_mention(kept, a_mention()).case
    changed = kept.store.change(CASE, acknowledged, START)
    assert changed == kept.store.conversation(CASE)
    assert (opened.status, changed.case.status) == ("open", "acknowledged")


def test_a_change_reads_again_while_others_are_faster(kept):
    store_mention(kept, a_mention())
    interruptions = iter([1, 2])

    def decide(conversation):
        if minutes := next(interruptions, None):
            kept.store.change(CASE, lambda other: (answered(other, minutes), ()), START)
        return acknowledged(conversation)

    changed = kept.store.change(CASE, decide, START)
    assert changed == kept.store.conversation(CASE)
    assert changed.case.status == "acknowledged"
    assert changed.answers == (START + timedelta(minutes=1), START + timedelta(minutes=2))


def test_a_change_is_given_up_after_six_tries(kept):
    store_mention(kept, a_mention())
    tries = []

    def decide(conversation):
        tries.append(conversation.version)
        kept.store.change(CASE, lambda other: (answered(other, len(tries)), ()), START)
        return acknowledged(conversation)

    with pytest.raises(ConflictError, match="try again"):
        kept.store.change(CASE, decide, START)
    assert len(tries) == MOST_TRIES
    assert kept.store.conversation(CASE).case.status == "open"


def test_a_change_that_decides_nothing_or_raises_writes_nothing(kept):
    store_mention(kept, a_mention())
    before = kept.contents()
    assert kept.store.change(CASE, lambda conversation: None, START) == kept.store.conversation(CASE)
    with pytest.raises(ZeroDivisionError):
        kept.store.change(CASE, lambda conversation: 1 / 0, START)
    assert kept.contents() == before


# ------------------------------------------------------------------------------------------------ alerts and times


SMS, EMAIL = "ladder#01#sms", "ladder#01#email"


def logged_alerts(kept: Kept, key: str = CASE) -> dict[str, tuple[str, int]]:
    """The outcome and the number of attempts of each alert in the notification log."""
    return {name: (str(entry.outcome), entry.attempts) for name, entry in kept.log.read(key)[1].items()}


def test_logged_alerts_are_read_with_their_case(kept):
    store_mention(kept, a_mention())
    for _ in range(2):
        kept.log.record(CASE, SMS, {"at": START, "text": "hello", "subject": None}, START)
    kept.log.record(CASE, EMAIL, {"at": START, "held_back": "limit", "outcome": "withheld", "attempts": 0}, START)
    kept.log.record(ELSEWHERE, "other#01#sms", {"at": START}, START)
    conversation, logged = kept.log.read(CASE)
    assert conversation == kept.store.conversation(CASE)
    assert logged == {
        # What an earlier release has logged was sent.
        SMS: LoggedAlert(START, AlertOutcome.SENT, 1),
        EMAIL: LoggedAlert(START, AlertOutcome.WITHHELD, 0, "limit"),
    }
    assert kept.log.read(ELSEWHERE) == (Conversation(ELSEWHERE), {"other#01#sms": LoggedAlert(START)})


def test_of_two_who_are_about_to_send_an_alert_one_may(kept):
    assert [kept.log.intend(CASE, SMS, {"at": START}, 1, START) for _ in range(2)] == [True, False]
    assert logged_alerts(kept) == {SMS: ("sending", 1)}
    assert kept.log.intend(CASE, EMAIL, {"at": START}, 1, START)
    # The first attempt was not confirmed: there is one second.
    assert [kept.log.intend(CASE, SMS, {"at": START}, 2, START) for _ in range(2)] == [True, False]
    assert logged_alerts(kept) == {SMS: ("sending", 2), EMAIL: ("sending", 1)}


def test_what_was_refused_may_be_sent_and_what_was_sent_or_withheld_may_not(kept):
    for outcome, may in (("refused", True), ("sent", False), ("withheld", False)):
        kept.log.record(CASE, SMS, {"at": START, "outcome": outcome, "attempts": 0}, START)
        assert kept.log.intend(CASE, SMS, {"at": START}, 1, START) is may
        assert logged_alerts(kept) == {SMS: ("sending", 1) if may else (outcome, 0)}


def an_urgent_case_id(number: int) -> str:
    return f"x-{number}-a{number}-nimbusair"


def an_urgent_case(kept: Kept, number: int, minutes: int) -> None:
    author = Author(f"a{number}")
    mention = a_mention(str(number), f"@NimbusAir {number}", conversation_id=str(number), author=author)
    store_mention(kept, mention, at=START + timedelta(minutes=minutes))


def test_due_cases_come_the_longest_overdue_first_and_not_before_their_time(kept):
    for number, minutes in ((1, 30), (2, 10), (3, 20)):
        an_urgent_case(kept, number, minutes)
    # An alert that nobody logs as sent is looked at again after two minutes.
    assert list(kept.store.due(START + timedelta(minutes=11))) == []
    assert list(kept.store.due(START + timedelta(minutes=22))) == [an_urgent_case_id(2), an_urgent_case_id(3)]
    assert list(kept.store.due(START + timedelta(days=1))) == [an_urgent_case_id(number) for number in (2, 3, 1)]


def test_a_case_that_the_brand_answered_is_due_no_more(kept):
    an_urgent_case(kept, 1, 0)
    store_mention(kept, an_own_post("9", in_reply_to_id="1"), OTHER)
    assert list(kept.store.due(START + timedelta(days=9))) == []


def test_an_acknowledged_case_is_due_when_the_acknowledgement_expires(kept):
    an_urgent_case(kept, 1, 0)
    kept.store.change(an_urgent_case_id(1), acknowledged, START)
    assert list(kept.store.due(START + timedelta(minutes=29))) == []
    assert list(kept.store.due(START + timedelta(minutes=30))) == [an_urgent_case_id(1)]


def test_no_more_slots_are_given_than_there_are(kept):
    assert [kept.store.take_slot("email#1", 3, START) for _ in range(5)] == [True] * 3 + [False] * 2
    assert kept.store.take_slot("email#2", 3, START)
