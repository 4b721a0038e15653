"""Calls a function in a process that does nothing else, such as one that hosts the embedded cloud."""

import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from earshot.errors import EarshotError

Result = TypeVar("Result")
_DONE, _FAILED, _PROGRESS = "done", "failed", "progress"


class OwnProcessError(EarshotError):
    """The process ended without an answer."""


def call_in_own_process(work: Callable[..., Result], progress: Callable[[int], None], **arguments: Any) -> Result:
    """What ``work`` returns, or raises, in a fresh process; it gets the ``arguments``, and a ``progress`` as well.

    An interrupt, such as Ctrl-C, reaches it by way of this process alone, which then waits until it has ended.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    try:
        kind: str = _PROGRESS
        value: Any = 0
        while kind == _PROGRESS:
            progress(value)
            kind, value = ours.recv()
    except EOFError:
        process.join()
        raise OwnProcessError(f"The process of the embedded cloud ended with {process.exitcode}.") from None
    except BaseException:
        if process.pid is not None and process.is_alive():
            os.kill(process.pid, signal.SIGINT)
        raise
    finally:
        process.join()
        ours.close()
    if kind == _FAILED:
        raise value
    return value


def _work(answers: Connection, work: Callable[..., object], arguments: dict[str, Any]) -> None:
    os.setsid()

    def report(done: int) -> None:
        answers.send((_PROGRESS, done))

    answer: tuple[str, object]
    try:
        answer = _DONE, work(progress=report, **arguments)
    except BaseException as error:  # noqa: BLE001 - it is raised where this was called
        error.add_note("In the process of the embedded cloud:\n" + traceback.format_exc())
        answer = _FAILED, error
    answers.send(answer)
