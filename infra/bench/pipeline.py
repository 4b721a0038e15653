"""Posts through the embedded pipeline, measured: the real handlers, in this process, on the embedded cloud."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from earshot.alerting.notifier_lock import KEY as NOTIFIER_LOCK
from earshot.aws.dynamodb import to_item
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.ingest import StoredMention
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.keys import mention_record
from earshot.mentions.mention import Mention
from earshot.mentions.queue import MentionQueue
from earshot.triage.judge import judge_all
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms, normal
from infra.bench.cost.capacity import Table
from infra.bench.invocations import HoldingInvoker, MeasuringInvoker, Output, Stretch, Work
from infra.bench.ledger import CallRecorder, watching
from infra.bench.load import START
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.deployment import read_template
from infra.local.engine.engine import environment
from infra.local.invoker import ReplayClock
from infra.local.sample.sample import BRANDS
from infra.local.x.api import XApi

Kept = TypeVar("Kept", bound="MeasuringInvoker")
TABLES = ("CaseTable", "SourceTable")
# The clock hardly goes on here, so that what waits for others would never be sent. Told alone, alerts cost the most.
EACH_ALONE = "[grouping]\nwait_seconds = 0\ninterval_minutes = 0\ntexts_minutes = 0\n"
# Nobody is texted here: the budget must not turn messages that are to be counted into mail.
PARAMETERS = {"SmsMonthlySpendLimit": "1000000"}


@dataclass(slots=True)
class Bench:
    """The embedded cloud with everything that watches it."""

    cloud: Cloud
    x: XApi
    clock: ReplayClock
    watch: CallRecorder
    output: Output

    def invoker(self, queue_batch: int | None = None, kind: type[Kept] = MeasuringInvoker) -> Kept:
        """A fresh set of functions; they are wired at their first call."""
        invoker = kind(self.cloud.engine, self.cloud.stack, self.clock, queue_batch=queue_batch)
        invoker.work, invoker.watch = defaultdict(Work), self.watch
        return invoker

    def forget_alerts(self) -> None:
        """What follows alerts for itself: no incident does so in its place, and nobody has been told of anything.

        The cold starts are those of functions with the world's clock, which is far ahead of the one here.
        """
        dynamodb, table = self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"]
        incidents = IncidentTable(dynamodb, table)
        incidents.put_live((), incidents.live())
        dynamodb.delete_item(TableName=table, Key=to_item(NOTIFIER_LOCK))

    def put_through(self, invoker: MeasuringInvoker, mentions: Sequence[Mention], at_once: int) -> Stretch:
        """Queue ``at_once`` posts at a time, judge and store them, and alert whom that makes due."""
        queue = MentionQueue(self.cloud.engine.client("sqs"), self.cloud.stack.outputs["MentionQueueUrl"])
        self.begin(invoker)
        began = time.perf_counter()
        for start in range(0, len(mentions), at_once):
            posts = mentions[start : start + at_once]
            self.clock.now = max(self.clock.now, max(post.created_at for post in posts))
            invoker.drain_queue(queue.send(posts))
            invoker.drain_stream(pause=self.clock.pause)
        return self.stretch(invoker, len(mentions), time.perf_counter() - began)

    def events(self, module: str, mentions: Sequence[Mention]) -> list[Any]:
        """The events that ``module`` would get of posts that come one by one, kept from it."""
        invoker = self.invoker(1, HoldingInvoker)
        invoker.module, invoker.events = module, []
        self.put_through(invoker, mentions, 1)
        return invoker.events

    def begin(self, invoker: MeasuringInvoker) -> None:
        """Count from here."""
        invoker.work = defaultdict(Work)
        self.watch.turn()
        self.output.turn()

    def stretch(self, invoker: MeasuringInvoker, mentions: int, seconds: float) -> Stretch:
        """What was done since ``begin``."""
        return Stretch(mentions, seconds, dict(invoker.work), self.watch.turn(), *self.output.turn())

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
    terms = Terms(normal(BRANDS))
    judgements = judge_all(mentions, lambda items: measure_all(items, None), terms, START)
    return [StoredMention(mention, judged, START) for mention, judged in zip(mentions, judgements, strict=True)]


@contextmanager
def bench(state: Path) -> Iterator[Bench]:
    """Deploy the template for the sample's brands, on a clock that stands at ``START``."""
    clock = ReplayClock(START)
    with (
        XApi(handles=BRANDS, until=clock) as x,
        embedded_cloud(state, BRANDS, parameters=PARAMETERS | {"XApiUrl": x.url}, triggers=False) as cloud,
        environment(cloud.engine.environ),
        redirect_stdout(Output()) as output,
    ):
        resources = read_template()["Resources"]
        watch = CallRecorder({cloud.stack.resources[name]: Table.of(resources[name]["Properties"]) for name in TABLES})
        cloud.give_x_token(x.token)
        policy = PolicyTable(cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"])
        policy.write(EACH_ALONE, START)
        with watching(watch):
            yield Bench(cloud, x, clock, watch, output)
