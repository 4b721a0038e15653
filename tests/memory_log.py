"""The notification logs in memory, with the promise of the real ones: of two who intend the same attempt one may.

And a process that dies while it works with them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from earshot.aws.parallel import for_each
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.case_file import AlertOutcome, LoggedAlert
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.notification_log import LoggedAttempt


class OneByOne:
    """What a log does for many, done for each of them."""

    read: Callable[..., Any]
    intend: Callable[..., bool]
    record: Callable[..., None]

    def read_many(self, keys: Sequence[str], names_of: Any) -> dict[str, Any]:
        return dict(for_each(self.read, keys))

    def intend_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> list[bool | Exception]:
        done = for_each(lambda one: self.intend(one.key, one.name, one.alert, one.attempt, now), attempts)
        return [result for _, result in done]

    def record_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> list[Exception | None]:
        done = for_each(lambda one: self.record(one.key, one.name, one.alert, now), attempts)
        return [result for _, result in done]


@dataclass
class MemoryLog(OneByOne):
    """What was logged of each alert, by the key of the conversation and its name."""

    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def conversation(self, key: str) -> Conversation:
        raise NotImplementedError

    def read(self, key: str) -> tuple[Conversation, dict[str, LoggedAlert]]:
        logged = self.alerts.get(key, {})
        return self.conversation(key), {name: restore(LoggedAlert, plain(alert)) for name, alert in logged.items()}

    def intend(self, key: str, name: str, alert: Mapping[str, Any], attempt: int, now: datetime) -> bool:
        before = self.alerts.setdefault(key, {}).get(name, {"outcome": AlertOutcome.REFUSED, "attempts": 0})
        if before["attempts"] != attempt - 1 or before["outcome"] not in (AlertOutcome.SENDING, AlertOutcome.REFUSED):
            return False
        self.alerts[key][name] = {**alert, "outcome": AlertOutcome.SENDING, "attempts": attempt}
        return True

    def record(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None:
        self.alerts.setdefault(key, {})[name] = dict(alert)


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """A process that dies between two of its steps: in place of the call after the ``dies_before``-th one.

    Every later call dies as well.
    """

    def __init__(self, dies_before: int) -> None:
        self._left = dies_before

    def __call__(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, which may be the one that is never made."""

        def perhaps(*args: Any, **kwargs: Any) -> Any:
            if not self._left:
                raise Killed
            self._left -= 1
            return call(*args, **kwargs)

        return perhaps

    def store(self, store: Any) -> OneByOne:
        """A store in memory, with its notification log, of which each call may be the last."""
        mortal = self

        class MortalStore(OneByOne):
            def __init__(self) -> None:
                for name in ("read", "intend", "record", "change", "save", "conversations_and_authors"):
                    setattr(self, name, mortal(getattr(store, name)))

        return MortalStore()
