"""A folder for the files of a test, and the evaluation of what it writes."""

from pathlib import Path

import pytest

from infra.evaluation.evaluate import evaluate
from tests.infra.evaluation.evaluations import Evaluated
from tests.infra.evaluation.fakes import write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files are, under names as short as people give them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def evaluated(tmp_path, monkeypatch):
    """Evaluates what a test writes, without the picture, which takes longer than all else."""
    monkeypatch.setattr("infra.evaluation.results.files.draw", lambda *_: None)

    def run(rows, judge, *, training=None, name="posts.csv") -> Evaluated:
        file = write(tmp_path / name, rows)
        lessons = None if training is None else write(tmp_path / "training.csv", training)
        return Evaluated(evaluate(file, judge, tmp_path / "out", lessons), tmp_path / "out")

    return run
