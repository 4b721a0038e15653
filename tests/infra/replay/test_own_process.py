"""A function in a process of its own: its answer, its progress and its error come back."""

import os

import pytest

from earshot.errors import EarshotError
from infra.replay.processes.own_process import OwnProcessError, call_in_own_process

pytestmark = pytest.mark.slow


def count(*, progress, to):
    for number in range(1, to + 1):
        progress(number)
    return os.getpid(), to


def refuse(*, progress):
    raise EarshotError("no such brand")


def die(*, progress):
    os._exit(3)


def test_the_answer_comes_from_another_process_and_the_progress_on_the_way():
    told: list[int] = []
    pid, counted = call_in_own_process(count, told.append, to=3)
    assert pid != os.getpid()
    assert (counted, told[-3:]) == (3, [1, 2, 3])


def test_an_error_is_raised_here():
    with pytest.raises(EarshotError, match="no such brand"):
        call_in_own_process(refuse, lambda _: None)


def test_a_process_that_dies_is_told():
    with pytest.raises(OwnProcessError, match="ended with 3"):
        call_in_own_process(die, lambda _: None)
