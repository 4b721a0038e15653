"""``evaluate``: the posts that were misclassified, and the baselines."""

from pathlib import Path

import pytest

from infra.evaluation.results.files import ERROR
from infra.evaluation.results.report import as_text
from infra.replay.rows import RecordingError
from tests.infra.evaluation.evaluations import LESSONS, RULED, post
from tests.infra.evaluation.fakes import Ruled, Told, judgement


class TestMistakes:
    def test_the_worst_come_first_and_each_says_of_which_kind_it_is(self, evaluated):
        told = {
            "1": judgement("complaint", 0.9),
            "2": judgement("other", 0.3),
            "3": judgement("praise", 0.01),
            "4": judgement("complaint", 0.97),
            "5": judgement("complaint", 0.6),
            "6": judgement("other", 0.1),
        }
        labels = ["complaint", "complaint", "complaint", "praise", "question", "other"]
        rows = [post(post_id, label, f"post {post_id}") for post_id, label in zip(told, labels, strict=True)]
        found = evaluated(rows, Told(told)).table("errors")
        assert tuple(found[0]) == ERROR
        assert [(row["kind"], row["id"], row["complaint_score"]) for row in found] == [
            ("missed", "3", "0.0100"),
            ("false alarm", "4", "0.9700"),
            ("missed", "2", "0.3000"),
            ("false alarm", "5", "0.6000"),
        ]
        assert (found[0]["label"], found[0]["intent"], found[0]["text"]) == ("complaint", "praise", "post 3")

    def test_two_hundred_are_written_and_five_of_each_kind_are_shown(self, evaluated):
        rows = [post(f"m{number}", "complaint", "hm") for number in range(203)]
        rows += [post(f"f{number}", "other", "blue") for number in range(7)]
        found = evaluated(rows, Ruled())
        errors = found.table("errors")
        assert len(errors) == 200
        # All are equally wrong, so they come in the order of the file.
        assert [row["id"] for row in errors[:2]] == ["m0", "m1"]
        text = as_text(found.report)
        assert ("Missed: 203" in text, "False alarm: 7" in text) == (True, True)
        assert [sum(line.startswith(f"  0.{start}") for line in text.splitlines()) for start in ("20  m", "80  f")] == [
            5,
            5,
        ]

    def test_a_post_is_shown_on_one_line_that_fits_and_moves_no_cursor(self, evaluated):
        text = "\x1b[2J\r\n broken \u202e 日本語🙂 " * 30
        found = evaluated([post("1", "other", text), post("2", "complaint", "fell")], Ruled())
        shown = next(line for line in as_text(found.report).splitlines() if line.startswith("  0.80"))
        assert shown.isprintable()
        assert shown.endswith("…")
        # A character of Japan and an emoji take two columns each.
        assert 60 < len(shown) < 100
        assert found.table("errors")[0]["text"] == text

    def test_a_judge_without_fault(self, evaluated):
        found = evaluated([post("1", "complaint", "broken"), post("2", "other", "fine")], Ruled())
        assert found.table("errors") == []
        assert "Missed: 0" in as_text(found.report)


class TestBaselines:
    def test_vader_calls_a_complaint_what_sounds_bad(self, evaluated):
        rows = [
            post("1", "complaint", "horrible, terrible, the worst"),
            post("2", "complaint", "ordered on the 3rd and it is the 19th"),
            post("3", "praise", "lovely and great"),
            post("4", "other", "sad and angry news"),
        ]
        found = evaluated(rows, Ruled()).figures["baselines"]["VADER"]
        assert (found["precision"], found["recall"]) == (0.5, 0.5)
        # Of four pairs: worst above both others, and nothing said above praise but below the news.
        assert found["auc"] == 0.75

    def test_the_linear_model_learns_from_another_file(self, evaluated):
        rows = [post("1", "complaint", "ruined again"), post("2", "other", "sunny again"), post("3", "other", "dusk")]
        found = evaluated(rows, Ruled(), training=[*LESSONS, post("n10", "praise")])
        figures = found.figures["baselines"]["TF-IDF"]
        assert (figures["precision"], figures["recall"], figures["auc"], figures["macro_f1"]) == (1, 1, 1, 1)
        training = found.figures["training"]
        assert (training["file"], training["rows"], training["bad_rows"], training["trained_on"]) == (
            "training.csv",
            20,
            1,
            20,
        )
        assert [Path(bad.file).name for bad in found.report.bad] == ["training.csv"]
        text = as_text(found.report)
        assert "training.csv: 20 posts trained TF-IDF" in text
        assert "Earshot  VADER  TF-IDF" in text

    def test_a_handle_gives_no_label_away(self, evaluated):
        rows = [post("1", "complaint", "@Grimwood and"), post("2", "other", "@Brightly and")]
        found = evaluated(rows, Ruled(), training=LESSONS)
        assert found.figures["baselines"]["TF-IDF"]["auc"] == 0.5

    def test_what_is_measured_trains_nothing(self, evaluated):
        rows = [post("1", "complaint", "@Other It is  ruined and late 10"), post("2", "other", "dusk")]
        found = evaluated(rows, Ruled(), training=LESSONS)
        assert found.figures["training"]["trained_on"] == 19
        assert "19 posts trained TF-IDF; 1 left out" in as_text(found.report)

    @pytest.mark.parametrize(
        ("training", "problem"),
        [
            (LESSONS[:3], "only complaints"),
            (RULED, "0 of its 6 posts are not among the measured ones"),
            ([post("1", "negative", "alone"), post("2", "positive", "twice")], "too few words"),
        ],
    )
    def test_a_file_that_teaches_nothing_is_refused_before_anything_is_judged(
        self, evaluated, training, problem, tmp_path
    ):
        judge = Ruled()
        with pytest.raises(RecordingError, match=problem) as refused:
            evaluated(RULED, judge, training=training)
        assert "training.csv" in str(refused.value)
        assert judge.asked == []
        assert not (tmp_path / "out").exists()
