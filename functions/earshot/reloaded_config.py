"""Configuration that staff put into a table: parsed, read again each minute, never worse than the last good one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from earshot.runtime import Clock
from earshot.telemetry.powertools import count, logger

T = TypeVar("T")
# Less than a minute, so that a function that is called each minute reads it at every call.
RELOAD_AFTER = timedelta(seconds=50)


class ReloadedConfig(Generic[T]):
    """What ``parse`` makes of the text that ``read`` returns, read again within a minute; ``default`` until one is put.

    A text that cannot be read or parsed leaves the last good one in force: the metric ``SettingsRefused`` counts it,
    and the log says why and of what (``name``). So nobody goes unheard for a typing error.
    """

    def __init__(
        self,
        read: Callable[[], str],
        parse: Callable[[str], T],
        default: T,
        clock: Clock,
        name: str,
        *,
        beside: Callable[[], object] = lambda: None,
        needs_first_read: bool = False,
    ) -> None:
        """``beside`` is what else ``parse`` goes by: where it has become another object, the text is parsed again.

        ``needs_first_read``: the default is no guess at what was put, so an error of AWS is raised until the text was
        read once.
        """
        self._read = read
        self._parse = parse
        self._value = default
        self._clock = clock
        self._name = name
        self._beside = beside
        self._needs_first_read = needs_first_read
        self._parsed: tuple[str, object] | None = None
        self._seen: object = None
        self._read_at: datetime | None = None
        self.problem: str | None = None
        """Why what was put cannot be used, so that the last good one is in force; None where it is."""

    def now(self) -> T:
        """The value in force."""
        at, beside = self._clock(), self._beside()
        if self._read_at is not None and timedelta(0) <= at - self._read_at < RELOAD_AFTER and beside is self._seen:
            return self._value
        self._read_at, self._seen = at, beside
        try:
            text = self._read()
            if self._parsed is None or text != self._parsed[0] or beside is not self._parsed[1]:
                self._value, self._parsed = self._parse(text), (text, beside)
            self.problem = None
        except (EarshotError, ClientError, BotoCoreError) as error:
            self.problem = str(error)
            said = "what was put into the table cannot be used: the last good one stays in force"
            logger.exception(said, setting=self._name)
            count("SettingsRefused")
            if self._needs_first_read and self._parsed is None and isinstance(error, (ClientError, BotoCoreError)):
                self._read_at = None
                raise
        return self._value
