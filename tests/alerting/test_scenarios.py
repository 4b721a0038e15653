"""The scenarios of ``infra/replay/scenarios``, played in memory with the deployed rules: the outcome is as written.

``tests/end_to_end/test_stories.py`` tells those without crowds on the embedded cloud as well.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from earshot.alerting.alert import Channel
from earshot.api.case_actions import CaseAction
from earshot.cases.policy.toml_file import parse_policy
from earshot.triage.judge import judge_all
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.paths import SCENARIOS
from infra.replay.scenario import BRAND, read_scenario
from infra.replay.scenario_player import wall_clock
from tests.alerting.team import Team

pytestmark = pytest.mark.slow

FOLDER = SCENARIOS
# Rosters and crashes are matters of the services: those stories are told on the embedded cloud alone.
TOLD_IN_MEMORY = sorted(
    path
    for path in FOLDER.glob("*.toml")
    if not read_scenario(path, thinned=1000).people and not read_scenario(path, thinned=1000).crashes
)
RUNGS = {1: "on call", 2: "lead", 3: "executive"}


class Telling(Team):
    """One story, as ``infra.replay.scenario_player`` tells it."""

    def __init__(self, path: Path) -> None:
        self.story = read_scenario(path)
        super().__init__(parse_policy(self.story.policy), self.story.starts_at)
        self.waiting = list(self.story.posts)

    def tell(self) -> list[str]:
        lines: list[str] = []
        for minute in range(self.story.minutes + 1):
            self.clock.now = self.story.starts_at + timedelta(minutes=minute)
            heard = [post for post in self.waiting if post.created_at <= self.clock.now]
            del self.waiting[: len(heard)]
            measure = lambda items: measure_all(items, None)  # noqa: E731
            judged = judge_all(heard, measure, Terms(frozenset({BRAND.lower()})), self.clock(), {})
            for post, judgement in zip(heard, judged, strict=True):
                self.hear(post, judgement)
            for act in (act for act in self.story.actions if act.at == minute):
                desk = CaseAction(self.store, f"x#{act.post}", act.by, self.clock(), policy=self.policy)
                {"acknowledge": desk.acknowledge, "resolve": lambda desk=desk: desk.resolve("")}[act.what]()
            lines += self._received(minute)
        return lines

    def _received(self, minute: int) -> list[str]:
        at = wall_clock(self.story, minute)
        got: dict[tuple[int, str], list[str]] = {}
        for alert in sorted(self.minute(), key=lambda alert: (alert.rung, alert.channel is not Channel.SMS)):
            more = f", {len(alert.case_ids)} cases" if len(alert.case_ids) > 1 else ""
            got.setdefault((alert.rung, f"{alert.reason}{more}"), []).append(alert.channel)
        return [f"{at} {RUNGS[rung]}: {', '.join(by)} - {what}" for (rung, what), by in got.items()]


@pytest.mark.parametrize("path", TOLD_IN_MEMORY, ids=lambda path: path.stem)
def test_a_scenario_goes_as_it_is_written(path: Path) -> None:
    telling = Telling(path)
    assert telling.tell() == list(telling.story.expected)


def test_four_hundred_complaints_are_six_messages_to_each_at_most_and_every_case_is_there() -> None:
    telling = Telling(FOLDER / "an_outage.toml")
    telling.tell()
    assert max(telling.by_rung.values()) <= 6
    incident = next(case for case in telling.store.cases if case.incident is not None)
    own = [case for case in telling.store.cases if case.incident is None]
    assert len(own) == 400
    assert incident.incident.count == sum(case.incident_id == incident.id for case in own)
    # It has ended by itself, an hour after the last complaint.
    assert incident.status == "resolved"
    assert incident.incident.ended_at - incident.incident.latest_at < timedelta(minutes=62)


def test_five_thousand_reposts_are_one_case_and_no_more_messages_than_for_any_other() -> None:
    telling = Telling(FOLDER / "reposted_5000_times.toml")
    telling.tell()
    (case,) = telling.store.cases
    assert case.spread.reposts == 5000
    assert set(telling.by_rung.values()) == {4}
