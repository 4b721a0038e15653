"""The watch on the embedded cloud: an incident within a minute, its cases joined, and no ladder waits for it."""

import pytest

from earshot.cases.case.ladder import Alerting
from earshot.mentions.mention import Author
from infra.local.lambdas.entry_files import load_entry_file
from tests.deployed import Running
from tests.fakes import a_judgement, a_mention

pytestmark = pytest.mark.engine


def storm(running: Running, number: int) -> list[str]:
    for one in range(number):
        author = Author(f"u{one}", f"u{one}")
        text = f"@NimbusAir the login is broken for me too {one}"
        running.hear(a_mention(str(one), text, conversation_id=str(one), author=author, minutes=0), a_judgement())
    return [f"x-{one}-u{one}-nimbusair" for one in range(number)]


def test_many_with_one_problem_become_one_incident_and_join_it(running):
    keys = storm(running, 16)
    running.clock.advance(seconds=10)
    assert running.watch() == {"opened": 1, "joined": 16, "left": 0}
    cases = [running.case(key) for key in keys]
    assert {case.ladder.alerting for case in cases} == {Alerting.OFF}
    assert len({case.incident_id for case in cases}) == 1
    assert running.watch() == {"opened": 0, "joined": 0, "left": 0}


def test_where_there_is_no_time_the_incident_is_listed_and_the_next_run_goes_on(running, monkeypatch):
    keys = storm(running, 16)
    running.clock.advance(seconds=10)
    watch = load_entry_file("watch")
    # No time at all is left for what comes after reading.
    monkeypatch.setattr(watch, "SPARE", watch.SPARE * 100)
    assert running.watch() == {"opened": 1, "joined": 0, "left": 16}
    # The notifier holds them back all the same.
    running.notify()
    assert {running.case(key).ladder.alerting for key in keys} == {Alerting.OFF}
    monkeypatch.undo()
    assert running.watch()["left"] == 0


def test_ladders_go_up_although_incidents_cannot_be_looked_for(running):
    running.hear(a_mention())
    running.notify()
    running.inbox()
    running.clock.advance(minutes=5)
    with running.refusing("Query", when=lambda body: "by-opened" in body):
        assert running.escalate()["climbed"] == 1
        with pytest.raises(Exception, match="bad day"):
            running.watch()
