"""The classifier: from the mention queue to mentions and cases in the table.

A message that holds no mention, or fails for the last time, goes to the dead-letter queue with its reason.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from earshot.aws.batches import Record, process_records, receives_of
from earshot.bootstrap import Bootstrap
from earshot.errors import ConflictError, MentionError
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.classify import report_dead_lettered, report_ingested, report_last_failure, report_retry
from earshot.telemetry.powertools import observed
from earshot.triage.encoder.scores import ChangedEncoder


def build(environ: Mapping[str, str], clock: Clock = utc_now, encoder: ChangedEncoder = lambda own: own) -> Handler:
    """Wire the classifier. ``encoder`` makes of its own encoder the one that it asks."""
    wired = Bootstrap(environ, clock)
    classifier, read_message = replace(wired.classifier, encode=encoder(wired.classifier.encode)), wired.read_message
    queue, dead_letters = wired.mention_queue, wired.dead_letter_queue
    max_receives = wired.settings.mention_max_receives

    def dead_letter(record: Record, error: Exception) -> None:
        dead_letters.dead_letter(record["body"], str(error), type(error).__name__)
        report_dead_lettered(record["messageId"], str(error))

    def handle(event: dict[str, Any], context: Any) -> Any:
        read = {record["messageId"]: read_message(record["body"]) for record in event["Records"]}
        mentions = {name: one for name, one in read.items() if not isinstance(one, MentionError)}
        new = classifier.prepare(mentions, lambda: context.get_remaining_time_in_millis() / 1000)
        if new.failure is not None and all(receives_of(record) < max_receives for record in event["Records"]):
            raise new.failure  # The call counts as failed, and nothing is deleted.

        def on_record(record: Record) -> None:
            if isinstance(mention := read[record["messageId"]], MentionError):
                return dead_letter(record, mention)
            try:
                wired.time_left.require(8)  # It can be stored in that, or reported as failed.
                return report_ingested(new.ingest(record["messageId"]))
            except Exception as error:
                receives = receives_of(record)
                if receives >= max_receives:
                    report_last_failure(mention)  # SQS would move the message without a reason.
                    return dead_letter(record, error)
                report_retry(mention)
                if isinstance(error, ConflictError):
                    queue.retry_soon(record["receiptHandle"], receives)
                raise

        return process_records(event, on_record)

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
