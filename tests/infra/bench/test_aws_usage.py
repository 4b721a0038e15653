"""Items are counted by what they are, and the commands of the benchmark say what they do before they do it."""

import importlib
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from earshot.alerting.notifier_lock import KEY
from earshot.aws.dynamodb import to_item
from earshot.cases.store.keys import alert_record, author_key, conversation_key, members_of, mention_key
from earshot.timestamps import rfc3339
from infra.bench.aws_usage import kind

NOON = rfc3339(datetime(2026, 11, 30, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (mention_key("x#1"), "MENTION"),
        (author_key("x#7"), "AUTHOR"),
        (conversation_key("x#1#7#nimbusair"), "CASE"),
        (alert_record("x#1#7#nimbusair", "1-sms", {}), "ALERT"),
        ({"pk": conversation_key("x#1#7#nimbusair")["pk"], "sk": "LOG#00000001"}, "LOG"),
        ({"pk": "THREAD#x#1", "sk": "PARTICIPANT#nimbusair#jane"}, "PARTICIPANT"),
        # What is listed in a partition is one kind, however many there are: cases by their key or id, and moments.
        ({"pk": members_of("an-incident"), "sk": "x#1#7#nimbusair"}, "MEMBERS"),
        ({"pk": "INBOX", "sk": "x-1-7-nimbusair"}, "INBOX"),
        ({"pk": "CORRECTIONS", "sk": f"{NOON}#x-1-7-nimbusair#00000001#0"}, "CORRECTIONS"),
        (KEY, "ALERTS"),
    ],
    ids=str,
)
def test_an_item_is_counted_under_its_kind_and_never_under_its_own_name(record: dict[str, str], named: str) -> None:
    assert kind(to_item(record)) == named


@pytest.mark.parametrize("module", ["__main__", "routes", "viral_thread", "storm.__main__", "storm.inbox"])
def test_asked_for_help_a_benchmark_prints_it_and_measures_nothing(module: str) -> None:
    answer = CliRunner().invoke(importlib.import_module(f"infra.bench.{module}").main, ["--help"])
    assert answer.exit_code == 0
    assert answer.output.startswith("Usage:")
    assert "easure" in answer.output or "Print a row" in answer.output or "Fill a table" in answer.output
