"""What every entry file shares: where the time comes from, and when a function is wired."""

import gc
import math
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from random import SystemRandom
from typing import Any

from earshot.errors import OutOfTimeError

_SHORTEST_WAIT = 0.02  # seconds: about as long as a write takes

Clock = Callable[[], datetime]
Handler = Callable[[Any, Any], Any]


def utc_now() -> datetime:
    """The time in a deployed function; a replay hands in a clock of its own."""
    return datetime.now(UTC)


class TimeLeft:
    """The seconds that are left of the invocation, by its own context; without one, as in a command, there is no end.

    An instance of a function has one invocation at a time.
    """

    def __init__(self) -> None:
        self._milliseconds: Callable[[], float] = lambda: math.inf

    def __call__(self) -> float:
        """The seconds."""
        return self._milliseconds() / 1000

    def require(self, seconds: float) -> None:
        """OutOfTimeError where fewer seconds are left, so that another piece of work should not be begun."""
        if self() < seconds:
            raise OutOfTimeError(f"Less than {seconds:g} s of the invocation are left: it is done by the next one.")

    def limiting(self, handle: Handler) -> Handler:
        """The handler, whose every call sets how much time is left."""

        def limited(event: Any, context: Any) -> Any:
            self._milliseconds = context.get_remaining_time_in_millis
            return handle(event, context)

        return limited


def back_off(tries: int) -> None:
    """Wait before another try, after ``tries`` that failed: at random, so that those who met do not meet again."""
    time.sleep(SystemRandom().uniform(0, _SHORTEST_WAIT * 2**tries))


def on_first_call(build: Callable[[Mapping[str, str]], Handler]) -> Handler:
    """A handler that is wired once, from the environment.

    In Lambda that happens while the module is imported: the init phase runs at full CPU, and a missing setting shows at
    once. Elsewhere, as in a test or a replay, importing an entry file needs no settings.
    """
    wired = cache(lambda: build(os.environ))
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        wired()
        # From here on there is garbage; what was loaded is none, and need not be looked through.
        gc.freeze()
        gc.enable()
    return lambda event, context: wired()(event, context)
