"""What the escalator reports: ladders that moved, clocks that ran out, and incidents."""

from earshot.alerting.escalation import EscalationResult
from earshot.cases.incidents.detector import Detection
from earshot.telemetry.powertools import count, logger


def report_incidents(detected: Detection) -> None:
    """One log line for each incident that began or ended, and how many cases joined one."""
    for incident in detected.opened:
        logger.info("incident recognised", case=incident)
    for incident in detected.ended:
        logger.info("incident ended", case=incident)
    count("IncidentsRecognised", len(detected.opened))
    count("CasesOfIncidents", detected.joined)


def report_incidents_failed(error: Exception) -> None:
    """Incidents could not be looked for; the next minute tries again."""
    logger.error("incidents could not be looked for", exc_info=error)


def report_escalated(done: EscalationResult) -> None:
    """What became of the cases that were due, and one log line for each that failed."""
    count("LaddersClimbed", len(done.climbed))
    count("CasesDueSoon", done.logged["due soon"])
    count("CasesBreached", done.logged["breached"])
    count("AcknowledgementsExpired", done.logged["acknowledgement expired"])
    for key, error in done.failed:
        logger.error("a case could not be looked at", case=key, exc_info=error)


def report_mailbox_not_kept(mailbox: str, error: Exception) -> None:
    """A mailbox could not be subscribed, unsubscribed or looked at; the next minute tries again."""
    logger.error("a mailbox could not be brought in line with the roster", mailbox=mailbox, exc_info=error)
    count("MailboxesNotKept")


def report_mailboxes_not_kept(error: Exception) -> None:
    """No mailbox could be looked at; the next minute tries again."""
    logger.error("the mailboxes could not be brought in line with the roster", exc_info=error)
    count("MailboxesNotKept")
