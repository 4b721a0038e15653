"""What runs each minute beside the fetcher, where it can find something to do.

Nothing but the recording's posts and the clock changes anything in a replay: nobody acts, and the roster stays.
"""

from collections.abc import Callable
from datetime import datetime

from earshot.cases.incidents.detector import SETTLED_AFTER
from infra.local.cloud import Cloud
from infra.local.lambdas.clock import ReplayClock
from infra.local.lambdas.invoker import SCHEDULED, Invoker


class Schedules:
    """The escalator, and the watch after it. ``always``: whether both run each minute, as on AWS.

    Otherwise the escalator runs where a case is due. The watch runs after posts, beside a live incident, and where it
    compares with other hours than the last time. At all other times there are the complaints of the last time or fewer
    of them, so that nothing is an incident that was none.
    """

    def __init__(
        self, cloud: Cloud, clock: ReplayClock, invoker: Invoker, notify: Callable[[], None], *, always: bool
    ) -> None:
        wired = cloud.wired
        self.next_due = wired.case_table.next_due
        """When the next case is due for the escalator, None where none is."""
        self._live = wired.incident_table.live
        self._clock = clock
        self._invoker = invoker
        self._notify = notify
        self._always = always
        self._compared: tuple[datetime, datetime] | None = None

    def run(self, *, after_posts: bool = False) -> None:
        """Run what the clock's minute asks for; ``after_posts``: whether some were stored since the last time."""
        now = self._clock.now
        due = self.next_due()
        before, self._compared = self._compared, _compared_hours(now)
        is_to_watch = after_posts or before != self._compared or bool(self._live())
        may_find = {"escalate": due is not None and due <= now, "watch": is_to_watch}
        for module in SCHEDULED:
            if self._always or may_find[module]:
                self._invoker.invoke(module, {})
                self._notify()


def _compared_hours(now: datetime) -> tuple[datetime, datetime]:
    """What tells which hours the watch compares with at ``now``: the hour itself, and the latest that is settled."""
    return _hour(now), _hour(now - SETTLED_AFTER)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
