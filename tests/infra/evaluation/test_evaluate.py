"""``evaluate``: from labelled posts to figures, contributions, mistakes, and the files that hold them."""

import struct
from hashlib import sha256
from pathlib import Path

import pytest

from earshot.triage.judgement import UNCLASSIFIED
from infra.evaluation.evaluate import evaluate
from infra.evaluation.results.files import FILES, PREDICTION, RULE
from infra.evaluation.results.report import as_text
from infra.replay.rows import RecordingError
from tests.infra.evaluation.evaluations import LESSONS, RULED, Evaluated, post
from tests.infra.evaluation.fakes import Ruled, Told, judgement, write

pytestmark = pytest.mark.slow

PNG = b"\x89PNG\r\n\x1a\n"


def size_of_png(file: Path) -> tuple[int, int]:
    """Width and height; they stand behind the name of the first chunk."""
    content = file.read_bytes()
    assert content.startswith(PNG + b"\0\0\0\x0dIHDR")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


class TestAWholeEvaluation:
    @pytest.fixture(scope="class")
    def whole(self, tmp_path_factory) -> Evaluated:
        folder = tmp_path_factory.mktemp("whole")
        rows = [*RULED, post("1", "other"), post("7", "angry")]
        return Evaluated(evaluate(write(folder / "posts.csv", rows), Ruled(), folder / "out"), folder / "out")

    def test_every_file_is_written_and_nothing_else(self, whole):
        assert {file.name for file in whole.out.iterdir()} == set(FILES)

    def test_the_figures_say_what_was_measured(self, whole):
        file = whole.out.parent / "posts.csv"
        digest = sha256(file.read_bytes()).hexdigest()
        assert whole.figures["measured"] == {"file": "posts.csv", "sha256": digest, "rows": 6, "bad_rows": 2}
        assert whole.figures["training"] is None
        assert str(file.parent) not in (whole.out / "figures.json").read_text("utf-8")

    def test_bad_rows_are_handed_on(self, whole):
        assert [(bad.line, bad.problem.partition(" ")[0]) for bad in whole.report.bad] == [(8, "Post"), (9, "Column")]

    def test_complaints(self, whole):
        found = whole.figures["complaint"]
        assert (found["posts"], found["complaints"], found["share"]) == (6, 3, 0.5)
        assert (found["precision"], found["recall"], found["false_per_1000"]) == (0.6667, 0.6667, 166.6667)
        # Scores: 0.8, 0.8 and 0.2 of the complaints against 0.8, 0.2 and 0.2.
        assert found["auc"] == pytest.approx((2.5 + 2.5 + 1) / 9, abs=1e-4)

    def test_intents(self, whole):
        found = whole.figures["intents"]
        assert list(found["each"]) == list(found["confusion"]) == ["complaint", "question", "praise", "other"]
        assert found["confusion"]["complaint"] == {
            "complaint": 2,
            "question": 0,
            "opportunity": 0,
            "praise": 0,
            "other": 1,
        }
        assert (found["questions_called_complaints"], found["praise_called_complaints"]) == (0.0, 1.0)

    def test_urgency(self, whole):
        # 0.8 for the urgent one, and less for all others.
        found = dict(whole.figures["urgent"])
        calibration = found.pop("calibration")
        assert found == {
            "posts": 6,
            "urgent": 1,
            "share": 0.1667,
            "paged": 0,
            "paged_urgent": 0,
            "auc": 1.0,
            "precision_at_recall_80": 1.0,
            "recall_at_precision_60": 1.0,
        }
        assert sum(one["posts"] for one in calibration["curve"]) == calibration["posts"] == 6

    def test_vader_is_measured_alike(self, whole):
        assert list(whole.figures["baselines"]) == ["VADER"]
        assert set(whole.figures["baselines"]["VADER"]) == set(whole.figures["complaint"])

    def test_predictions_are_in_the_order_of_the_file(self, whole):
        found = whole.table("predictions")
        assert [row["id"] for row in found] == ["1", "2", "3", "4", "5", "6"]
        assert tuple(found[0]) == PREDICTION
        assert found[0] == {
            "id": "1",
            "label": "complaint",
            "intent": "complaint",
            "complaint_score": "0.8000",
            "urgent_score": "0.8000",
            "urgency": "80",
            "severity": "low",
            "reasons": "intent.complaint cue.broken stake.now",
        }

    def test_the_picture_is_a_png_with_room_for_three_panels(self, whole):
        width, height = size_of_png(whole.out / "curves.png")
        assert width == 3 * height > 1_000

    def test_the_text_says_it_all_in_a_hundred_columns(self, whole):
        text = as_text(whole.report)
        assert "posts.csv: 6 posts, 3 complaints (50.0%); 2 rows left out" in text
        for told in ("Earshot", "VADER", "recall at precision 0.9", "macro-F1", "cue.broken", "Missed: 1", "1 of 6"):
            assert told in text
        assert max(map(len, text.splitlines())) <= 100
        assert not any(line != line.rstrip() for line in text.splitlines())

    def test_the_same_input_gives_the_same_bytes(self, whole, tmp_path):
        (tmp_path / "figures.json").write_text("of an earlier evaluation", "utf-8")
        evaluate(whole.out.parent / "posts.csv", Ruled(), tmp_path)
        files = [name for name in FILES if not name.endswith(".png")]
        assert {name: (tmp_path / name).read_bytes() for name in files} == {
            name: (whole.out / name).read_bytes() for name in files
        }


