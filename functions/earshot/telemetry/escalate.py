"""What the escalator reports: ladders that moved, and clocks that ran out."""

from earshot.alerting.escalation import EscalationResult
from earshot.telemetry.powertools import count, logger


def report_escalated(done: EscalationResult) -> None:
    """What became of the cases that were due, and one log line for each that failed."""
    count("LaddersClimbed", len(done.climbed))
    count("CasesDueSoon", done.logged["due soon"])
    count("CasesBreached", done.logged["breached"])
    count("AcknowledgementsExpired", done.logged["acknowledgement expired"])
    count("CasesLeftDue", done.left)
    for key, error in done.failed:
        logger.error("a case could not be looked at", case=key, exc_info=error)
