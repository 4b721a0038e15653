"""The report on a month of a million mentions, of which more cases opened than a report reads.

Prints the table of docs/cost.md: ``python -m infra.bench.storm.month``. DynamoDB is the one in memory of the storm.
"""

import gc
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from earshot.aws.dynamodb import to_item
from earshot.bootstrap import Bootstrap
from earshot.cases.case.status import Status
from earshot.cases.store.keys import changed_record
from earshot.cases.store.mention_counts import MentionCounts
from earshot.reports.counts import midnight
from earshot.reports.kept_counts import KeptCounts
from earshot.reports.period.report import MAX_CASES
from earshot.triage.judgement import Intent, Severity
from infra.bench.storm import slow_table
from infra.bench.storm.inbox import an_event
from infra.bench.storm.stage import ENVIRON, STARTS, Context, Stage, a_case
from infra.local.lambdas.entry_files import load_entry_file

MENTIONS, DAYS = 1_000_000, 31


class Counted:
    """What DynamoDB counted once, of every day the same."""

    def count_mentions(self, start: datetime, end: datetime) -> MentionCounts:
        """The mentions of one day, by four labels."""
        each = MENTIONS // DAYS
        by_intent = Counter({str(intent): each // len(Intent) for intent in Intent})
        by_severity = Counter({str(severity): each // len(Severity) for severity in Severity})
        return MentionCounts(each // 20, each, by_intent, by_severity, Counter(negative=each), Counter(x=each))


def main() -> None:
    """Print a row for each question."""
    slow_table.INDEXES |= {"by-urgency": ("status", "urgency_order"), "by-change": ("change_shard", "changed_at")}
    stage = Stage()
    today = STARTS.date()
    environ = ENVIRON | {"SOURCE_TABLE": "SourceTable", "BRAND_HANDLES": "NimbusAir"}
    handler = load_entry_file("api").build(environ, stage.clock)
    client = Bootstrap(environ, stage.clock).clients.dynamodb
    kept = KeptCounts(Counted(), client, ENVIRON["CASE_TABLE"], timedelta(days=400), stage.clock)
    for number in range(1, DAYS):
        day = today - timedelta(days=number)
        kept.count_mentions(midnight(day), midnight(day + timedelta(days=1)))
    for place, status in enumerate(Status):
        for number in range(MAX_CASES + 1):
            at = STARTS - timedelta(minutes=40 * number, milliseconds=place)
            stored = a_case(place * 10_000 + number, "my bag is lost", "stake.outage", 30 + number % 60, at)
            assert stored.case is not None, "a complaint opens one"
            named = replace(stored, case=replace(stored.case, status=status))
            stage.table.put(to_item(changed_record(named, at)))

    def ask(path: str, days: int) -> None:
        query = {"from": str(today - timedelta(days=days - 1)), "to": str(today)}
        answer = handler(an_event(path, {}, **query), Context(stage.clock, stage.clock.seconds, 29))
        assert answer["statusCode"] == 200, answer["body"]

    # As a function does when it has started: what is there is no garbage, least of all this table.
    gc.collect()
    gc.freeze()
    print("| question | seconds | of the processor | requests to DynamoDB |\n|---|---|---|---|")
    questions = (
        ("the first report of a function, on a month", "/report", DAYS),
        ("the second one", "/report", DAYS),
        ("a report on a week, of which 1,008 cases opened", "/report", 7),
        ("the mentions of a month alone", "/counts", DAYS),
    )
    for name, path, days in questions:
        began, processor, calls = stage.clock.seconds, stage.clock.processor, stage.table.calls.total()
        ask(path, days)
        seconds, own = stage.clock.seconds - began, stage.clock.processor - processor
        print(f"| {name} | {seconds:.2f} | {own:.2f} | {stage.table.calls.total() - calls} |")


if __name__ == "__main__":
    main()
