"""The schedules of the template, minute by minute on a clock that the caller holds."""

from collections.abc import Callable
from datetime import datetime, timedelta

from infra.local.cloud import Cloud
from infra.local.lambdas.clock import MINUTE, ReplayClock, next_poll
from infra.local.lambdas.invoker import SCHEDULED, Invoker


def run_schedules(
    cloud: Cloud, clock: ReplayClock, end: datetime, after_alerts: Callable[[], None]
) -> Callable[[], None]:
    """Each minute up to ``end``: fetch, classify, notify, escalate, watch; ``after_alerts`` is called after each alert.

    Returns the escalator with the notifier behind it, for cases that are due after ``end``.
    """
    invoker = Invoker(cloud.engine, cloud.stack, clock)

    def notify() -> None:
        invoker.drain_stream(pause=clock.pause)
        after_alerts()

    def escalate() -> None:
        for module in SCHEDULED:
            invoker.invoke(module, {})
            notify()

    while clock.now <= end + MINUTE:
        fetched = invoker.invoke("fetch", {})
        invoker.drain_queue(fetched["queued"])
        notify()
        escalate()
        clock.now = next_poll(clock.now + timedelta(microseconds=1))
    return escalate
