"""`earshot run` itself: its chores, and what a fresh start deletes."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.engine import engine
from infra.local.engine.engine import EngineError
from infra.local.run import Chore, EndOfSample, _empty
from infra.paths import ROOT


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


def test_the_end_of_the_sample_is_told_once_with_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    over = [False, True, True]
    end = EndOfSample(lambda: over.pop(0))
    end.tell()
    assert capsys.readouterr().out == ""
    end.tell()
    assert "earshot replay FILE" in capsys.readouterr().out
    end.tell()
    assert capsys.readouterr().out == ""


class TestLocal:
    """--local means the embedded cloud of this checkout, on whichever port, and no other's."""

    @pytest.fixture(autouse=True)
    def clouds(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[int, str]:
        clouds: dict[int, str] = {}
        monkeypatch.setattr(engine.Engine, "answers", lambda self: self.port in clouds)
        monkeypatch.setattr(engine.Engine, "checkout", lambda self: clouds[self.port])
        monkeypatch.setattr(engine, "_PORT_FILE", tmp_path / "port")
        return clouds

    def test_it_is_found_on_the_port_that_was_chosen(self, clouds: dict[int, str]) -> None:
        clouds |= {engine.RUN_PORT: "/elsewhere", 5001: str(ROOT)}
        with engine.told_port(5001):
            assert engine.running().port == 5001
        with pytest.raises(EngineError, match="/elsewhere"):
            engine.running()

    def test_that_of_another_checkout_is_not_asked(self, clouds: dict[int, str]) -> None:
        clouds[engine.RUN_PORT] = "/elsewhere"
        with pytest.raises(EngineError, match="runs in /elsewhere"):
            engine.running()

    def test_where_none_answers_it_is_said_how_to_start_one(self) -> None:
        with engine.told_port(5001), pytest.raises(EngineError, match="earshot run"):
            engine.running()
