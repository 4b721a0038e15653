"""The second chance: who came back pleased, who complained again, and that nobody is paged for the pleased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from earshot.cases.case.correction import dismiss
from earshot.cases.case.recovery import COUNTS_FOR, SILENT_AFTER, RecoveryOutcome, RecoveryStatus, is_silent
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.opening import reopen
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

OTHER = a_judgement(Intent.OTHER, 0)
PRAISE = a_judgement(Intent.PRAISE, 0)
QUESTION = a_judgement(Intent.QUESTION, 20)
MINUTE = timedelta(minutes=1)
# Of each conversation another thing, so that no two of them are one case.
MATTERS = {"1": "suitcase vanished", "2": "app crashed twice", "3": "seat broken legroom", "4": "refund outstanding"}
HANDLES = {"7": "jane", "8": "omar"}


def took(store, mention, judgement=None):
    stored = StoredMention(mention, judgement or a_judgement(), START + timedelta(hours=1))
    return ingest(stored, store, FoldRules(BRANDS))


def said(number, judgement=None, *, conversation="1", author="7", **changes):
    """A customer's post, so many minutes after START; a complaint unless it is something else."""
    text = f"@NimbusAir {MATTERS[conversation]}"
    by = Author(author, HANDLES[author])
    mention = a_mention(str(number), text, conversation_id=conversation, author=by, **changes)
    return mention, judgement or a_judgement()


def answered(number, conversation="1"):
    """The brand answers Jane, who is customer 7."""
    return an_own_post(str(number), conversation_id=conversation), OTHER


def store_of(*posts):
    store = MemoryStore()
    for mention, judgement in posts:
        took(store, mention, judgement)
    return store


def turn_of(store, conversation="1"):
    outcome = store.conversations[f"x-{conversation}-7-nimbusair"].case.recovery.outcome
    return outcome and (str(outcome.status), outcome.mention_id)


# ------------------------------------------------------------------------------------------------------ what counts


@pytest.mark.parametrize("conversation", ["1", "2"], ids=["in the same conversation", "in another one"])
def test_praise_after_the_answer_is_a_complainer_turned_round(conversation):
    store = store_of(said(1), answered(3), said(5, PRAISE, conversation=conversation))
    case = store.conversations[CASE].case
    assert case.recovery.outcome == RecoveryOutcome(RecoveryStatus.RECOVERED, START + 5 * MINUTE, "5")
    assert store.log(CASE)[-2:] == ["replied", "came back pleased"]
    assert case.status is Status.REPLIED


@pytest.mark.parametrize("conversation", ["1", "2"], ids=["in the same conversation", "in another one"])
def test_another_complaint_after_the_answer_is_a_relapse(conversation):
    store = store_of(said(1), answered(3), said(5, conversation=conversation))
    assert turn_of(store) == ("relapsed", "5")
    assert store.log(CASE).count("relapsed") == 1
    if conversation == "2":
        assert turn_of(store, "2") is None


def test_the_last_word_decides():
    posts = [said(1), answered(3), said(5), answered(7), said(9, PRAISE), said(11, PRAISE)]
    store = store_of(*posts)
    assert turn_of(store) == ("recovered", "11")
    assert [what for what in store.log(CASE) if what in ("relapsed", "came back pleased")] == [
        "relapsed",
        "came back pleased",
    ]


@pytest.mark.parametrize(
    "posts",
    [
        [said(1), said(5, PRAISE)],
        [said(1), said(3, PRAISE), answered(5)],
        [said(1), answered(3)],
        [said(1), answered(3), said(5, QUESTION)],
        [said(1), answered(3), said(5, OTHER)],
        [said(1), answered(3), said(5, PRAISE, author="8")],
        [said(1), answered(3), said(5, PRAISE, conversation="2", author="8")],
        [said(1), answered(3), said(5, PRAISE, reposted_id="99")],
        [said(1), answered(3), (answered(5)[0], PRAISE)],
        [said(1, QUESTION), answered(3), said(5)],
        [said(1, QUESTION), answered(3), said(5, PRAISE)],
        [said(1, QUESTION), said(2, author="8"), answered(3), said(5, PRAISE)],
    ],
    ids=[
        "nobody answered",
        "praise before the answer",
        "nothing more was said",
        "a question",
        "small talk",
        "somebody else's praise",
        "somebody else's praise elsewhere",
        "a repost",
        "the brand's own praise",
        "a first complaint after an answered question",
        "no complaint at all",
        "a bystander's complaint in the same conversation",
    ],
)
def test_what_says_nothing_of_the_answer(posts):
    store = store_of(*posts)
    assert turn_of(store) is None
    assert not {"relapsed", "came back pleased"} & set(store.log(CASE))


