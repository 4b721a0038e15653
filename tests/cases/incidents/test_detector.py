"""Incidents: recognised at once, alerted in place of their cases, grown, ended, and none lost by a crash."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.alert import AlertReason
from earshot.api.case_actions import CaseAction
from earshot.cases.case.key import CaseKey
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.incidents.detection import Detection
from earshot.cases.policy.policy import INCIDENT_ACKNOWLEDGEMENT_TIMEOUT
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Reason
from tests.alerting.team import MemoryIncidents, Team
from tests.cases.incidents.conftest import QUIET_BRAND
from tests.fakes import START, UNGROUPED, a_judgement, a_mention, an_own_post


def complaint(number, text="the app is down", urgency=65, stake="outage", seconds=0, followers=100):
    """Somebody's complaint, in a conversation of its own."""
    mention = a_mention(
        str(number),
        f"@NimbusAir {text}",
        conversation_id=str(number),
        author=Author(f"u{number}", f"u{number}", followers=followers),
    )
    judgement = replace(a_judgement(urgency=urgency), reasons=(Reason(f"stake.{stake}", urgency, "..."),))
    return replace(mention, created_at=START + timedelta(seconds=seconds)), judgement


def case_of(number):
    """The id of the case of ``complaint(number)``."""
    return f"x-{number}-u{number}-nimbusair"


def storm(team, number, first=1, **changes):
    for one in range(first, first + number):
        team.hear(*complaint(one, seconds=(team.clock() - START).total_seconds() - 1, **changes))


def the_incident(team):
    return next(case for case in team.store.cases if case.incident is not None)


def test_five_with_one_trouble_are_one_alert_at_once_and_none_of_their_own(team):
    storm(team, 5, urgency=85)
    alerts = team.minute()
    incident = the_incident(team)
    assert [(alert.case_ids, str(alert.channel), alert.reason) for alert in alerts] == [
        ((incident.id,), "sms", AlertReason.INCIDENT),
        ((incident.id,), "email", AlertReason.INCIDENT),
    ]
    assert "5 customers with 'outage'" in alerts[0].text
    assert incident.assessment.severity == "critical"
    for number in range(1, 6):
        case = team.store.conversation(case_of(number)).case
        assert (case.status, case.ladder.alerting, case.incident_id) == (Status.OPEN, Alerting.OFF, incident.id)
        assert team.store.log(case_of(number))[-1] == "joined incident"


def test_a_detection_says_what_was_opened_and_how_many_joined(team):
    assert team.look() == Detection()
    storm(team, 5)
    assert team.look() == Detection([the_incident(team).id], joined=5)
    storm(team, 2, first=10)
    assert team.look() == Detection(joined=2)
    # It ends an hour after its latest complaint, and not a moment earlier.
    team.clock.now = START + timedelta(hours=1) - timedelta(microseconds=1)
    assert team.look() == Detection()
    team.clock.now = START + timedelta(hours=1)
    assert team.look() == Detection(ended=[the_incident(team).id])


def test_the_stored_hours_are_read_only_where_there_can_be_an_incident(team, monkeypatch):
    monkeypatch.delattr(MemoryIncidents, "hours")
    storm(team, 4)
    assert team.look() == Detection()


def test_an_incident_whose_complaints_were_all_dismissed_goes_on_for_its_hour(team):
    storm(team, 5)
    team.look()
    for number in range(1, 6):
        CaseAction(team.store, case_of(number), "mia", team.clock()).dismiss()
    team.clock.advance(minutes=1)
    assert team.look() == Detection()
    assert len(team.incidents.live()) == 1


def test_four_are_none(team):
    storm(team, 4)
    team.minutes(3)
    assert all(case.incident is None for case in team.store.cases)


def test_one_angry_customer_who_writes_five_times_is_none(team):
    for number in range(1, 6):
        mention, judgement = complaint(number, f"matter {number} of mine")
        team.hear(replace(mention, author=Author("jane")), judgement)
    team.minutes(3)
    assert all(case.incident is None for case in team.store.cases)


