"""Batches of records from a queue or a stream, of which each stands or falls alone.

Powertools' batch processor does the same, and loads the classes of every event that AWS has: a tenth of a cold start.
"""

from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, Any]


def receives_of(record: Record) -> int:
    """How often SQS has delivered a message, this time among them."""
    return int(record["attributes"]["ApproximateReceiveCount"])


def process_records(event: Mapping[str, Any], on_record: Callable[[Record], object]) -> dict[str, Any]:
    """Call ``on_record`` with each record; the answer names those for which it raised: Lambda delivers them again.

    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "partial batch responses")
    """
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            on_record(record)
        except Exception:  # noqa: BLE001 - whoever raised it has said so; the answer has it for Lambda
            failed.append({"itemIdentifier": _id_of(record)})
    return {"batchItemFailures": failed}


def _id_of(record: Record) -> str:
    return record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"]
