"""Whether the latest alerts left, and arrived as far as anybody reports it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from earshot.cases.case.status import Status
from earshot.cases.store.case_file import AlertOutcome, SentAlert
from earshot.cases.store.queries import CaseOrder, CaseQueries
from earshot.reports.doctor.finding import Finding, failure, ok, warning
from earshot.timestamps import parse_rfc3339

CHECK = "last alert"
# A notifier that logs that it will send, and then nothing, has died: its lock is free after 65 seconds.
_IN_TIME = timedelta(minutes=5)
# Of each status the newest cases are looked at: the last alert is about one of them, but for late rungs of old cases.
_CASES = 25
_ALERTED = 3


def latest_alerts(cases: CaseQueries) -> tuple[SentAlert, ...]:
    """The alerts of the newest cases that climbed a ladder, the earliest first: at most 16 reads."""
    found: list[SentAlert] = []
    for status in Status:
        page = cases.cases(status, order=CaseOrder.NEWEST, limit=_CASES)
        alerted = [case for case in page.items if case.ladder.step]
        for case in alerted[:_ALERTED]:
            found += cases.case_file(case.id).alerts
    return tuple(sorted(found, key=lambda alert: alert.at))


def check_last_alerts(alerts: Iterable[SentAlert], now: datetime) -> Iterator[Finding]:
    """What became of the last alert; failed where it was refused, did not arrive, or where nobody knows."""
    given = [alert for alert in alerts if alert.outcome is not AlertOutcome.WITHHELD]
    if not given:
        yield warning(CHECK, "No alert has been sent yet", "Send a test to everybody: earshot test-alert")
        return
    last = max(given, key=lambda alert: alert.at)
    at = parse_rfc3339(last.at, "at")
    about = f"by {last.channel} at {at:%Y-%m-%d %H:%M} UTC"
    failed = [one for one in last.deliveries if not one.delivered]
    if last.outcome is AlertOutcome.REFUSED:
        yield failure(CHECK, f"The last one, {about}, was refused by SNS", "Read the log of NotifyFunction")
    elif last.outcome is AlertOutcome.SENDING and now - at > _IN_TIME:
        yield failure(CHECK, f"Nobody knows whether the last one, {about}, was sent", "Read the log of NotifyFunction")
    elif failed:
        yield failure(
            CHECK,
            f"The last one, {about}, did not arrive at {failed[-1].to}: {failed[-1].response}",
            "See that the number is right and takes SMS, then: earshot test-alert",
        )
    elif last.deliveries:
        yield ok(CHECK, f"The last one, {about}, arrived, as the carrier reports")
    else:
        yield ok(CHECK, f"The last one, {about}, was accepted by SNS")
