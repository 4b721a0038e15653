"""Batches of records that Lambda hands over: each record stands or falls alone."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

# Powertools does not say what its record handlers return; here nobody reads it.
_process = cast(Callable[..., dict[str, Any]], batch.process_partial_response)


SQS, DYNAMODB_STREAM = EventType.SQS, EventType.DynamoDBStreams


def receives_of(record: Mapping[str, Any]) -> int:
    """How often SQS has delivered a message, this time among them."""
    return int(record["attributes"]["ApproximateReceiveCount"])


class RecordBatch:
    """Processes batches of one kind of record. A record whose handler raises is reported as failed, and no other."""

    def __init__(self, event_type: EventType) -> None:
        self._processor = BatchProcessor(event_type=event_type, raise_on_entire_batch_failure=False)

    def process(self, event: dict[str, Any], on_record: Callable[[Any], object], context: Any) -> dict[str, Any]:
        """Call ``on_record`` with each record; the answer names those that Lambda is to deliver again."""
        return _process(event, on_record, self._processor, context)
