"""Sending what a case's ladder has made due: decided on the case as it is now, and logged against repetition."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from earshot.alerts.alert import Alert, Channel, alert_name, reason_of
from earshot.alerts.message import email, email_subject, sms
from earshot.cases.case import Alerting, Case, Status
from earshot.cases.thread import Decision, Thread


class Store(Protocol):
    """What the notifier asks of the case table."""

    def sent(self, key: str) -> tuple[Thread, frozenset[str]]: ...
    def log_alert(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None: ...
    def change(self, key: str, decide: Callable[[Thread], Decision], now: datetime) -> Thread: ...


# From the thread's key, its case, the step, the channel and the time to an address; None: the alert goes without.
LinkTo = Callable[[str, Case, int, Channel, datetime], str | None]


def no_link(key: str, case: Case, step: int, channel: Channel, now: datetime) -> None:
    """Alerts without links: where nobody said at what address they would lead anywhere."""


def notify(
    key: str,
    *,
    store: Store,
    publish: Callable[[Alert, datetime], None],
    wait_for_mail: Callable[[], None],
    clock: Callable[[], datetime],
    link_to: LinkTo = no_link,
) -> list[Alert]:
    """Send every alert of the thread ``key`` that is due and not logged as sent; answers those it sent.

    A channel that fails does not hold back the other; its error flies afterwards, and the retry sends only what
    was not logged. Between sending and logging lies the one crash that can send an alert twice. ``link_to`` makes
    the address by which the reader may act.
    """
    thread, logged = store.sent(key)
    is_fresh = True
    published: list[Alert] = []
    failures: list[Exception] = []
    for step, channel in _due(thread.case, logged):
        try:
            if channel is Channel.EMAIL:
                wait_for_mail()
                is_fresh = False
            if not is_fresh:
                # Read again just before sending: what came before took time, and somebody may have answered.
                thread, logged = store.sent(key)
            now, is_fresh = clock(), False
            if thread.case is None or (step, channel) not in set(_due(thread.case, logged)):
                continue
            alert = compose(thread.case, step, channel, now, link_to(key, thread.case, step, channel, now))
            publish(alert, now)
            store.log_alert(key, alert.name, _for_the_log(alert, now), now)
            published.append(alert)
        except Exception as error:  # noqa: BLE001 - raised below, when the other channel has had its turn
            failures.append(error)
    if failures:
        raise failures[0]
    if thread.case is not None and thread.case.alerting is Alerting.DUE:
        now = clock()
        step = thread.case.step
        store.change(key, lambda current: _mark_alerted(current, step, now), now)
    return published


def compose(case: Case, step: int, channel: Channel, now: datetime, act: str | None = None) -> Alert:
    """The alert of one step on one channel, with the address ``act`` by which its reader may act on the case."""
    rung = case.ladder[step - 1].rung
    is_sms = channel is Channel.SMS
    return Alert(
        name=alert_name(case, step, channel),
        case_ids=(case.id,),
        rung=rung,
        reason=reason_of(case, step),
        channel=channel,
        severity=str(case.severity),
        correlation=f"{case.source}#{case.headline_id}",
        text=sms(case, now, act) if is_sms else email(case, rung, now, act),
        subject=None if is_sms else email_subject(case, now),
        link=case.link,
        act=act,
    )


def _due(case: Case | None, logged: frozenset[str]) -> Iterator[tuple[int, Channel]]:
    """The steps and channels that have fallen due and are not logged; an earlier step that failed is among them."""
    if case is None or case.status is not Status.OPEN or case.alerting is not Alerting.DUE:
        return
    for step in range(1, case.step + 1):
        for channel in Channel:
            if alert_name(case, step, channel) not in logged:
                yield step, channel


def _mark_alerted(current: Thread, step: int, now: datetime) -> Decision:
    case = current.case
    if case is None or case.alerting is not Alerting.DUE or case.step != step:
        return None
    return current.after(case.alerted(now))


def _for_the_log(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "rung": alert.rung,
        "channel": alert.channel,
        "reason": alert.reason,
        "subject": alert.subject,
        # Whoever may read the log may not act in the name of whom the alert was sent to.
        "text": alert.text.replace(alert.act, "(the link)") if alert.act else alert.text,
    }
