"""The alerts of the last case of an author that alerts say that the next ones do not, and no other alert does."""

from dataclasses import replace
from datetime import timedelta

from earshot.alerting.messages.email import email
from earshot.alerting.messages.grouped import email_of_many, sms_of_many
from earshot.alerting.messages.sms import fits_on_a_phone, sms
from earshot.cases.case.case import Case
from earshot.cases.policy.policy import DEFAULT_LADDER
from tests.alerting.messages.example import ACTION_LINK, NOW, a_case

SAID = "More of theirs do not alert before 10:12 UTC: see the inbox"


def the_last(text: str = "@NimbusAir my bag is lost") -> Case:
    ladder = a_case(text).ladder.start(DEFAULT_LADDER, NOW)
    return replace(a_case(text), ladder=replace(ladder, author_bound_until=NOW + timedelta(hours=1)))


def test_the_last_says_it_on_every_channel_and_alone_or_among_others():
    for message in (
        sms(the_last(), NOW),
        sms(the_last(), NOW, ACTION_LINK),
        sms_of_many([a_case(), the_last()], NOW, None, ACTION_LINK),
        email(the_last(), 1, NOW, ACTION_LINK),
        email_of_many([a_case(), the_last()], 1, NOW, None),
    ):
        assert message.count(SAID) == 1
    assert fits_on_a_phone(sms(the_last("lost " * 500), NOW, ACTION_LINK))


def test_no_other_does():
    withheld = replace(the_last(), ladder=replace(a_case().ladder, author_bound_until=NOW))
    for case in (a_case(), withheld):
        assert "More of theirs" not in sms(case, NOW) + email(case, 1, NOW)