def test_what_staff_resolved_counts_as_answered_and_what_they_reopened_does_not():
    store = store_of(said(1))
    case, entry = store.conversations[CASE].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.conversation(CASE), case=case), [entry])], now=START)
    policy = {"target_for": DEFAULT_POLICY.target, "ladder_for": DEFAULT_POLICY.ladder_for}
    reopened, (entry, *_) = reopen(case, "mia", START + 4 * MINUTE, **policy)
    took(store, *said(5, PRAISE, conversation="2"))
    assert turn_of(store) == ("recovered", "5")
    store.save([(replace(store.conversation(CASE), case=reopened), [entry])], now=START)
    took(store, *said(6, PRAISE))
    assert turn_of(store) is None


def test_what_staff_resolved_before_the_complaint_is_no_answer_to_it():
    store = store_of(said(1, QUESTION))
    case, entry = store.conversations[CASE].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.conversation(CASE), case=case), [entry])], now=START)
    case = took(store, *said(5)).case
    assert (case.recovery.outcome, case.recovery.ended_at) == (None, None)
    again, _ = case.resolve("mia", START + 7 * MINUTE)
    assert again.recovery.ended_at == START + 7 * MINUTE


def test_a_complaint_after_the_end_is_a_relapse_although_the_end_is_forgotten():
    store = store_of(said(1))
    case, entry = store.conversations[CASE].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.conversation(CASE), case=case), [entry])], now=START)
    took(store, *said(5))
    took(store, *said(6, QUESTION))
    assert (store.conversations[CASE].case.resolution.at, turn_of(store)) == (None, ("relapsed", "5"))


def test_what_was_no_complaint_cannot_be_turned_round():
    store = store_of(said(1), answered(3))
    case, entry = dismiss(store.conversations[CASE].case, "mia", START + 4 * MINUTE)
    store.save([(replace(store.conversation(CASE), case=case), [entry])], now=START)
    took(store, *said(5, PRAISE))
    assert turn_of(store) is None


def test_what_is_said_a_month_later_has_to_do_with_other_things():
    month = COUNTS_FOR // MINUTE
    store = store_of(said(1), answered(3), said(9, PRAISE, conversation="2", minutes=month + 2))
    assert turn_of(store) is None
    took(store, *said(8, PRAISE, conversation="3", minutes=month + 1))
    assert turn_of(store) is None, "what is older than their last word asks nobody anew"
    assert turn_of(store_of(said(1), answered(3), said(9, PRAISE, conversation="2", minutes=month + 1))) == (
        "recovered",
        "9",
    )


@given(st.integers(0, 40 * 24 * 60))
@example(SILENT_AFTER // MINUTE)
def test_who_says_nothing_for_a_fortnight_after_the_answer_is_silent(minutes):
    case = store_of(said(1), answered(3)).conversations[CASE].case
    answer, now = case.recovery.ended_at, START + (3 + minutes) * MINUTE
    assert is_silent(case.recovery.outcome, answer, now) is (timedelta(minutes=minutes) >= SILENT_AFTER)
    assert not is_silent(RecoveryOutcome(RecoveryStatus.RELAPSED, START, "5"), answer, now)
    assert not is_silent(None, None, now)


@given(st.integers(0, 40 * 24 * 60))
@example(SILENT_AFTER // MINUTE)
def test_a_story_without_a_word_more_ends_a_fortnight_after_the_answer(minutes):
    recovery = store_of(said(1), answered(3)).conversations[CASE].case.recovery
    silent = RecoveryOutcome(RecoveryStatus.SILENT, START + 3 * MINUTE + SILENT_AFTER, None)
    is_over = timedelta(minutes=minutes) >= SILENT_AFTER
    assert recovery.known_at(START + (3 + minutes) * MINUTE) == (silent if is_over else None)


@pytest.mark.parametrize(
    ("posts", "ended"),
    [
        ([said(1)], None),
        ([said(1, QUESTION), answered(3)], None),
        ([said(1), answered(3), said(5, PRAISE)], ("recovered", "5")),
        ([said(1), answered(3), said(5)], ("relapsed", "5")),
        ([said(1), answered(3), said(5, QUESTION)], ("silent", None)),
    ],
    ids=["no answer", "no complaint", "praise", "another complaint", "a question"],
)
def test_how_a_story_has_ended_by_next_year(posts, ended):
    outcome = store_of(*posts).conversations[CASE].case.recovery.known_at(START + timedelta(days=365))
    assert (outcome and (str(outcome.status), outcome.mention_id)) == ended


# ------------------------------------------------------------------------------------------------- nobody is alerted
