"""What every entry file shares: where the time comes from, and when a function is wired."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

Clock = Callable[[], datetime]
Handler = Callable[[Any, Any], Any]


def utc_now() -> datetime:
    """The time in a deployed function; a replay hands in a clock of its own."""
    return datetime.now(UTC)


def on_first_call(build: Callable[[Mapping[str, str]], Handler]) -> Handler:
    """A handler that is wired once, from the environment.

    In Lambda that happens while the module is imported: the init phase runs at full CPU, and a missing setting shows at
    once. Elsewhere, as in a test or a replay, importing an entry file needs no settings.
    """
    wired = cache(lambda: build(os.environ))
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        wired()
    return lambda event, context: wired()(event, context)
