"""Posts through the embedded pipeline, measured: the real handlers, in this process, on the embedded cloud."""

import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from earshot.alerting.notifier_lock import KEY as NOTIFIER_LOCK
from earshot.aws.dynamodb import to_item
from earshot.cases.store.keys import mention_record
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.triage.judge import judge_all
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms, normalize_handles
from infra.bench.aws_usage import CallRecorder, record_calls
from infra.bench.cost.capacity import TableDefinition
from infra.bench.invocations import CapturingInvoker, CountedOutput, FunctionUsage, Measurement, MeasuringInvoker
from infra.bench.load import START
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.deployment import read_template
from infra.local.engine.engine import environment
from infra.local.lambdas.clock import ReplayClock
from infra.local.sample.sample import BRANDS
from infra.local.x.api import XApi

Kept = TypeVar("Kept", bound="MeasuringInvoker")
TABLES = ("CaseTable", "SourceTable")
# The clock hardly moves here, so alerts that wait to be grouped would never be sent. Sent one by one, they cost most.
EACH_ALONE = "[grouping]\nwait_seconds = 0\ninterval_minutes = 0\ntexts_minutes = 0\n"
# No SMS is really sent: the budget must not turn those that are to be counted into emails.
PARAMETERS = {"SmsMonthlySpendLimit": "1000000"}


@dataclass(slots=True)
class Bench:
    """The embedded cloud with everything that watches it."""

    cloud: Cloud
    x: XApi
    clock: ReplayClock
    recorder: CallRecorder
    output: CountedOutput

    def invoker(self, queue_batch: int | None = None, kind: type[Kept] = MeasuringInvoker) -> Kept:
        """A fresh set of functions; they are wired at their first call."""
        invoker = kind(self.cloud.engine, self.cloud.stack, self.clock, queue_batch=queue_batch)
        invoker.work, invoker.recorder = defaultdict(FunctionUsage), self.recorder
        return invoker

    def forget_alerts(self) -> None:
        """Delete live incidents and the notifier's state, so that each of the next posts alerts for itself.

        The cold starts have left state there with the real time, which is far ahead of the clock here.
        """
        dynamodb, table = self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"]
        incidents = self.cloud.wired.incident_table
        incidents.put_live((), incidents.live())
        dynamodb.delete_item(TableName=table, Key=to_item(NOTIFIER_LOCK))

    def put_through(self, invoker: MeasuringInvoker, mentions: Sequence[Mention], at_once: int) -> Measurement:
        """Queue ``at_once`` posts at a time, classify and store them, and send the alerts."""
        queue = self.cloud.wired.mention_queue
        self.begin(invoker)
        began = time.perf_counter()
        for start in range(0, len(mentions), at_once):
            posts = mentions[start : start + at_once]
            self.clock.now = max(self.clock.now, max(post.created_at for post in posts))
            invoker.drain_queue(queue.send(posts))
            invoker.drain_stream(pause=self.clock.pause)
        return self.measurement(invoker, len(mentions), time.perf_counter() - began)

    def events(self, module: str, mentions: Sequence[Mention]) -> list[Any]:
        """The events that ``module`` would get of posts that come one by one, kept from it."""
        invoker = self.invoker(1, CapturingInvoker)
        invoker.module, invoker.events = module, []
        self.put_through(invoker, mentions, 1)
        return invoker.events

    def begin(self, invoker: MeasuringInvoker) -> None:
        """Count from here."""
        invoker.work = defaultdict(FunctionUsage)
        self.recorder.take()
        self.output.take()

    def measurement(self, invoker: MeasuringInvoker, mentions: int, seconds: float) -> Measurement:
        """What was done since ``begin``."""
        return Measurement(mentions, seconds, dict(invoker.work), self.recorder.take(), *self.output.take())

    def puts(self, mentions: Sequence[Mention]) -> float:
        """Bare PutItem calls a second: the same items into the same table, one after another, and nothing else."""
        client, table = self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"]
        items = [to_item(mention_record(stored) | {"sk": "BARE"}) for stored in judge_with_lexicon(mentions)]
        began = time.perf_counter()
        for item in items:
            client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        return len(items) / (time.perf_counter() - began)


def judge_with_lexicon(mentions: Sequence[Mention]) -> list[StoredMention]:
    """Judge posts as the classifier does where there is no Comprehend."""
    terms = Terms(normalize_handles(BRANDS))
    judgements = judge_all(mentions, lambda items: measure_all(items, None), terms, START)
    return [StoredMention(mention, judged, START) for mention, judged in zip(mentions, judgements, strict=True)]


@contextmanager
def bench(state: Path) -> Generator[Bench]:
    """Deploy the template for the sample's brands, on a clock that shows ``START``."""
    clock = ReplayClock(START)
    with (
        XApi(handles=BRANDS, until=clock) as x,
        embedded_cloud(state, BRANDS, parameters=PARAMETERS | {"XApiUrl": x.url}, triggers=False) as cloud,
        environment(cloud.engine.environ),
        redirect_stdout(CountedOutput()) as output,
    ):
        resources = read_template()["Resources"]
        recorder = CallRecorder(
            {cloud.stack.resources[name]: TableDefinition.of(resources[name]["Properties"]) for name in TABLES}
        )
        cloud.give_x_token(x.token)
        cloud.wired.policy_table.write(EACH_ALONE, START)
        with record_calls(recorder):
            yield Bench(cloud, x, clock, recorder, output)
