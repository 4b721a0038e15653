"""A clock that is set forward or back by an hour: nobody is told twice for that, and nobody is passed over."""

from collections import Counter
from datetime import timedelta

import pytest

from earshot.mentions.mention import Author
from tests.alerting.team import Team
from tests.fakes import a_judgement, a_mention

HOUR = timedelta(hours=1)


def complain(team: Team, number: str, urgency: int = 90) -> None:
    author = Author(f"a{number}", f"customer{number}", f"Customer {number}", followers=10)
    team.hear(
        a_mention(number, author=author, conversation_id=number, created_at=team.clock()), a_judgement(urgency=urgency)
    )


def pass_minutes(team: Team, minutes: int) -> None:
    for _ in range(minutes):
        team.minute()
        team.clock.advance(minutes=1)


def told(team: Team) -> Counter[tuple[str, int, str]]:
    """How often each case was told to each rung on each channel."""
    return Counter((case, alert.rung, str(alert.channel)) for _, alert in team.sent for case in alert.case_ids)


@pytest.mark.parametrize("urgency", [90, 70])
def test_set_back_with_an_alert_due_it_is_sent_within_the_wait_of_its_group(urgency: int) -> None:
    team = Team()
    complain(team, "1", urgency)
    team.clock.now -= HOUR
    pass_minutes(team, 3)
    assert {(rung, channel) for _, rung, channel in told(team)} == {(1, "sms"), (1, "email")}


@pytest.mark.parametrize("urgency", [90, 70])
def test_set_back_after_a_message_the_next_one_of_its_group_waits_no_hour(urgency: int) -> None:
    team = Team()
    complain(team, "1", urgency)
    pass_minutes(team, 2)
    assert len(team.sent) == 2
    team.clock.now -= HOUR
    complain(team, "2", urgency)
    pass_minutes(team, 8)
    assert {("x-2-a2-nimbusair", 1, "sms"), ("x-2-a2-nimbusair", 1, "email")} <= set(told(team))


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_whatever_the_step_no_rung_is_told_more_often_than_its_ladder_says(step: timedelta) -> None:
    team = Team()
    complain(team, "1")
    pass_minutes(team, 2)
    team.clock.now += step
    complain(team, "2")
    pass_minutes(team, 150)
    times = told(team)
    steps = Counter(one.rung for one in team.store.cases[0].ladder.steps)
    assert {case for case, *_ in times} == {"x-1-a1-nimbusair", "x-2-a2-nimbusair"}
    assert {rung for _, rung, _ in times} == set(steps)
    assert all(number <= steps[rung] for (_, rung, _), number in times.items())