class TestRules:
    def test_what_each_rule_adds_is_what_is_lost_without_it(self, evaluated):
        found = evaluated(RULED, Ruled())
        table = {row["rule"]: row for row in found.table("ablation")}
        assert tuple(table["cue.broken"]) == RULE
        assert {rule: row["posts"] for rule, row in table.items()} == {
            "cue.broken": "2",
            "cue.blue": "1",
            "stake.now": "1",
            "cue.hm": "2",
        }
        # With all rules 2 of 3 complaints and 2 of 3 others are right. Without "broken" no complaint is found, and 2
        # of 5 that are called others are; without "blue" only one complaint is missed.
        f1 = 2 / 3
        without_broken = (0 + 2 * 2 / (5 + 3)) / 2
        without_blue = (2 * 2 / (2 + 3) + 2 * 3 / (4 + 3)) / 2
        assert float(table["cue.broken"]["complaint_macro_f1"]) == pytest.approx(f1 - without_broken, abs=1e-6)
        assert float(table["cue.blue"]["complaint_macro_f1"]) == pytest.approx(f1 - without_blue, abs=1e-6)
        # Without "broken" the complaints score 0.2 as the others do, one of which scores more; without "blue" 2 do.
        assert float(table["cue.broken"]["complaint_auc"]) == pytest.approx(6 / 9 - 3 / 9, abs=1e-6)
        assert float(table["cue.blue"]["complaint_auc"]) == pytest.approx(6 / 9 - (3 + 3 + 1.5) / 9, abs=1e-6)
        # Without "now" the urgent post has 30, as two others have.
        assert float(table["stake.now"]["urgent_auc"]) == pytest.approx(1 - (3 + 2 * 0.5) / 5, abs=1e-6)
        # With all rules complaints have an F1 of 2/3 and others of 1/2, without "blue" of 4/5 and 2/5; praise and the
        # question are never met.
        assert float(table["cue.blue"]["intent_macro_f1"]) == pytest.approx(
            (2 / 3 + 1 / 2 - 4 / 5 - 2 / 5) / 4, abs=1e-6
        )
        assert float(table["stake.now"]["intent_macro_f1"]) == 0

    def test_the_most_useful_come_first_and_the_harmful_last(self, evaluated):
        found = evaluated(RULED, Ruled())
        assert [row["rule"] for row in found.table("ablation")] == ["cue.broken", "stake.now", "cue.hm", "cue.blue"]
        assert [one.total for one in found.report.contributions] == sorted(
            (one.total for one in found.report.contributions), reverse=True
        )
        assert {row["total"] for row in found.table("ablation") if row["rule"] == "cue.hm"} == {"0.000000"}
        text = as_text(found.report)
        assert text.index("add most") < text.index("cue.broken") < text.index("take most") < text.index("cue.blue")
        assert "cue.hm" not in text

    def test_only_the_posts_on_which_a_rule_fired_are_judged_again(self, evaluated):
        judge = Ruled()
        evaluated(RULED, judge)
        assert judge.asked[0] == ([row["id"] for row in RULED], set())
        assert {tuple(sorted(off)): ids for ids, off in judge.asked[1:]} == {
            ("cue.broken",): ["1", "2"],
            ("cue.blue",): ["4"],
            ("stake.now",): ["1"],
            ("cue.hm",): ["2", "5"],
        }

    def test_what_no_label_tells_is_left_blank(self, evaluated):
        rows = [post("1", "negative", "broken"), post("2", "neutral", "hm"), post("3", "positive", "blue")]
        found = evaluated(rows, Ruled())
        assert {(row["intent_macro_f1"], row["urgent_auc"]) for row in found.table("ablation")} == {("", "")}

    def test_what_is_no_rule_cannot_be_switched_off(self, evaluated):
        answers = {"1": judgement("complaint", 0.9), "2": judgement("other", 0.0, rules=[UNCLASSIFIED])}
        found = evaluated([post("1", "complaint"), post("2", "other")], Told(answers))
        assert found.table("ablation") == []
        assert "Rules: 0 fired" in as_text(found.report)


class TestLabels:
    def test_neutral_leaves_complaints_alone_to_be_measured(self, evaluated):
        rows = [post("1", "negative", "broken"), post("2", "neutral", "hm"), post("3", "positive", "blue")]
        found = evaluated(rows, Ruled())
        assert found.figures["intents"] is None
        assert found.figures["urgent"] is None
        assert found.figures["complaint"]["precision"] == 0.5
        assert [row["label"] for row in found.table("predictions")] == ["complaint", "neutral", "praise"]
        text = as_text(found.report)
        assert "Intents: not measured" in text
        assert "Urgent: not measured" in text

    def test_a_post_of_unknown_urgency_counts_for_all_else(self, evaluated):
        rows = [*RULED[:4], post("5", "other", "broken now"), post("6", "other", "on my way")]
        found = evaluated([row | {"urgency": row.get("urgency", "")} for row in rows], Ruled())
        assert found.figures["urgent"]["posts"] == 4
        assert found.figures["complaint"]["posts"] == 6

    @pytest.mark.parametrize("rows", [[post("1", "complaint")], [post("1", "angry"), post("2", "")]])
    def test_nothing_is_judged_or_written_where_nothing_can_be_measured(self, evaluated, rows, tmp_path):
        judge = Ruled()
        with pytest.raises(RecordingError):
            evaluated(rows, judge)
        assert judge.asked == []
        assert not (tmp_path / "out").exists()

    def test_the_picture_leaves_out_the_intents_that_no_label_tells(self, tmp_path):
        file = write(tmp_path / "posts.csv", [post("1", "negative", "broken"), post("2", "neutral", "hm"), *LESSONS])
        training = write(tmp_path / "training.csv", [row | {"text": f"{row['text']} so"} for row in LESSONS])
        evaluate(file, Ruled(), tmp_path / "a" / "new" / "folder", training)
        width, height = size_of_png(tmp_path / "a" / "new" / "folder" / "curves.png")
        assert width == 2 * height > 1_000
