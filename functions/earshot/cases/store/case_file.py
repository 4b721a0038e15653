"""One case with everything that belongs to it, put together from the records of its partition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earshot.aws.dynamodb import Record
from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.store.codec import restore
from earshot.cases.store.keys import conversation_of
from earshot.cases.stored_mention import StoredMention


@dataclass(frozen=True, slots=True)
class SmsDelivery:
    """What SNS reported about a text message to one number. ``at`` is the RFC 3339 time of the report."""

    message_id: str
    at: str
    to: str
    delivered: bool
    response: str


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert as the notification log has it. ``at`` is the RFC 3339 time at which it was sent.

    ``held_back`` says why it was logged and not sent. ``deliveries`` are the reports of its delivery, the earliest
    first.
    """

    at: str
    rung: int
    channel: str
    reason: str
    text: str
    subject: str | None = None
    to: tuple[str, ...] | None = None
    unreachable: tuple[str, ...] = ()
    held_back: str | None = None
    message_id: str | None = None
    deliveries: tuple[SmsDelivery, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its mentions (oldest first), its log, and the alerts sent for it (oldest first).

    The mentions are the customer's, and the brand's answers to them. ``statements`` are what the brand said in the same
    conversations to nobody in particular, or in reply to a post that is not known: it may have answered the customer.
    ``complete`` is False where there is more than fits into one answer: of each, the latest are here.
    """

    case: Case
    mentions: tuple[StoredMention, ...]
    statements: tuple[StoredMention, ...]
    complete: bool
    log: tuple[LogEntry, ...]
    alerts: tuple[SentAlert, ...]


def case_in(records: Sequence[Record]) -> Case | None:
    """The case among the records of a partition; None where there is none."""
    return next((conversation_of(record).case for record in records if record["sk"] == "CASE"), None)


def log_in(records: Sequence[Record]) -> tuple[LogEntry, ...]:
    """The log of the case, in the order of ``records``."""
    return tuple(restore(LogEntry, record["entry"]) for record in records if "entry" in record)


def alerts_in(records: Sequence[Record]) -> tuple[SentAlert, ...]:
    """The alerts of the case, the earliest first, each with the reports of its delivery."""
    receipts = [restore(SmsDelivery, record["receipt"]) for record in records if "receipt" in record]
    alerts = (restore(SentAlert, record["alert"]) for record in records if "alert" in record)
    return tuple(sorted((_with_receipts(alert, receipts) for alert in alerts), key=lambda alert: alert.at))


def _with_receipts(alert: SentAlert, receipts: Sequence[SmsDelivery]) -> SentAlert:
    of_alert = (receipt for receipt in receipts if receipt.message_id == alert.message_id)
    return replace(alert, deliveries=tuple(sorted(of_alert, key=lambda receipt: receipt.at)))
