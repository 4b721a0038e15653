"""A limit on the whole of a call: looking up the host, connecting, and the last byte of the answer.

The timeouts of urllib3, and so of boto3 and requests, hold between two packets: a server that sends a byte now and then
would never be given up, and looking up a host has no timeout at all. There is no library for it among those that are
packed, and signals work in the main thread alone.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


class TimeLimitError(Exception):
    """The call took longer than it may."""


def call_within(seconds: float, call: Callable[[], T]) -> T:
    """What ``call`` returns or raises; TimeLimitError where it takes longer than that many seconds.

    It runs in a thread of its own. One that takes too long is left behind: it ends with the connection that it reads
    from, and nobody hears of it.
    """
    outcome: SimpleQueue[Callable[[], T]] = SimpleQueue()
    Thread(target=_run, args=(call, outcome), daemon=True, name="within a time limit").start()
    try:
        return outcome.get(timeout=max(0.0, seconds))()
    except Empty:
        raise TimeLimitError(f"no answer within {seconds:.1f} s") from None


def _run(call: Callable[[], T], outcome: "SimpleQueue[Callable[[], T]]") -> None:
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - raised where the call was made
        failure = error

        def fail() -> T:
            raise failure

        outcome.put(fail)
        return
    outcome.put(lambda: result)
