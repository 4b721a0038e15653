"""What every entry file shares: where the time comes from, and when a function is wired."""

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from random import SystemRandom
from typing import Any

_SHORTEST_WAIT = 0.02  # seconds: about as long as a write takes

Clock = Callable[[], datetime]
Handler = Callable[[Any, Any], Any]


def utc_now() -> datetime:
    """The time in a deployed function; a replay hands in a clock of its own."""
    return datetime.now(UTC)


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
    return lambda event, context: wired()(event, context)
