"""Counts of mentions by day, and the periods that are refused."""

import pytest

from earshot.triage.judgement import Intent
from tests.fakes import a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow


def test_counts_by_day_for_customers_and_the_brand(made, call):
    for id, days, intent, urgency in (
        ("91", -30, Intent.COMPLAINT, 90),
        ("92", -30, Intent.PRAISE, 0),
        ("93", -28, Intent.QUESTION, 40),
    ):
        made.hear(a_mention(id, f"matter {id}", conversation_id=id, minutes=days * 1440), a_judgement(intent, urgency))
    made.hear(an_own_post("94", conversation_id="91", minutes=-28 * 1440), a_judgement(Intent.OTHER, 0))
    counts = call("GET", "/counts", **{"from": "2026-10-22", "to": "2026-10-24"}).json
    assert (counts["from"], counts["to"]) == ("2026-10-22", "2026-10-24")
    total = counts["total"]
    assert (total["mentions"], total["own"], total["customers"]) == (4, 1, 3)
    assert total["by_intent"] == {"complaint": 1, "question": 1, "opportunity": 0, "praise": 1, "other": 0}
    assert total["by_severity"] == {"critical": 1, "high": 0, "normal": 1, "low": 1}
    assert total["by_sentiment"] == {"positive": 0, "negative": 3, "neutral": 0, "mixed": 0, "unclassified": 0}
    assert total["by_source"] == {"x": 3}
    assert [(day["day"], day["customers"], day["own"]) for day in counts["days"]] == [
        ("2026-10-22", 2, 0),
        ("2026-10-23", 0, 0),
        ("2026-10-24", 1, 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-02", "2026-11-01", "to"),
        ("2026-10-01", "2026-11-01", "to"),
        ("2026-02-30", "2026-03-01", "from"),
        ("yesterday", "2026-03-01", "from"),
        ("1700000000", "2026-03-01", "from"),
        ("2026-03-01", "0000-01-01", "to"),
    ],
)
def test_a_period_that_is_none(call, first, last, field):
    answer = call("GET", "/counts", **{"from": first, "to": last})
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_period_must_be_named_and_may_have_31_days(made, call):
    assert [error["field"] for error in call("GET", "/counts").json["errors"]] == ["from", "to"]
    made.calls.clear()
    counts = call("GET", "/counts", **{"from": "2025-01-01", "to": "2025-01-31"}).json
    assert len(counts["days"]) == 31
    assert made.calls == {"GetItem": 31, "Query": 31, "PutItem": 31}
    made.calls.clear()
    again = call("GET", "/counts", **{"from": "2025-01-01", "to": "2025-01-31"}).json
    assert (again, made.calls) == (counts, {"GetItem": 31})
