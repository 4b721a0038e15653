"""One case with everything that belongs to it, put together from the records of its partition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from earshot.aws.dynamodb import Record
from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.store.codec import restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import conversation_of, entries_of
from earshot.cases.stored_mention import StoredMention


class AlertOutcome(StrEnum):
    """What became of an alert."""

    # Written before it is sent. Where that stays, nobody knows whether it was: the process died, the answer was lost,
    # or the outcome could not be written.
    SENDING = "sending"
    SENT = "sent"
    # Certainly not sent.
    REFUSED = "refused"
    # Not to be sent on this channel.
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class LoggedAlert:
    """What deduplication needs of an alert in the notification log. ``attempts`` are those that may have arrived."""

    at: datetime
    outcome: AlertOutcome = AlertOutcome.SENT
    attempts: int = 1
    held_back: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it need not be sent any more."""
        return self.outcome in (AlertOutcome.SENT, AlertOutcome.WITHHELD)


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
    """An alert as the notification log has it. ``at`` is the RFC 3339 time of the last attempt to send it.

    ``attempts`` are those that may have arrived: more than one where an earlier one was not confirmed. ``held_back``
    says why it was logged and not sent. ``deliveries`` are the reports of its delivery, the earliest first.
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
    outcome: AlertOutcome = AlertOutcome.SENT
    attempts: int = 1
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
    return tuple(entry for record in records if record["sk"].startswith("LOG#") for entry in entries_of(record))


def alerts_in(records: Sequence[Record]) -> tuple[SentAlert, ...]:
    """The alerts of the case, the earliest first, each with the reports of its delivery."""
    now = list(map(FORMATS.current, records))
    receipts = [restore(SmsDelivery, record["receipt"]) for record in now if "receipt" in record]
    alerts = (_alert_of(record["alert"]) for record in now if "alert" in record)
    return tuple(sorted((_with_receipts(alert, receipts) for alert in alerts), key=lambda alert: alert.at))


def _alert_of(stored: Record) -> SentAlert:
    alert = restore(SentAlert, stored)
    # Earlier releases logged no outcome, and what was not sent beside what was.
    was_withheld = "outcome" not in stored and (alert.held_back is not None or alert.to == ())
    return replace(alert, outcome=AlertOutcome.WITHHELD) if was_withheld else alert


def _with_receipts(alert: SentAlert, receipts: Sequence[SmsDelivery]) -> SentAlert:
    of_alert = (receipt for receipt in receipts if receipt.message_id == alert.message_id)
    return replace(alert, deliveries=tuple(sorted(of_alert, key=lambda receipt: receipt.at)))
