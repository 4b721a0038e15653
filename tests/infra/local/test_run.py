"""`earshot run` itself: its chores, and what a fresh start deletes."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.engine.engine import EngineError
from infra.local.run import Chore, _empty


def test_a_chore_that_fails_is_told_and_done_again(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[int] = []

    def work() -> None:
        done.append(1)
        raise EngineError("the fetch function failed")

    chore = Chore("fetch posts", timedelta(0), work)
    chore.do()
    chore.do()
    assert len(done) == 2
    assert capsys.readouterr().out.count("Could not fetch posts: the fetch function failed") == 2


def test_a_chore_is_done_now_and_then_as_often_as_it_says() -> None:
    done: list[str] = []
    once, often = Chore("", None, lambda: done.append("once")), Chore("", timedelta(0), lambda: done.append("often"))
    rare = Chore("", timedelta(hours=1), lambda: done.append("rare"))
    for _ in range(3):
        for chore in (once, often, rare):
            chore.do()
    assert sorted(done) == ["often", "often", "often", "once", "rare"]


def test_a_chore_that_takes_long_takes_its_share_and_no_more() -> None:
    done: list[int] = []

    def work() -> None:
        done.append(1)
        time.sleep(0.01)

    chore = Chore("", timedelta(0), work, share=100_000)
    chore.do()
    chore.do()
    assert done == [1]


def test_a_fresh_start_deletes_everything_but_the_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1")
    (tmp_path / "password").write_text("old")
    (tmp_path / "cloud" / "services").mkdir(parents=True)
    _empty(tmp_path, tmp_path / "lock")
    assert [each.name for each in tmp_path.iterdir()] == ["lock"]
