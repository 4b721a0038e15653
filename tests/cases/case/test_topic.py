"""What a case is about."""

from earshot.cases.case.assessment import OTHER, TOPICS, topic_of
from earshot.triage.judgement import Reason
from earshot.triage.rules.stakes import STAKES


def test_the_stake_that_weighs_most_is_the_topic() -> None:
    reasons = (Reason("intent.complaint", 35, ""), Reason("stake.money", 5, ""), Reason("stake.outage", 30, ""))
    assert topic_of(reasons) == "outage"


def test_of_two_that_weigh_the_same_the_first_is_the_topic() -> None:
    assert topic_of((Reason("stake.money", 30, ""), Reason("stake.outage", 30, ""))) == "money"


def test_what_has_no_stake_is_about_something_else() -> None:
    assert topic_of((Reason("intent.complaint", 35, ""), Reason("reach", 60, ""))) == OTHER


def test_every_stake_has_its_topic() -> None:
    assert (*(stake.rule for stake in STAKES), OTHER) == TOPICS
