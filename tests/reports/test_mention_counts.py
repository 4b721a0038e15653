"""Counting mentions: what DynamoDB counts itself is what counting them one by one gives, in any order and any split."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from earshot.cases.store import mention_counts
from earshot.cases.store.mention_counts import MentionCounter, MentionCounts, MentionLabels
from earshot.triage.judgement import Intent
from tests.api.fakes import Tables, tables
from tests.fakes import START, a_judgement, a_mention, an_own_post

DAY = timedelta(days=1)
KINDS = (Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE)


@pytest.fixture(scope="module")
def stored() -> Iterator[Tables]:
    """Posts of two sources and the brand's own, on two days."""
    with tables() as made:
        for number in range(12):
            source = "x" if number % 4 else "forum"
            mention = a_mention(str(number), conversation_id=str(number), source=source, minutes=number * 150)
            made.hear(mention, a_judgement(KINDS[number % 3], 10 * number))
        made.hear(an_own_post("50", minutes=200))
        yield made


def one_by_one(stored: Tables) -> MentionCounts:
    items = stored.client.scan(TableName="CaseTable")["Items"]
    posts = [item for item in items if item["sk"]["S"] == "MENTION" and "mention" in item]
    return MentionCounts.of(
        MentionLabels(
            *(item["origin"]["S"], item["own"]["BOOL"], item["intent"]["S"]),
            *(item["severity"]["S"], item["sentiment"]["S"]),
        )
        for item in posts
    )


@pytest.mark.parametrize("most_read", [1, 3, 250])
@pytest.mark.parametrize("at_once", [1, 4])
def test_it_makes_no_difference_how_many_are_read_and_how_many_counted(stored, monkeypatch, most_read, at_once):
    monkeypatch.setattr(mention_counts, "MOST_READ", most_read)
    counter = MentionCounter(stored.client, "CaseTable", at_once)
    expected = one_by_one(stored)
    assert (expected.own, expected.customers, expected.origin) == (1, 12, {"x": 9, "forum": 3})
    assert counter.between(START - DAY, START + 2 * DAY) == expected


def test_of_a_busy_day_no_mention_is_sent_beyond_the_first(stored, monkeypatch):
    monkeypatch.setattr(mention_counts, "MOST_READ", 2)
    sent: Counter[str] = Counter()
    stored.client.meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: sent.update({"items": len(parsed.get("Items", ()))})
    )
    MentionCounter(stored.client, "CaseTable").between(START - DAY, START + 2 * DAY)
    # Two of each day; and those of a source that is not among them, by name alone.
    assert sent["items"] <= 2 * 2 + 3


def test_a_label_that_nobody_knows_any_more_is_counted_all_the_same(stored, monkeypatch):
    monkeypatch.setattr(mention_counts, "MOST_READ", 1)
    monkeypatch.setitem(mention_counts._KNOWN, "intent", ("praise",))
    found = MentionCounter(stored.client, "CaseTable").between(START - DAY, START + 2 * DAY)
    assert found == one_by_one(stored)
