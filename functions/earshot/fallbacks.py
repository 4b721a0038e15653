"""Reads that must not stop an alert: where AWS does not answer, a safe value takes the place of the answer."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import ConflictError

T = TypeVar("T")


def or_else(read: Callable[[], T], fallback: T, on_failure: Callable[[Exception], None]) -> Callable[[], T]:
    """``read``, with ``fallback`` where AWS fails or somebody else was faster; ``on_failure`` gets the error then.

    Every other error is raised, since it is a fault of the program.
    """

    def read_or_fall_back() -> T:
        try:
            return read()
        except (ClientError, BotoCoreError, ConflictError) as error:
            on_failure(error)
            return fallback

    return read_or_fall_back
