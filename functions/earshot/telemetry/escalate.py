"""What the escalator reports: ladders that moved, and clocks that ran out."""

from earshot.alerting.escalation import EscalationResult
from earshot.telemetry.powertools import count, logger

# A line of the log has room for so many cases.
_MOST_NAMED = 20


def report_escalated(done: EscalationResult) -> None:
    """What became of the cases that were due, and one log line for each that failed."""
    count("CasesBreached", done.logged["breached"])
    count("CasesUntold", len(done.untold))
    if done.untold:
        logger.error("nobody could be told of cases in time", cases=done.untold[:_MOST_NAMED], all=len(done.untold))
    if done.unordered is not None:
        logger.warning("the most urgent could not be looked at first", exc_info=done.unordered)
    if done.left:
        logger.warning("more cases are due than a minute has time for", left=done.left)
    for key, error in done.failed:
        logger.error("a case could not be looked at", case=key, exc_info=error)


def report_mailbox_not_kept(mailbox: str, error: Exception) -> None:
    """A mailbox could not be subscribed, unsubscribed or looked at; the next minute tries again."""
    logger.error("a mailbox could not be brought in line with the roster", mailbox=mailbox, exc_info=error)
    count("AlertsImpaired")


def report_mailboxes_not_kept(error: Exception) -> None:
    """No mailbox could be looked at; the next minute tries again."""
    logger.error("the mailboxes could not be brought in line with the roster", exc_info=error)
    count("AlertsImpaired")