def test_what_is_usual_at_this_hour_is_none(team):
    usual = {"NimbusAir#about:outage": 8, "NimbusAir#down": 8, "NimbusAir#app": 8}
    team.incidents.kept = {hour.at: replace(hour, counts=usual) for hour in QUIET_BRAND}
    storm(team, 12)
    team.minute()
    assert all(case.incident is None for case in team.store.cases)


def test_who_complains_later_joins_without_being_alerted_of_and_the_incident_grows(team):
    storm(team, 6)
    team.minute()
    team.clock.advance(minutes=3)
    before = len(team.sent)
    storm(team, 20, first=10, followers=1000)
    team.minute()
    incident = the_incident(team)
    assert len(team.sent) == before
    assert (incident.incident.count, incident.posts.spread.reach) == (26, 6 * 100 + 20 * 1000)
    assert len(list(team.incidents.members(incident.incident))) == 26


def test_another_trouble_in_the_storm_is_alerted_of_as_ever(team):
    storm(team, 6)
    team.minute()
    team.hear(*complaint(50, "somebody emptied my account", 85, "fraud", 1))
    assert {alert.case_ids for alert in team.minute()} == {(case_of(50),)}


def test_its_ladder_runs_until_somebody_takes_it_and_that_lasts_for_hours(team):
    storm(team, 6)
    team.minutes(7)
    assert [alert.rung for _, alert in team.sent] == [1, 1, 2, 2]
    CaseAction(team.store, str(CaseKey.parse(the_incident(team).id)), "mia", team.clock()).acknowledge()
    incident = the_incident(team)
    assert incident.acknowledgement.expires_at == team.clock() + INCIDENT_ACKNOWLEDGEMENT_TIMEOUT
    team.minutes(60)
    assert len(team.sent) == 4


def test_it_ends_by_itself_after_an_hour_and_tells_whom_to_tell(team):
    storm(team, 6)
    team.hear(an_own_post("99", conversation_id="3", in_reply_to_id="3"), a_judgement())
    team.minutes(59)
    assert the_incident(team).status is Status.OPEN
    team.minutes(4)
    incident = the_incident(team)
    assert (incident.status, incident.resolution.by) == (Status.RESOLVED, "earshot")
    assert incident.incident.ended_at is not None
    assert team.incidents.live() == ()
    waiting = [member.case_id for member in team.incidents.members(incident.incident) if member.status == "open"]
    assert sorted(waiting) == [case_of(number) for number in (1, 2, 4, 5, 6)]
    # The next complaint about it is one like any other.
    team.hear(*complaint(70, seconds=64 * 60))
    assert {alert.case_ids for alert in [*team.minute(), *_later(team)]} == {(case_of(70),)}


def _later(team):
    team.clock.advance(minutes=1)
    return team.minute()


def test_one_that_staff_resolve_is_over_though_complaints_go_on(team):
    storm(team, 6)
    team.minute()
    CaseAction(team.store, str(CaseKey.parse(the_incident(team).id)), "mia", team.clock()).resolve("fixed")
    team.clock.advance(minutes=1)
    team.minute()
    assert team.incidents.live() == ()
    assert the_incident(team).incident.ended_at == team.clock()


def test_two_brands_that_one_stack_listens_for_have_no_incident_together(team):
    storm(team, 4)
    for number in range(10, 14):
        mention, judgement = complaint(number)
        team.hear(replace(mention, brand="HarborBank"), judgement)
    team.minute()
    assert all(case.incident is None for case in team.store.cases)
    storm(team, 1, first=20)
    team.minute()
    assert the_incident(team).incident.count == 5
    assert the_incident(team).brand == "NimbusAir"


