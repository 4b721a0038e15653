"""``earshot report`` on a deployed stack, and how a report reads on a terminal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from earshot.errors import EarshotError
from earshot.mentions.source_state import Gap
from earshot.reports.counts import MentionVolume
from earshot.reports.period.figures import GroupFigures, PersonFigures, RecoveryFigures, ResponseTimes, SpeedFigures
from earshot.reports.period.report import DayFigures, Report, SourceReport, Spend
from earshot.reports.period.text import report_text
from infra.cli.main import main
from infra.ops.report import report_of
from infra.ops.stack import Stack, StackError

DAY = date(2026, 11, 21)
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def a_report(**changes) -> Report:
    volume = MentionVolume(customers=3)
    volume.by_intent.update({"complaint": 2, "praise": 1})
    return Report(
        **{
            "first": DAY,
            "last": DAY,
            "at": AT,
            "complete": True,
            "days": (DayFigures(DAY, volume, 3),),
            "total": volume,
            "cases_opened": 3,
            "response": ResponseTimes(2, 1, 1, 600, 5400, 1, 0.3333),
            "by_topic": (GroupFigures("money", 2, 1, 600, 1, 1),),
            "by_brand": (GroupFigures("NimbusAir", 2, 1, 600, 1, 1), GroupFigures("Zephyr", 1, 0, None, 0, 0)),
            "by_network": (GroupFigures("x", 3, 1, 600, 1, 1),),
            "by_person": (PersonFigures("mia", 2, 1, None),),
            "recovery": RecoveryFigures(2, 2, 1, 0, 1, 0.5, 7200),
            "by_speed": (SpeedFigures("within_15_minutes", 1, 1, 0, 1.0), SpeedFigures("later", 0, 0, 0, None)),
            "opened_by_hour": ((0,) * 24,) * 7,
            "sources": (SourceReport("x#own#a", "ok", (Gap(None, AT, "X was down"),)),),
            "spend": {"x": Spend(12.5, 50.0)},
        }
        | changes
    )


def test_a_report_reads_as_text():
    assert (
        report_text(a_report())
        == """\
2026-11-21 to 2026-11-21 (UTC), as of 2026-11-22T08:00:00.000Z

DAYS: 3 posts by customers, 3 cases opened
  2026-11-21  3 posts (complaint 2, question 0, opportunity 0, praise 1, other 0), 3 cases

FIRST RESPONSE: 2 answered, 1 waiting, 1 of these overdue
  median 0:10:00, 90th percentile 1:30:00
  1 within target (33%)

CAME BACK PLEASED: 1 of 2 complainers (50%)
  2 answered or resolved, 0 complained again, 1 silent for 14 days
  median time from the complaint until they came back: 2:00:00

CAME BACK PLEASED, by the time until the first answer
  within 15 minutes: 1 of 1 complaints (100%), 0 complained again

TOPICS
  money: 2 cases, 1 answered, median 0:10:00, 1 within target, 1 came back pleased

BRANDS
  NimbusAir: 2 cases, 1 answered, median 0:10:00, 1 within target, 1 came back pleased
  Zephyr: 1 cases, 0 answered, median -, 0 within target, 0 came back pleased

PEOPLE
  mia: 2 acknowledged (median -), 1 resolved

SOURCES
  x#own#a: ok
    posts may be missing from an unknown time to 2026-11-22T08:00:00.000Z: X was down

SPENDING in the months of these days
  x: $12.50 of $50.00
"""
    )


def test_what_there_is_nothing_of_has_no_part_and_a_report_that_is_cut_says_so():
    nothing = ResponseTimes(0, 0, 0, None, None, 0, None)
    told = report_text(a_report(complete=False, by_topic=(), by_person=(), sources=(), response=nothing))
    assert "More cases opened than were read" in told
    assert "0 within target (no share yet)" in told
    assert not {"TOPICS", "PEOPLE", "SOURCES"} & set(told.split())


@pytest.mark.engine
def test_the_command_asks_the_stack_that_is_named(running, monkeypatch):
    asked = []

    def open_stack(name: str, *, local: bool) -> tuple[object, Stack]:
        asked.append((name, local))
        return running.cloud.engine, running.cloud.stack

    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", open_stack)
    answer = CliRunner().invoke(main, ["report", "--from", "2026-11-20", "--to", "2026-11-21", "--stack", "other"])
    assert (answer.exit_code, asked) == (0, [("other", False)])
    assert answer.output.startswith("2026-11-20 to 2026-11-21 (UTC)")
    assert "CAME BACK PLEASED: 0 of 0 complainers (no share yet)" in answer.output


@pytest.mark.engine
def test_a_stack_without_an_api_a_refusal_and_a_period_that_is_none_are_told_with_the_remedy(running):
    engine, stack = running.cloud.engine, running.cloud.stack
    with pytest.raises(StackError, match="deploy this release"):
        report_of(engine, Stack({}, {}, {}), DAY, DAY, AT)
    with pytest.raises(EarshotError, match="lambda:GetFunctionConfiguration"):
        report_of(engine, Stack({}, {}, {"ApiFunction": "gone"}), DAY, DAY, AT)
    with pytest.raises(EarshotError, match="exchange the two"):
        report_of(engine, stack, DAY, DAY - timedelta(days=1), AT)
