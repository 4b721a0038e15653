"""What it changes that Comprehend is asked only where the other voices are unsure, measured."""

from pathlib import Path

import pytest

from earshot.triage.encoder.scores import read_nothing
from infra.evaluation import comprehend
from infra.evaluation.labelled import read_labelled
from infra.replay.rows import RecordingError

pytestmark = pytest.mark.slow

POSTS = """id,text,label
1,"@acme you lost my suitcase and nobody answers the phone, I am furious",complaint
2,"@acme my seat was by the toilet again",complaint
3,"@acme gate 12 again, so be it",other
4,"@acme thank you so much, best crew ever, lovely flight",praise
5,"@acme mijn koffer is weg",other
"""


def test_asked_are_the_doubtful_and_right_answers_help_as_much_as_if_all_were_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(POSTS, "utf-8")
    found = comprehend.selected(read_labelled(file).posts, read_nothing)
    # One is in a language that Comprehend does not know, and two are clear.
    assert (found.posts, found.share) == (4, 0.5)
    assert found.dollars == pytest.approx(0.15)
    answers = {one.name: one for one in found.answers}
    assert (answers["right"].unsure, answers["right"].differ) == (answers["right"].every, 0.0)
    assert answers["wrong"].unsure <= found.lexicon
    monkeypatch.setattr(comprehend, "selected", lambda posts: found)
    comprehend.main([str(file)])
    assert "| posts | 4 | 50% | 0.150 |" in capsys.readouterr().out


def test_posts_of_which_none_can_be_asked_about_are_named(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(POSTS, "utf-8")
    dutch = read_labelled(file).posts[-1:]
    with pytest.raises(RecordingError, match="No post is in a language that Comprehend knows"):
        comprehend.selected(dutch, read_nothing)
