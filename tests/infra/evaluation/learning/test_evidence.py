"""What counts as evidence: each case once, what people agree on, and posts that an adjustment may change."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.log import LogEntry, OriginalAssessment, Verdict
from earshot.cases.case.status import Outcome
from earshot.cases.stored_mention import StoredMention
from earshot.triage.judgement import Analyzer, Intent, Reason, Sentiment, Severity
from earshot.triage.learned.adjustment import Adjustment, Weights
from earshot.triage.terms.terms import Terms
from infra.evaluation.learning.evidence import Evidence, evidence_of, let_stand, post_key
from infra.evaluation.learning.judged_again import judged_again
from tests.fakes import START, a_judgement, a_mention
from tests.reports.digest.fakes import a_case

TERMS = Terms(handles=frozenset({"nimbusair"}), always_urgent=("oxygen mask",))
HEARD = START + timedelta(hours=1)
TROUBLE = "@NimbusAir you charged me twice for one seat and nobody answers the phone"
NEGATIVE = Sentiment(0.0, 0.6, 0.4, 0.0, Analyzer.LEXICON)


def verdict(case: Case, by: str, intent: Intent | None, severity: Severity | None, minutes: int = 5) -> Correction:
    said = Verdict(OriginalAssessment(Intent.COMPLAINT, Severity.HIGH, 65), ("cue.joke",), intent, severity)
    return Correction(case.id, LogEntry(HEARD + timedelta(minutes=minutes), by, "corrected", "", said))


def right(case: Case, by: str = "mia", minutes: int = 5) -> Correction:
    return verdict(case, by, Intent.COMPLAINT, Severity.HIGH, minutes)


def wrong(case: Case, by: str = "leo", minutes: int = 5) -> Correction:
    return verdict(case, by, None, None, minutes)


def stored(case: Case, text: str = TROUBLE, at: datetime = HEARD) -> StoredMention:
    judgement = replace(a_judgement(), sentiment=NEGATIVE)
    return StoredMention(a_mention(case.posts.headline.id, text, created_at=START), judgement, at)


def found(*said: Correction, posts: dict[str, StoredMention] | None = None, terms: Terms = TERMS) -> Evidence:
    return evidence_of(said, {CASE.id: CASE}, {KEY: stored(CASE)} if posts is None else posts, terms)


REASON = Reason("intent.complaint", 40, "a complaint")
CASE = a_case("9")
KEY = post_key(CASE)


def test_a_case_is_one_observation_of_what_was_said_last() -> None:
    evidence = found(wrong(CASE, "mia", 1), right(CASE, "mia", 2), right(CASE, "mia", 3))
    assert (evidence.spoken, len(evidence.complaint), len(evidence.urgent)) == (1, 1, 1)
    (one,) = evidence.complaint
    assert (one.is_true, one.by, one.is_agreed) == (True, "mia", True)
    assert "cue.mishap" in one.rules
    assert evidence.urgent[0].is_true
    assert "stake.money" in evidence.urgent[0].rules


def test_what_is_no_complaint_says_nothing_of_urgency() -> None:
    evidence = found(wrong(CASE))
    assert [one.is_true for one in evidence.complaint] == [False]
    assert evidence.urgent == ()


def test_a_complaint_that_was_less_urgent_says_so() -> None:
    evidence = found(verdict(CASE, "leo", Intent.COMPLAINT, Severity.NORMAL))
    assert (evidence.complaint[0].is_true, evidence.urgent[0].is_true) == (True, False)


def test_people_who_contradict_each_other_about_a_case_say_nothing() -> None:
    evidence = found(right(CASE), wrong(CASE))
    assert (evidence.complaint, evidence.disputed, evidence.spoken) == ((), 1, 0)


def test_a_case_that_got_its_intent_from_another_post_does_not_count() -> None:
    post = stored(CASE)
    question = replace(post, judgement=replace(post.judgement, intent=Intent.QUESTION))
    assert (found(right(CASE), posts={KEY: question}).gone, found(right(CASE)).gone) == (1, 0)


def test_what_reposts_have_made_urgent_says_nothing_of_the_urgency_of_the_post() -> None:
    spread = a_case("1", acknowledgement__by="mia", acknowledgement__at=HEARD, assessment__headline_reasons=(REASON,))
    assert [(one.is_complaint, one.is_urgent) for one in let_stand([spread], ())] == [(True, None)]


def test_a_post_that_is_gone_or_came_after_what_was_said_does_not_count() -> None:
    assert (found(right(CASE), posts={}).gone, found(right(CASE), posts={}).complaint) == (1, ())
    later = stored(CASE, at=HEARD + timedelta(hours=1))
    assert found(right(CASE), posts={KEY: later}).gone == 1


@pytest.mark.parametrize("text", ["@NimbusAir the charger caught fire", "@NimbusAir where is my oxygen mask"])
def test_what_no_adjustment_may_change_does_not_count(text: str) -> None:
    evidence = found(wrong(CASE), posts={KEY: stored(CASE, text)})
    assert (evidence.complaint, evidence.decreed) == ((), 1)


def test_the_offset_is_what_the_shared_rules_say_whatever_was_learned_before() -> None:
    learned = replace(TERMS, learned=Adjustment(Weights(-1.0), Weights(-5.0)))
    assert found(right(CASE), terms=learned) == found(right(CASE))
    assert judged_again(stored(CASE), learned) != judged_again(stored(CASE), TERMS)


def test_a_complaint_that_somebody_took_or_resolved_was_let_stand() -> None:
    taken = a_case("1", acknowledgement__by="mia", acknowledgement__at=HEARD)
    fixed = a_case("2", resolution__by="leo", resolution__at=HEARD, resolution__outcome=Outcome.FIXED)
    assert [(one.case_id, one.by, one.is_complaint, one.is_urgent) for one in let_stand([taken, fixed], ())] == [
        (taken.id, "mia", True, True),
        (fixed.id, "leo", True, True),
    ]
    assert [one.case_id for one in let_stand([taken, fixed], [taken.id])] == [fixed.id]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"resolution__by": "leo", "resolution__at": HEARD, "resolution__outcome": Outcome.NOT_A_COMPLAINT},
        {"resolution__by": "leo", "resolution__at": HEARD, "resolution__outcome": Outcome.NO_ANSWER_NEEDED},
        {"acknowledgement__by": "mia", "acknowledgement__at": HEARD, "assessment__intent": Intent.PRAISE},
        {
            "acknowledgement__by": "mia",
            "acknowledgement__at": HEARD,
            "assessment__original": OriginalAssessment(Intent.COMPLAINT, Severity.HIGH, 65),
        },
    ],
)
def test_of_other_cases_nobody_has_let_anything_stand(changes: dict[str, object]) -> None:
    assert let_stand([a_case("1", **changes)], ()) == []
