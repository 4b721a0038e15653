"""Sending what a case's ladder has made due: decided on the case as it is now, and logged against repetition."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from earshot.alerts.alert import NO_SMS, OVER_BUDGET, Alert, Audience, Channel, alert_name, reason_of
from earshot.alerts.message import email, email_subject, sms
from earshot.cases.case import Alerting, Case, Entry, Status
from earshot.cases.items import held_back
from earshot.cases.thread import Decision, Thread

FindAudience = Callable[[int, Channel, datetime], Audience]


class Store(Protocol):
    """What the notifier asks of the case table."""

    def sent(self, key: str) -> tuple[Thread, frozenset[str]]: ...
    def log_alert(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None: ...
    def change(self, key: str, decide: Callable[[Thread], Decision], now: datetime) -> Thread: ...


# From the thread's key, its case, the step, the channel, whom it is for and the time to an address; None: no link.
LinkTo = Callable[[str, Case, int, Channel, Audience, datetime], str | None]


def no_link(key: str, case: Case, step: int, channel: Channel, audience: Audience, now: datetime) -> None:
    """Alerts without links: where nobody said at what address they would lead anywhere."""


def notify(
    key: str,
    *,
    store: Store,
    publish: Callable[[Alert, datetime], str | None],
    wait_for_mail: Callable[[], None],
    clock: Callable[[], datetime],
    link_to: LinkTo = no_link,
    audience_of: FindAudience = lambda rung, channel, at: Audience(rung),
    afford_sms: Callable[[Alert, datetime], bool] = lambda alert, now: True,
) -> list[Alert]:
    """Send every alert of the thread ``key`` that is due and not logged as sent; answers those it sent.

    A channel that fails does not hold back the other; its error flies afterwards, and the retry sends only what
    was not logged. Between sending and logging lies the one crash that can send an alert twice. ``audience_of`` says
    at the moment of sending whom a rung stands for; ``link_to`` makes the address by which they may act. ``publish``
    answers by which id the alert's delivery can be followed. A text message that ``afford_sms`` refuses is logged as
    held back, and the mail of the same step says so.
    """
    thread, logged = store.sent(key)
    is_fresh = True
    published: list[Alert] = []
    failures: list[Exception] = []
    unreachable: dict[int, Entry] = {}
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
            audience = audience_of(thread.case.ladder[step - 1].rung, channel, now)
            if audience.unreachable:
                unreachable[step] = _unreachable(thread.case.ladder[step - 1].rung, audience, now)
            # An empty audience is told on another channel: this one is done, and its log says that nobody got it.
            is_sent = audience.to != ()
            act = link_to(key, thread.case, step, channel, audience, now) if is_sent else None
            is_alone = channel is Channel.EMAIL and held_back(alert_name(thread.case, step, Channel.SMS)) in logged
            alert = compose(thread.case, step, channel, now, audience, act, NO_SMS if is_alone else None)
            entry = _for_the_log(alert, now)
            if is_sent and channel is Channel.SMS and not afford_sms(alert, now):
                entry["held_back"] = OVER_BUDGET
            elif is_sent:
                entry["message_id"] = publish(alert, now)
                published.append(alert)
            store.log_alert(key, alert.name, entry, now)
        except Exception as error:  # noqa: BLE001 - raised below, when the other channel has had its turn
            failures.append(error)
    if failures:
        raise failures[0]
    if thread.case is not None and thread.case.alerting is Alerting.DUE:
        now = clock()
        step = thread.case.step
        store.change(key, lambda current: _mark_alerted(current, step, now, tuple(unreachable.values())), now)
    return published


def compose(
    case: Case,
    step: int,
    channel: Channel,
    now: datetime,
    audience: Audience,
    act: str | None = None,
    note: str | None = None,
) -> Alert:
    """The alert of one step on one channel, to those who are told: perhaps another rung than the step's.

    ``act`` is the address by which its reader may act on the case, ``note`` what a mail opens with.
    """
    rung = audience.rung
    is_sms = channel is Channel.SMS
    return Alert(
        name=alert_name(case, step, channel),
        case_ids=(case.id,),
        rung=rung,
        reason=reason_of(case, step),
        channel=channel,
        severity=str(case.severity),
        correlation=f"{case.source}#{case.headline_id}",
        text=sms(case, now, act) if is_sms else email(case, rung, now, act, note),
        subject=None if is_sms else email_subject(case, now),
        link=case.link,
        act=act,
        audience=audience,
    )


def _due(case: Case | None, logged: frozenset[str]) -> Iterator[tuple[int, Channel]]:
    """The steps and channels that have fallen due and are not logged; an earlier step that failed is among them."""
    if case is None or case.status is not Status.OPEN or case.alerting is not Alerting.DUE:
        return
    for step in range(1, case.step + 1):
        for channel in Channel:
            if alert_name(case, step, channel) not in logged:
                yield step, channel


def _mark_alerted(current: Thread, step: int, now: datetime, entries: tuple[Entry, ...]) -> Decision:
    case = current.case
    if case is None or case.alerting is not Alerting.DUE or case.step != step:
        return None
    alerted, entry = case.alerted(now)
    return replace(current, case=alerted), (*entries, entry)


def _for_the_log(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "rung": alert.rung,
        **({} if alert.audience is None else _people(alert.audience)),
        "channel": alert.channel,
        "reason": alert.reason,
        "subject": alert.subject,
        # Whoever may read the log may not act in the name of whom the alert was sent to.
        "text": alert.text.replace(alert.act, "(the link)") if alert.act else alert.text,
    }


def _people(audience: Audience) -> dict[str, Any]:
    return {"to": None if audience.to is None else audience.names, "unreachable": audience.unreachable}


def _unreachable(rung: int, audience: Audience, at: datetime) -> Entry:
    instead = "nobody can be: everybody on the topic is" if audience.everybody else f"rung {audience.rung} is"
    text = f"rung {rung}: {', '.join(audience.unreachable)} cannot be reached; {instead} alerted at once"
    return Entry(at, "earshot", "unreachable", text)
