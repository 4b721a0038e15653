"""The scenarios of ``infra/replay/scenarios``, played in memory with the deployed rules: the outcome is as written.

``tests/end_to_end/test_stories.py`` tells those without crowds on the embedded cloud as well.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from earshot.alerting.alert import Channel
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.policy.toml_file import parse_policy
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Judgement
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.paths import SCENARIOS
from infra.replay.scenario import read_scenario
from infra.replay.scenario_player import about, perform, wall_clock
from tests.alerting.team import Team

pytestmark = pytest.mark.slow

FOLDER = SCENARIOS
# Rosters and crashes are matters of the services: those stories are told on the embedded cloud alone.
TOLD_IN_MEMORY = sorted(
    path
    for path in FOLDER.rglob("*.toml")
    if not read_scenario(path, thinned=1000).people and not read_scenario(path, thinned=1000).crashes
)
RUNGS = {1: "on call", 2: "lead", 3: "executive"}


class Telling(Team):
    """One story, as ``infra.replay.scenario_player`` tells it."""

    def __init__(self, path: Path) -> None:
        self.story = read_scenario(path)
        super().__init__(parse_policy(self.story.policy), self.story.starts_at)
        self.waiting = list(self.story.posts)
        self.brands = frozenset(brand.lower() for brand in self.story.brands)

    def hear(self, mention: Mention, judgement: Judgement) -> None:
        stored = StoredMention(mention, judgement, self.clock())
        ingest(stored, self.store, FoldRules(self.brands, policy=self.policy))

    def tell(self) -> list[str]:
        lines: list[str] = []
        for minute in range(self.story.minutes + 1):
            self.clock.now = self.story.starts_at + timedelta(minutes=minute)
            heard = [post for post in self.waiting if post.created_at <= self.clock.now]
            del self.waiting[: len(heard)]
            measure = lambda items: measure_all(items, None)  # noqa: E731
            judged = judge_all(heard, measure, Terms(self.brands), self.clock(), {})
            for post, judgement in zip(heard, judged, strict=True):
                self.hear(post, judgement)
            for act in (act for act in self.story.actions if act.at == minute):
                perform(act, self.story, self.store, self.clock())
            lines += self._received(minute)
        return lines

    def _received(self, minute: int) -> list[str]:
        at = wall_clock(self.story, minute)
        got: dict[tuple[int, str], list[str]] = {}
        for alert in sorted(self.minute(), key=lambda alert: (alert.rung, alert.channel is not Channel.SMS)):
            what = about(self.story, alert.reason, alert.case_ids, alert.text)
            got.setdefault((alert.rung, what), []).append(alert.channel)
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
    assert case.posts.spread.reposts == 5000
    assert set(telling.by_rung.values()) == {4}


def test_a_storm_below_one_post_is_a_case_for_each_customer_and_one_incident() -> None:
    telling = Telling(FOLDER / "customers" / "a_storm_below_one_post.toml")
    telling.tell()
    incident = next(case for case in telling.store.cases if case.incident is not None)
    own = [case for case in telling.store.cases if case.incident is None]
    assert len({case.author.id for case in own}) == len(own) == incident.incident.count == 16
    assert {case.posts.conversations for case in own} == {("x#1",)}


def test_what_staff_say_of_a_statement_answers_everybody_below_the_post() -> None:
    telling = Telling(FOLDER / "customers" / "a_statement_to_all.toml")
    telling.tell()
    assert {case.author.id: case.status for case in telling.store.cases} == {"ann": "replied", "ben": "replied"}
    assert "answered" in telling.store.log("x-1-ann-nimbusair")


def test_an_edited_complaint_is_one_case_that_the_answer_to_its_new_version_answers() -> None:
    telling = Telling(FOLDER / "customers" / "edited_to_urgent.toml")
    telling.tell()
    (case,) = telling.store.cases
    assert (case.status, case.assessment.severity) == ("replied", "critical")


def test_each_of_two_brands_in_one_thread_answers_its_own_customer() -> None:
    telling = Telling(FOLDER / "customers" / "two_brands_in_one_thread.toml")
    telling.tell()
    answered = {case.id: telling.store.conversation(case.id).answers for case in telling.store.cases}
    minutes = {key: [(at - telling.story.starts_at).seconds // 60 for at in times] for key, times in answered.items()}
    assert minutes == {"x-1-ann-nimbusair": [8], "x-1-ben-nimbuscargo": [2]}