def test_no_more_than_three_incidents_are_opened_at_once(team):
    """A fourth anomaly of the same minute is likely the same incident in other words: it waits for the next run."""
    for number, text in enumerate(("app down", "baggage lost", "gate closed", "wifi slow")):
        storm(team, 5, first=1 + 10 * number, text=text, stake=f"trouble{number}")
    assert [len(team.look().opened) for _ in range(3)] == [3, 1, 0]


def test_history_and_what_staff_dismissed_count_for_nothing(team):
    for number in range(1, 5):
        mention, judgement = complaint(number)
        team.hear(replace(mention, baseline=True), judgement)
    storm(team, 4, first=10)
    team.minute()
    assert all(case.incident is None for case in team.store.cases)


def test_what_staff_dismissed_as_no_complaint_and_praise_count_for_nothing(team):
    storm(team, 5)
    CaseAction(team.store, case_of(1), "mia", team.clock()).dismiss()
    mention, judgement = complaint(20)
    team.hear(mention, replace(judgement, intent=Intent.PRAISE))
    assert team.look().opened == []
    storm(team, 1, first=30)
    assert len(team.look().opened) == 1


def test_an_incident_has_the_times_of_its_first_and_latest_complaint_and_its_baseline(team):
    counts = {"NimbusAir#about:outage": 1, "NimbusAir#down": 1, "NimbusAir#app": 1}
    team.incidents.kept |= {hour.at: replace(hour, counts=counts) for hour in QUIET_BRAND[::2]}
    team.clock.now = START + timedelta(minutes=5)
    for number, seconds in enumerate((60, 240, 0, 120, 180, 90, 90, 90, 90, 90)):
        team.hear(*complaint(number, seconds=seconds))
    team.look()
    incident = the_incident(team).incident
    assert (incident.began_at, incident.latest_at) == (START, START + timedelta(seconds=240))
    # One in each second hour, 41 of 81, and four hours with half a complaint: 43 / 85.
    assert incident.usual == 0.5
    for number, seconds in ((20, 290), (21, 30)):
        team.hear(*complaint(number, seconds=seconds))
    team.look()
    assert the_incident(team).incident.latest_at == START + timedelta(seconds=290)


def test_customers_whose_followers_are_unknown_add_no_reach(team):
    storm(team, 5, followers=None)
    team.look()
    storm(team, 1, first=10, followers=None)
    team.look()
    assert (the_incident(team).incident.count, the_incident(team).posts.spread.reach) == (6, 0)


def test_what_a_run_that_crashed_had_written_is_not_written_again(team):
    storm(team, 6)
    team.look()
    before = team.incidents.running
    storm(team, 1, first=10)
    team.look()
    after, key = team.incidents.running, str(the_incident(team).key)
    # As if it had crashed before it stored the live incidents.
    team.incidents.running, version = before, team.store.conversation(key).version
    team.look()
    assert (team.incidents.running, team.store.conversation(key).version) == (after, version)


@pytest.mark.parametrize("dies_at", range(1, 24))
def test_a_crash_while_an_incident_is_recognised_loses_no_alert(dies_at):
    class Killed(BaseException):
        pass

    team = Team(UNGROUPED)
    team.incidents.kept = {hour.at: hour for hour in QUIET_BRAND}
    team.clock.advance(seconds=1)
    storm(team, 6)
    calls = 0

    def mortal(call):
        def perhaps(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls >= dies_at:
                raise Killed
            return call(*args, **kwargs)

        return perhaps

    doors = [(team.store, name) for name in ("change", "save", "intend", "record")]
    doors += [(team.incidents, name) for name in ("put_live", "put_hour")]
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Killed):
        for target, name in doors:
            patch.setattr(target, name, mortal(getattr(target, name)))
        team.minute()
    for _ in range(8):
        team.clock.advance(minutes=1)
        team.minute()
    told = {case for _, alert in team.sent for case in alert.case_ids}
    incidents = [case for case in team.store.cases if case.incident is not None]
    assert {case.id for case in incidents} <= told
    for case in team.store.cases:
        assert case.id in told or case.incident_id in {incident.id for incident in incidents}
