"""The classifier: from the mention queue to mentions and cases in the table.

A message that is no mention goes to the dead-letter queue with its reason, and so does one that has failed as often
as it may; every other failure is reported to the queue, for that message alone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerts.ladder import ladder_for
from earshot.cases.intake import StoredMention, Taken, take
from earshot.cases.table import CaseTable
from earshot.errors import MentionError
from earshot.mentions.budget import month_of
from earshot.mentions.mention import Mention
from earshot.mentions.queue import DeadLetterQueue
from earshot.mentions.source_table import SourceTable
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer
from earshot.triage.comprehend import UNIT_PRICE, Comprehend
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment
from earshot.triage.language import resolve
from earshot.triage.sentiment import measure_all

# Throttling is waited out within the call, by botocore; what lasts longer is judged by the lexicon.
COMPREHEND_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=5)


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the classifier."""
    settings = Settings(environ)
    brands = frozenset(handle.lower() for handle in settings.brand_handles)
    dynamodb = boto3.client("dynamodb")
    cases = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    budget = SourceTable(dynamodb, settings.source_table)
    comprehend = Comprehend(boto3.client("comprehend", config=COMPREHEND_CONFIG))
    dead_letters = DeadLetterQueue(boto3.client("sqs"), settings.mention_dead_letter_queue_url)
    limit = round(settings.comprehend_monthly_spend_limit * 1_000_000)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def measure(items: Sequence[tuple[str, str | None]]) -> list[Sentiment | None]:
        month = month_of(clock())
        if budget.spent("comprehend", month) >= limit:
            metrics.add_metric("ComprehendOverBudget", MetricUnit.Count, 1)
            return measure_all(items, None)
        used = comprehend.units_used
        try:
            return measure_all(items, comprehend.measure)
        except (ClientError, BotoCoreError):
            # Not one of the passing failures, which the adapter bears with: an operator must look. Nobody's
            # complaint waits for that: the lexicon judges meanwhile, and marks what it judged.
            logger.exception("Comprehend refused: the lexicon judges in its place")
            metrics.add_metric("ComprehendRefused", MetricUnit.Count, 1)
            return measure_all(items, None)
        finally:
            if comprehend.units_used > used:
                budget.spend("comprehend", month, (comprehend.units_used - used) * UNIT_PRICE)

    def judge(mentions: Sequence[Mention]) -> dict[str, Judgement]:
        known = cases.known([mention.key for mention in mentions])
        new = [mention for mention in mentions if mention.key not in known]
        metrics.add_metric("MentionsKnownAlready", MetricUnit.Count, len(mentions) - len(new))
        languages = {mention.key: resolve(mention.text, mention.language) for mention in new}
        # What the brand writes, and what only repeats a post, is not judged: no need to pay for it.
        judged = [mention for mention in new if not mention.own and not mention.is_repost]
        sentiments = dict(
            zip(
                [mention.key for mention in judged],
                measure([(mention.text, languages[mention.key]) for mention in judged]) if judged else [],
                strict=True,
            )
        )
        return {
            mention.key: judge_mention(
                mention, sentiment=sentiments.get(mention.key), language=languages[mention.key], brands=brands
            )
            for mention in new
        }

    def read(record: SQSRecord) -> Mention | None:
        try:
            return Mention.from_record(json.loads(record.body))
        except json.JSONDecodeError as error:
            reason = MentionError(f"The message is no JSON ({error}): send what Mention.to_record() wrote.")
        except MentionError as error:
            reason = error
        dead_letters.dead_letter(record.body, str(reason), type(reason).__name__)
        logger.warning(
            "a message is no mention, and was dead-lettered", message_id=record.message_id, reason=str(reason)
        )
        metrics.add_metric("MentionsDeadLettered", MetricUnit.Count, 1)
        return None

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> Any:
        records = [SQSRecord(record) for record in event["Records"]]
        mentions = {record.message_id: mention for record in records if (mention := read(record)) is not None}
        judgements = judge(list(mentions.values()))

        def on_record(record: SQSRecord) -> None:
            mention = mentions.get(record.message_id)
            if mention is None or mention.key not in judgements:
                return
            stored = StoredMention(mention, judgements[mention.key], clock())
            try:
                _report(stored, take(stored, store=cases, brands=brands, ladder_for=ladder_for))
            except Exception as error:
                if int(record.attributes.approximate_receive_count) < settings.mention_max_receives:
                    raise
                # The last try: SQS would move the message without a word of why.
                logger.exception("a mention failed for the last time", correlation=mention.key)
                dead_letters.dead_letter(record.body, f"{error}", type(error).__name__)
                metrics.add_metric("MentionsDeadLettered", MetricUnit.Count, 1)

        return process_partial_response(event, on_record, processor, context)

    return handle


def _report(stored: StoredMention, taken: Taken) -> None:
    """One log line and the metrics of a mention: who it is about is told by ids alone."""
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
    metrics.add_metric("MentionsHeard", MetricUnit.Count, 1)
    metrics.add_metric(
        "HearingDelay", MetricUnit.Seconds, max(0.0, (stored.heard_at - mention.created_at).total_seconds())
    )
    if judgement.intent is Intent.COMPLAINT:
        metrics.add_metric("Complaints", MetricUnit.Count, 1)
    if judgement.sentiment is not None and judgement.sentiment.analyzer is Analyzer.LEXICON:
        metrics.add_metric("JudgedByLexicon", MetricUnit.Count, 1)
    if taken.happened("opened"):
        metrics.add_metric("CasesOpened", MetricUnit.Count, 1)
    if taken.happened("replied") and taken.case is not None and taken.case.first_response_seconds is not None:
        metrics.add_metric("FirstResponseTime", MetricUnit.Seconds, taken.case.first_response_seconds)


handler = on_first_call(build)
