"""The classifier: from the mention queue to mentions and cases in the table.

A message that holds no mention, or fails for the last time, goes to the dead-letter queue with its reason.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from earshot.aws.batches import SQS, RecordBatch, receives_of
from earshot.bootstrap import Bootstrap
from earshot.errors import ConflictError, MentionError
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.classify import report_dead_lettered, report_ingested, report_last_failure, report_retry
from earshot.telemetry.powertools import observed


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the classifier."""
    wired = Bootstrap(environ, clock)
    classifier, read_message = wired.classifier, wired.read_message
    queue, dead_letters = wired.mention_queue, wired.dead_letter_queue
    max_receives, batch = wired.settings.mention_max_receives, RecordBatch(SQS)

    def dead_letter(record: SQSRecord, error: Exception) -> None:
        dead_letters.dead_letter(record.body, str(error), type(error).__name__)
        report_dead_lettered(record.message_id, str(error))

    def handle(event: dict[str, Any], context: Any) -> Any:
        read = {record["messageId"]: read_message(record["body"]) for record in event["Records"]}
        mentions = {name: one for name, one in read.items() if not isinstance(one, MentionError)}
        new = classifier.prepare(mentions, lambda: context.get_remaining_time_in_millis() / 1000)
        if new.failure is not None and all(receives_of(record) < max_receives for record in event["Records"]):
            raise new.failure  # The call counts as failed, and nothing is deleted.

        def on_record(record: SQSRecord) -> None:
            if isinstance(mention := read[record.message_id], MentionError):
                return dead_letter(record, mention)
            try:
                wired.time_left.require(8)  # It can be stored in that, or reported as failed.
                return report_ingested(new.ingest(record.message_id))
            except Exception as error:
                receives = receives_of(record.raw_event)
                if receives >= max_receives:
                    report_last_failure(mention)  # SQS would move the message without a reason.
                    return dead_letter(record, error)
                report_retry(mention)
                if isinstance(error, ConflictError):
                    queue.retry_soon(record.receipt_handle, receives)
                raise

        return batch.process(event, on_record, context)

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
