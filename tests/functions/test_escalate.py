"""The escalate function on the embedded cloud: rung by rung, until somebody takes the case."""

import pytest

from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.cases.policy.table import PolicyTable
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from infra.local.recipients import RECIPIENTS
from tests.deployed import Running
from tests.fakes import CASE, NOTHING_WAITS, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.engine

PEOPLE_OF = {
    "1": {RECIPIENTS["OnCallPhone"], RECIPIENTS["OnCallEmail"]},
    "2": {RECIPIENTS["LeadPhone"], RECIPIENTS["LeadEmail"]},
    "3": {RECIPIENTS["ExecutivePhone"], RECIPIENTS["ExecutiveEmail"]},
}


def minute(running: Running, minutes: int = 1) -> tuple[dict[str, int], list[tuple[str, str, str]]]:
    """What a run after so many minutes did, and what people got for it."""
    running.clock.advance(minutes=minutes)
    done = running.escalate()
    if records := running.invoker.changes():
        assert running.notify(*records) == []
    return done, running.inbox()


@pytest.fixture
def alerted(running: Running) -> Running:
    """One urgent case, whose first rung has been alerted."""
    running.hear(a_mention())
    running.notify()
    running.inbox()
    return running


def test_nobody_is_alerted_again_before_the_time_has_come(alerted):
    assert minute(alerted, 4) == ({"looked_at": 0, "climbed": 0}, [])


def test_the_whole_ladder_reaches_each_rung_in_its_time_and_then_ends(alerted):
    waited = 0
    for step in DEFAULT_LADDER[1:]:
        done, got = minute(alerted, step.after_minutes - waited)
        waited = step.after_minutes
        assert done == {"looked_at": 1, "climbed": 1}
        assert {(rung, to) for rung, _, to in got} == {(str(step.rung), to) for to in PEOPLE_OF[str(step.rung)]}
        assert len(got) == 2
    # The end of the target is told in the log, and to nobody by an alert.
    assert minute(alerted, 600) == ({"looked_at": 1, "climbed": 0}, [])
    assert minute(alerted, 600) == ({"looked_at": 0, "climbed": 0}, [])
    assert alerted.log().count("escalated") == alerted.log().count("alerted") == len(DEFAULT_LADDER)


def test_two_runs_in_one_minute_climb_once(alerted):
    alerted.clock.advance(minutes=5)
    assert [alerted.escalate()["climbed"], alerted.escalate()["climbed"]] == [1, 0]
    alerted.notify()
    assert len(alerted.inbox()) == 2


def acknowledge(running: Running) -> None:
    now = running.clock()
    running.table.change(CASE, lambda thread: thread.after(thread.case.acknowledge("mia@nimbus.example", now)), now)


def test_whoever_takes_the_case_stops_the_ladder(alerted):
    acknowledge(alerted)
    assert minute(alerted, 29) == ({"looked_at": 0, "climbed": 0}, [])


def test_whoever_takes_the_case_and_does_not_answer_lets_it_go_to_the_next_rung(alerted):
    acknowledge(alerted)
    done, got = minute(alerted, 30)
    assert done == {"looked_at": 1, "climbed": 1}
    assert {(rung, to) for rung, _, to in got} == {("2", to) for to in PEOPLE_OF["2"]}
    assert alerted.log()[-3:] == ["acknowledgement expired", "escalated", "alerted"]
    # The third rung is as long after the second as it would have been.
    assert minute(alerted, 9)[1] == []
    assert {rung for rung, _, _ in minute(alerted, 1)[1]} == {"3"}


def test_what_is_due_soon_and_late_is_in_the_log_and_in_the_figures_and_alerts_nobody(running, capsys):
    running.hear(a_mention("1", minutes=0), a_judgement(Intent.QUESTION, 20))
    capsys.readouterr()
    for minutes, what, counted in ((192, "due soon", False), (48, "breached", True)):
        assert minute(running, minutes - 1) == ({"looked_at": 0, "climbed": 0}, [])
        assert minute(running) == ({"looked_at": 1, "climbed": 0}, [])
        assert running.log()[-1] == what
        assert ('"CasesBreached":[1.0]' in capsys.readouterr().out) == counted
    assert minute(running, 10_000) == ({"looked_at": 0, "climbed": 0}, [])


def test_the_policy_that_was_put_starts_the_ladder_of_what_somebody_only_held(running):
    table = PolicyTable(running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs["CaseTableName"])
    table.write(NOTHING_WAITS + "[ladders.high]\nrungs = [3]\nwaits = [5]\n", running.clock())
    running.hear(a_mention("1", minutes=0), a_judgement(urgency=40))
    acknowledge(running)
    # Meanwhile it has become urgent, which alerts nobody as long as somebody holds it.
    running.hear(a_mention("2", minutes=0), a_judgement(urgency=65))
    done, got = minute(running, 30)
    assert done["climbed"] == 1
    assert {rung for rung, _, _ in got} == {"3"}


def test_a_policy_that_cannot_be_used_leaves_the_last_good_one_in_force(alerted, capsys):
    table = PolicyTable(alerted.cloud.engine.client("dynamodb"), alerted.cloud.stack.outputs["CaseTableName"])
    table.write("[ladders.high]\nrungs = [9]\n", alerted.clock())
    done, got = minute(alerted, 5)
    assert (done["climbed"], len(got)) == (1, 2)
    assert '"SettingsRefused":[1.0]' in capsys.readouterr().out


def test_the_brands_answer_stops_the_ladder(alerted):
    alerted.hear(an_own_post("3"))
    assert minute(alerted, 60) == ({"looked_at": 0, "climbed": 0}, [])


def test_an_alert_that_nobody_logged_as_sent_is_handed_over_again(running):
    running.hear(a_mention())
    assert running.invoker.changes()  # and the notifier never gets them
    assert minute(running, 1)[1] == []
    done, got = minute(running, 1)
    assert done["climbed"] == 1
    assert {to for _, _, to in got} == PEOPLE_OF["1"]
    assert "nudged" in running.log()


def test_one_case_that_fails_fails_the_run_and_holds_up_no_other(running):
    for number in ("1", "2", "3"):
        running.hear(
            a_mention(number, f"@NimbusAir number {number}", conversation_id=number, author=Author(number), minutes=0)
        )
    running.notify()
    running.inbox()
    running.clock.advance(minutes=5)
    with (
        running.refusing("TransactWriteItems", when=lambda body: "CASE#x-2-2-nimbusair" in body),
        pytest.raises(Exception, match="bad day"),
    ):
        running.escalate()
    running.notify()
    assert len(running.inbox()) == 2
    assert [running.case(f"x-{number}-{number}-nimbusair").ladder.step for number in (1, 2, 3)] == [2, 1, 2]
    done, got = minute(running)
    assert (done["climbed"], len(got)) == (1, 2)
