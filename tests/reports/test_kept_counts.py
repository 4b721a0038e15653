"""Counts of whole days are kept: the same as counting again, whenever posts come, and asked for once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.cases.store.mention_counts import SETTLED_AFTER, MentionCounts
from earshot.reports.counts import end_of, midnight
from earshot.reports.kept_counts import GOOD_FOR, KeptCounts
from earshot.triage.judgement import Intent
from tests.api.fakes import Tables, tables
from tests.fakes import START, a_judgement, a_mention

TODAY = START.date()
DAY = (midnight(TODAY), end_of(TODAY))
AFTER = end_of(TODAY) - START
PRAISE = a_judgement(Intent.PRAISE, 0)


@pytest.fixture
def made() -> Iterator[Tables]:
    with tables() as opened:
        opened.hear(a_mention("1", conversation_id="1"), a_judgement())
        yield opened


@pytest.fixture
def kept(made: Tables) -> KeptCounts:
    return KeptCounts(made.queries, made.client, "CaseTable", timedelta(days=400), made.clock)


def hear_late(made: Tables, id: str) -> None:
    """Somebody's praise of that day is stored now. It changes no case."""
    made.hear(a_mention(id, conversation_id=id, minutes=0), PRAISE)


def customers(counting: KeptCounts, made: Tables) -> int:
    counted = counting.count_mentions(*DAY)
    assert counted == made.queries.count_mentions(*DAY)
    return counted.customers


def test_a_day_that_has_settled_is_counted_once(made, kept):
    made.clock.advance(seconds=(AFTER + SETTLED_AFTER).total_seconds())
    assert customers(kept, made) == 1
    made.calls.clear()
    assert kept.count_mentions(*DAY).intent == {"complaint": 1}
    assert made.calls == {"GetItem": 1}


def test_a_post_that_comes_after_its_day_has_settled_is_counted(made, kept):
    made.clock.advance(seconds=(AFTER + SETTLED_AFTER).total_seconds())
    assert customers(kept, made) == 1
    hear_late(made, "2")
    assert customers(kept, made) == 2
    hear_late(made, "2")
    assert customers(kept, made) == 2


def test_a_day_that_is_over_is_counted_again_after_some_hours_and_once_more_when_it_has_settled(made, kept):
    made.clock.advance(seconds=AFTER.total_seconds())
    assert customers(kept, made) == 1
    hear_late(made, "2")
    assert kept.count_mentions(*DAY).customers == 1
    made.clock.advance(seconds=GOOD_FOR.total_seconds())
    assert customers(kept, made) == 2
    hear_late(made, "3")
    made.clock.advance(seconds=SETTLED_AFTER.total_seconds())
    assert customers(kept, made) == 3


@pytest.mark.parametrize("stretch", [(START, START + timedelta(hours=1)), (DAY[0], DAY[1] + timedelta(days=1))])
def test_what_is_no_whole_day_and_a_day_that_goes_on_are_never_kept(made, kept, stretch):
    assert customers(kept, made) == 1
    made.clock.advance(days=9)
    kept.count_mentions(*stretch)
    assert not [item for item in made.client.scan(TableName="CaseTable")["Items"] if item["sk"]["S"] == "COUNTS"]


def test_the_days_that_are_over_are_counted_before_anybody_asks(made, kept):
    made.clock.advance(seconds=(AFTER + SETTLED_AFTER).total_seconds())
    kept.keep()
    made.calls.clear()
    for before in range(1, 4):
        day = made.clock().date() - timedelta(days=before)
        assert kept.count_mentions(midnight(day), end_of(day)) == (MentionCounts() if day > TODAY else one_complaint())
    assert made.calls == {"GetItem": 3}


def one_complaint() -> MentionCounts:
    counts = MentionCounts(customers=1)
    counts.intent["complaint"] = counts.severity["high"] = counts.sentiment["negative"] = counts.origin["x"] = 1
    return counts
