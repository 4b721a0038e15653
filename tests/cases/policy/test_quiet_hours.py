"""Quiet hours and silences: whom they keep from being woken, until when, and what happens when they end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.inhibition import mute
from earshot.cases.case.ladder import Alerting
from earshot.cases.policy.business_hours import opens_at
from earshot.cases.policy.quiet_hours import RECHECK_EVERY, Mute, QuietHours, Scope, Silence, mute_of
from earshot.cases.policy.toml_file import parse_policy
from earshot.errors import PolicyError
from earshot.triage.judgement import Reason, Severity
from tests.alerting.messages.example import a_case
from tests.alerting.team import Team
from tests.cases.policy.calendars import calendars, every_day
from tests.fakes import START, UNGROUPED, a_judgement, a_mention, an_own_post, changed

AWAKE = every_day("Europe/London", (8 * 60, 22 * 60))
NIGHT = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CASE = changed(a_case(), assessment__reasons=(Reason("stake.leaving", 30, "..."),))
INSTANTS = st.integers(0, 365 * 24 * 3600).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=passed)
)


def a_silence(scope=Scope(), begins=START, hours=8):  # noqa: B008 - a scope is a value
    return Silence("s1", scope, begins, begins + timedelta(hours=hours), "mia", "a wave of spam")


def test_at_night_what_can_wait_does_so_until_the_hours_open():
    assert mute_of(CASE, NIGHT, [QuietHours(AWAKE)], []) == Mute(MORNING, "the quiet hours outside 'daily'")
    assert mute_of(CASE, MORNING, [QuietHours(AWAKE)], []) is None


def test_what_is_critical_goes_through_quiet_hours_and_silences():
    critical = changed(CASE, assessment__severity=Severity.CRITICAL)
    assert mute_of(critical, NIGHT, [QuietHours(AWAKE)], [a_silence(begins=NIGHT)]) is None


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        (Scope(), True),
        (Scope(severities=("high",)), True),
        (Scope(severities=("low",)), False),
        (Scope(topics=("leaving", "outage")), True),
        (Scope(topics=("money",)), False),
        (Scope(authors=("jane",)), True),
        (Scope(authors=("7",)), True),
        (Scope(authors=("john",)), False),
        (Scope(topics=("leaving",), authors=("john",)), False),
    ],
)
def test_a_silence_is_about_what_its_scope_says(scope, covers):
    assert scope.covers(CASE) is covers
    assert (mute_of(CASE, START, [], [a_silence(scope)]) is not None) is covers


def test_a_silence_holds_from_its_beginning_until_before_its_end_and_is_looked_at_again_each_hour():
    silence = a_silence()
    assert mute_of(CASE, START - timedelta(seconds=1), [], [silence]) is None
    assert mute_of(CASE, START, [], [silence]).until == START + RECHECK_EVERY
    last = silence.ends - timedelta(minutes=1)
    assert mute_of(CASE, last, [], [silence]) == Mute(silence.ends, "the silence of mia (a wave of spam)")
    assert mute_of(CASE, silence.ends, [], [silence]) is None


@given(calendar=calendars(), at=INSTANTS)
def test_hours_open_at_once_or_later_and_are_open_then(calendar, at):
    opens = opens_at(at, calendar)
    assert opens >= at
    assert opens_at(opens, calendar) == opens
    # Nothing opens in between.
    assert opens_at(at + (opens - at) / 2, calendar) in (opens, at + (opens - at) / 2)


@given(calendar=calendars(), at=INSTANTS)
def test_whoever_is_muted_is_alerted_when_the_hours_open_and_not_a_minute_earlier(calendar, at):
    begun, _ = CASE.start_ladder(UNGROUPED.ladders["high"], at).climb(at)
    quiet = mute_of(begun, at, [QuietHours(calendar)], [])
    if quiet is None:
        return
    muted, entry = mute(begun, 1, quiet.until, quiet.why, at)
    assert (muted.ladder.alerting, muted.ladder.step, entry.what) == (Alerting.WAITING, 0, "muted")
    assert muted.climb(quiet.until - timedelta(seconds=1)) is None
    risen, _ = muted.climb(quiet.until + timedelta(seconds=1))
    assert (risen.ladder.step, risen.ladder.alerting, risen.ladder.muted_by) == (1, Alerting.DUE, None)
    # The waits between the rungs are those of every ladder.
    assert risen.ladder.next_step_at - risen.ladder.step_at(1) == timedelta(minutes=5)


# ----------------------------------------------------------------------------------------------------- at the desk


def night_team():
    policy = replace(UNGROUPED, quiet_hours=(QuietHours(AWAKE),))
    return Team(policy, NIGHT)


def test_who_was_answered_in_the_night_is_not_told_of_in_the_morning():
    team = night_team()
    for number in ("1", "2"):
        team.hear(a_mention(number, f"@NimbusAir {number}", conversation_id=number), a_judgement())
    assert team.minutes(60) == []
    assert team.store.log("x-1-7-nimbusair") == ["opened", "escalated", "muted", "breached"]
    team.hear(an_own_post("9", conversation_id="1", in_reply_to_id="1"), a_judgement())
    team.minutes(8 * 60 - 1)
    team.minutes(2)
    assert {case for _, alert in team.sent for case in alert.case_ids} == {"x-2-7-nimbusair"}
    assert min(at for at, _ in team.sent) == MORNING


def test_a_ladder_that_had_begun_goes_on_in_the_morning_with_the_rung_that_was_next():
    team = Team(replace(UNGROUPED, quiet_hours=(QuietHours(AWAKE),)), NIGHT - timedelta(hours=1, minutes=3))
    team.hear(a_mention("1"), a_judgement())
    team.minutes(60)
    assert [alert.rung for _, alert in team.sent] == [1, 1]
    team.minutes(9 * 60 + 4)
    assert [(at, alert.rung) for at, alert in team.sent[2:]] == [(MORNING, 2), (MORNING, 2)]


def test_a_silence_that_is_ended_early_is_noticed_within_the_hour():
    team = Team(UNGROUPED)
    team.silences = [a_silence(Scope(topics=("other",)))]
    team.hear(a_mention("1"), a_judgement())
    assert team.minutes(30) == []
    team.silences = []
    assert [line.split(",")[0] for line in team.minutes(31)] == ["60 min", "60 min"]


# -------------------------------------------------------------------------------------------------- the policy's file

CALENDAR = '[calendars.awake]\ntimezone = "Europe/London"\ndays = {mon = ["08:00-22:00"]}\n'


def test_the_policys_file_says_when_it_is_quiet_and_for_whom():
    text = CALENDAR + '[[quiet_hours]]\noutside = "awake"\ntopics = ["leaving"]\nauthors = ["@Jane"]\n'
    (quiet,) = parse_policy(text).quiet_hours
    assert quiet.outside.name == "awake"
    assert quiet.scope == Scope(topics=("leaving",), authors=("jane",))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[quiet_hours]]\noutside = "night"', "'quiet_hours.outside' names calendar 'night'"),
        (CALENDAR + '[[quiet_hours]]\noutside = "awake"\nseverities = ["critical"]', "there is no severity that can"),
        (CALENDAR + '[[quiet_hours]]\noutside = "awake"\ntopics = ["mony"]', "did you mean 'money'?"),
        (CALENDAR + '[[quiet_hours]]\noutside = "awake"\nauthors = [7]', "it must be a list of texts"),
        ('quiet_hours = "at night"', "'quiet_hours' must be tables of their own: [[quiet_hours]]"),
        ("[grouping]\nwait_seconds = 9000", "'grouping.wait_seconds' is 9000: it must be a whole number from 0 to 600"),
        ("[grouping]\nwaits = 1", "there is no part of grouping 'waits'"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(text, told):
    with pytest.raises(PolicyError) as error:
        parse_policy(text)
    assert told in str(error.value)
