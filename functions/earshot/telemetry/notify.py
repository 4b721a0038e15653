"""What the notifier reports: each message that was sent, and whatever could not be asked or noted beside it."""

from collections.abc import Mapping

from earshot.alerting.alert import MAX_NAMED, Alert
from earshot.telemetry.budgets import report_over_budget
from earshot.telemetry.powertools import count, logger


def report_sent(alert: Alert) -> None:
    """One log line and the metrics of a message that was sent."""
    logger.info(
        "alert sent",
        case=alert.case_ids[0],
        cases=len(alert.case_ids),
        correlation=alert.correlation,
        rung=alert.rung,
        channel=alert.channel,
        reason=alert.reason,
    )
    if alert.recipients is not None and alert.recipients.everybody:
        count("NobodyReachable")
    count(f"AlertsSentBy{alert.channel.title()}")


def report_told(notice: Alert) -> None:
    """One log line of a colleague who was told of a case. Whom stands in the case."""
    logger.info("a colleague was told", case=notice.case_ids[0], channel=notice.channel, reason=notice.reason)


def report_failed(failed: Mapping[str, Exception]) -> None:
    """The alerts that could not be sent, by the key of the conversation: the stream delivers their records again."""
    for key, error in failed.items():
        logger.error("an alert could not be sent", case=key, exc_info=error)
        count("AlertsFailed")


def report_over_sms_budget(alert: Alert, is_limited: bool) -> None:
    """An alert is sent by email alone. Where no money is set aside for SMS (not ``is_limited``) that is no alarm."""
    logger.warning("an alert goes by email alone: over the SMS budget", case=",".join(alert.case_ids[:MAX_NAMED]))
    if is_limited:
        report_over_budget("sms")


def report_recipients_unknown(asked: str, error: Exception) -> None:
    """The roster or the subscriptions could not be read; the alert is sent all the same."""
    logger.error("whom to alert could not be asked: the alert goes out all the same", asked=asked, exc_info=error)
    count("AlertsImpaired")


def report_sms_unsent(error: Exception) -> None:
    """An SMS to one of several numbers was not sent. It is not retried: the others have it."""
    logger.error("an SMS could not be sent to one of its recipients", exc_info=error)
    count("AlertsFailed")


def report_sms_unaccounted(failed: str, error: Exception) -> None:
    """The budget or a receipt of an SMS could not be read or written; the alert is sent all the same."""
    logger.error(
        "the bookkeeping of text messages failed: the alert goes out all the same", failed=failed, exc_info=error
    )
    count("AlertsImpaired")


def report_mutes_unknown(asked: str, error: Exception) -> None:
    """Silences or incidents could not be read; alerts are sent all the same."""
    logger.error("what may keep alerts back cannot be read: they go out", asked=asked, exc_info=error)


def report_without_link(case_id: str, error: Exception) -> None:
    """No link could be made for an alert; it is sent without one."""
    logger.error("an alert goes without its link", case=case_id, exc_info=error)
    count("AlertsImpaired")
