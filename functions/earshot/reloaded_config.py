"""Configuration that staff put into a table: parsed, read again each minute, never worse than the last good one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from earshot.runtime import Clock
from earshot.telemetry.powertools import count, logger

T = TypeVar("T")
RELOAD_AFTER = timedelta(minutes=1)


class ReloadedConfig(Generic[T]):
    """What ``parse`` makes of the text that ``read`` returns, read again once a minute; ``default`` until one is put.

    A text that cannot be read or parsed leaves the last good one in force: the metric ``SettingsRefused`` counts it,
    and the log says why and of what (``name``). So nobody goes unheard for a typing error.
    """

    def __init__(self, read: Callable[[], str], parse: Callable[[str], T], default: T, clock: Clock, name: str) -> None:
        self._read = read
        self._parse = parse
        self._value = default
        self._clock = clock
        self._name = name
        self._text: str | None = None
        self._read_at: datetime | None = None

    def now(self) -> T:
        """The value in force."""
        at = self._clock()
        if self._read_at is not None and timedelta(0) <= at - self._read_at < RELOAD_AFTER:
            return self._value
        self._read_at = at
        try:
            text = self._read()
            if text != self._text:
                self._value, self._text = self._parse(text), text
        except (EarshotError, ClientError, BotoCoreError):
            said = "what was put into the table cannot be used: the last good one stays in force"
            logger.exception(said, setting=self._name)
            count("SettingsRefused")
        return self._value
