"""The classifier: from the mention queue to mentions and cases in the table.

A message that is no mention goes to the dead-letter queue with its reason, and so does one that has failed as often
as it may; every other failure is reported to the queue, for that message alone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from earshot.cases.author_history import histories
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, StoredMention, ingest
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_file import parse_policy
from earshot.cases.store.case_table import CaseTable
from earshot.errors import MentionError
from earshot.mentions.budget import month_of
from earshot.mentions.mention import Mention
from earshot.mentions.queue import DeadLetterQueue
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.x.posts import Brands, mention_of
from earshot.reloaded_config import ReloadedConfig
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment
from earshot.triage.sentiment.comprehend import UNIT_PRICE, Comprehend
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.table import TermsTable
from earshot.triage.terms.terms import Terms, normal
from earshot.triage.terms.toml_file import parse_terms

# Throttling is waited out within the call, by botocore; what lasts longer is judged by the lexicon.
COMPREHEND_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=5)
SERVICE = "comprehend"


class Sentiments:
    """Comprehend as long as the month's budget lasts and it answers, and the lexicon for the rest."""

    def __init__(self, comprehend: Comprehend, budget: SourceTable, dollars: float, clock: Clock) -> None:
        self._comprehend = comprehend
        self._budget = budget
        self._limit = round(dollars * 1_000_000)
        self._clock = clock
        self._month = ""
        self._spent = 0

    def measure(self, items: Sequence[tuple[str, str | None]]) -> list[Sentiment | None]:
        """The sentiment of each (text, language)."""
        month = month_of(self._clock())
        if month != self._month:
            # Read once; from then on each booking answers with what all functions together have spent.
            self._month, self._spent = month, self._budget.spent(SERVICE, month)
        if self._spent >= self._limit:
            metrics.add_metric("ComprehendOverBudget", MetricUnit.Count, 1)
            return measure_all(items, None)
        used = self._comprehend.units_used
        try:
            return measure_all(items, self._comprehend.measure)
        except (ClientError, BotoCoreError):
            # Not one of the passing failures, which the adapter bears with: an operator must look. Nobody's
            # complaint waits for that: the lexicon judges meanwhile, and marks what it judged.
            logger.exception("Comprehend refused: the lexicon judges in its place")
            metrics.add_metric("ComprehendRefused", MetricUnit.Count, 1)
            return measure_all(items, None)
        finally:
            if units := self._comprehend.units_used - used:
                self._spent = self._budget.spend(SERVICE, month, units * UNIT_PRICE)


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the classifier."""
    settings = Settings(environ)
    owners = Brands(settings.brand_handles)
    dynamodb = boto3.client("dynamodb")
    brands = normal(settings.brand_handles)
    terms_table = TermsTable(dynamodb, settings.source_table)
    parse = partial(parse_terms, handles=settings.brand_handles, name="the stored terms")
    brand_terms = ReloadedConfig(terms_table.read, parse, Terms(brands), clock, "TermsRefused")
    policy_table = PolicyTable(dynamodb, settings.case_table)
    policy = ReloadedConfig(policy_table.read, parse_policy, DEFAULT_POLICY, clock, "PolicyRefused")
    cases = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    sentiments = Sentiments(
        Comprehend(boto3.client("comprehend", config=COMPREHEND_CONFIG)),
        SourceTable(dynamodb, settings.source_table),
        settings.comprehend_monthly_spend_limit,
        clock,
    )
    dead_letters = DeadLetterQueue(boto3.client("sqs"), settings.mention_dead_letter_queue_url)
    max_receives = settings.mention_max_receives
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def judge_new(heard: Sequence[Mention]) -> list[Judgement]:
        if not heard:
            return []
        return judge_all(heard, sentiments.measure, brand_terms.now(), clock(), histories(heard, cases))

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> Any:
        read = {record["messageId"]: _read(record["body"], owners) for record in event["Records"]}
        mentions = {name: mention for name, mention in read.items() if isinstance(mention, Mention)}
        known = cases.known([mention.key for mention in mentions.values()])
        metrics.add_metric("MentionsKnownAlready", MetricUnit.Count, len(known))
        new = {name: mention for name, mention in mentions.items() if mention.key not in known}
        judgements = dict(zip(new, judge_new(list(new.values())), strict=True))

        def on_record(record: SQSRecord) -> None:
            if isinstance(error := read[record.message_id], MentionError):
                _bury(record, error, dead_letters)
                return
            if record.message_id not in new:
                return
            stored = StoredMention(new[record.message_id], judgements[record.message_id], clock())
            try:
                taken = ingest(stored, cases, FoldRules(brands, brand_terms.now(), policy.now()))
            except Exception as error:
                if int(record.attributes.approximate_receive_count) < max_receives:
                    logger.warning("a mention will be tried again", correlation=stored.mention.key, exc_info=True)
                    raise
                # The last try: SQS would move the message without a word of why.
                logger.exception("a mention failed for the last time", correlation=stored.mention.key)
                _bury(record, error, dead_letters)
            else:
                _report(stored, taken)

        return process_partial_response(event, on_record, processor, context)

    return handle


def _read(body: str, brands: Brands) -> Mention | MentionError:
    """The mention of a message, or what is wrong with it: no retry will help that.

    A post as X gave it is one that the fetcher could not read, redriven by an operator to a release that can.
    """
    try:
        record = json.loads(body)
        if isinstance(record, Mapping) and "version" not in record and "author_id" in record:
            return mention_of(record, {}, {}, brands)
        return Mention.from_record(record)
    except MentionError as error:
        return error
    except (ValueError, RecursionError) as error:
        # Beside text that is no JSON: numbers of thousands of digits, and brackets in brackets without end.
        return MentionError(f"The message is no JSON ({error}): send what to_record() wrote.")


def _bury(record: SQSRecord, error: Exception, dead_letters: DeadLetterQueue) -> None:
    dead_letters.dead_letter(record.body, str(error), type(error).__name__)
    logger.warning("a message was dead-lettered", message_id=record.message_id, reason=str(error))
    metrics.add_metric("MentionsDeadLettered", MetricUnit.Count, 1)


def _report(stored: StoredMention, taken: IngestResult) -> None:
    """One log line and the metrics of a mention: whom it is about is told by ids alone."""
    mention, judgement = stored.mention, stored.judgement
    if not taken.new:
        metrics.add_metric("MentionsKnownAlready", MetricUnit.Count, 1)
        return
    logger.info(
        "mention heard",
        correlation=mention.key,
        case=taken.case.id if taken.case else None,
        intent=judgement.intent,
        urgency=judgement.urgency,
        severity=judgement.severity,
        changes=[entry.what for entry in taken.entries],
    )
    delay = max(0.0, (stored.ingested_at - mention.created_at).total_seconds())
    metrics.add_metric("MentionsHeard", MetricUnit.Count, 1)
    metrics.add_metric("HearingDelay", MetricUnit.Seconds, delay)
    if judgement.intent is Intent.COMPLAINT:
        metrics.add_metric("Complaints", MetricUnit.Count, 1)
    if judgement.sentiment is not None and judgement.sentiment.analyzer is Analyzer.LEXICON:
        metrics.add_metric("JudgedByLexicon", MetricUnit.Count, 1)
    if taken.happened("opened"):
        metrics.add_metric("CasesOpened", MetricUnit.Count, 1)
    if taken.happened("replied") and taken.case is not None and taken.case.response.first_response_seconds is not None:
        metrics.add_metric("FirstResponseTime", MetricUnit.Seconds, taken.case.response.first_response_seconds)


handler = on_first_call(build)
