"""The figures, worked out by hand."""

from dataclasses import asdict, replace

import pytest

from earshot.triage.judgement import Intent
from infra.evaluation.results.calibration import calibration
from infra.evaluation.results.metrics import complaint_metrics, intent_metrics, urgency_metrics

YES, NO = [True], [False]


def approximately(values):
    return {name: pytest.approx(value) for name, value in values.items()}


def test_complaints_by_hand():
    # From the highest score down: complaint, other, four complaints, four others. The line is drawn at 0.5.
    labels = YES + NO + YES * 4 + NO * 4
    scores = [0.9, 0.85, 0.8, 0.7, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02]
    found = complaint_metrics(labels, scores, [score >= 0.5 for score in scores])
    # 3 of the 5 complaints are found, and 1 of the 5 others is called one.
    f1, f1_of_others = 2 * 3 / (4 + 5), 2 * 4 / (6 + 5)
    assert found.calibration == calibration(labels, scores)
    assert asdict(replace(found, calibration=None)) == approximately(
        {
            "posts": 10,
            "complaints": 5,
            "share": 0.5,
            "precision": 3 / 4,
            "recall": 3 / 5,
            "f1": f1,
            "macro_f1": (f1 + f1_of_others) / 2,
            # Of 25 pairs only the four with the other that scores 0.85 are the wrong way round.
            "auc": 21 / 25,
            # Each complaint's precision where it is reached, from the top.
            "average_precision": (1 / 1 + 2 / 3 + 3 / 4 + 4 / 5 + 5 / 6) / 5,
            # Four of five are found at 4 right of 5, and all five at 5 of 6, which is more.
            "precision_at_recall_80": 5 / 6,
            "precision_at_recall_90": 5 / 6,
            # Only the very first is sure enough.
            "recall_at_precision_90": 1 / 5,
            "false_per_1000": 100,
            "calibration": None,
        }
    )


def test_a_threshold_that_is_just_enough_is_enough():
    labels = YES * 8 + NO * 90 + YES * 2 + NO * 900
    scores = [1.0] * 8 + [0.5] * 90 + [0.4] * 2 + [0.0] * 900
    found = complaint_metrics(labels, scores, [score == 1.0 for score in scores])
    assert (found.precision_at_recall_80, found.precision_at_recall_90) == (1.0, 0.1)
    nine_of_ten = complaint_metrics(YES * 9 + NO + YES + NO * 5, [1.0] * 10 + [0.0] * 6, YES * 10 + NO * 6)
    assert (nine_of_ten.precision, nine_of_ten.recall_at_precision_90) == (0.9, 0.9)


def test_scores_that_are_all_alike_tell_nothing():
    found = complaint_metrics(YES * 3 + NO * 7, [0.5] * 10, YES * 10)
    assert (found.auc, found.average_precision, found.precision, found.recall) == (0.5, 0.3, 0.3, 1.0)
    assert (found.precision_at_recall_80, found.precision_at_recall_90) == (0.3, 0.3)
    assert found.recall_at_precision_90 == 0
    assert found.false_per_1000 == 700


def test_no_threshold_reaches_the_precision_where_the_highest_score_is_wrong():
    found = complaint_metrics(NO + YES * 4 + NO, [0.9, 0.8, 0.7, 0.6, 0.5, 0.1], YES * 5 + NO)
    assert (found.recall_at_precision_90, found.precision) == (0, 0.8)


def test_who_calls_nothing_a_complaint_has_no_precision_and_no_recall():
    found = complaint_metrics(YES * 2 + NO * 2, [0.4, 0.3, 0.2, 0.1], NO * 4)
    assert (found.precision, found.recall, found.f1, found.auc) == (0, 0, 0, 1)
    # The others: all four are called so, of whom two are.
    assert found.macro_f1 == pytest.approx((0 + 2 * 2 / (4 + 2)) / 2)


C, Q, WISH, P, X = Intent


def test_intents_by_hand():
    labels = [C, C, C, Q, Q, P, P, P, X]
    judged = [C, C, Q, Q, C, P, P, WISH, X]
    found = intent_metrics(labels, judged)
    assert found.confusion == {
        C: {C: 2, Q: 1, WISH: 0, P: 0, X: 0},
        Q: {C: 1, Q: 1, WISH: 0, P: 0, X: 0},
        P: {C: 0, Q: 0, WISH: 1, P: 2, X: 0},
        X: {C: 0, Q: 0, WISH: 0, P: 0, X: 1},
    }
    assert {intent: asdict(one) for intent, one in found.each.items()} == {
        C: approximately({"posts": 3, "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3}),
        Q: approximately({"posts": 2, "precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2}),
        P: approximately({"posts": 3, "precision": 1, "recall": 2 / 3, "f1": 4 / 5}),
        X: approximately({"posts": 1, "precision": 1, "recall": 1, "f1": 1}),
    }
    # No label is an opportunity: that one was called so costs the recall of praise, and is no class of its own.
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 4 / 5 + 1) / 4)
    assert (found.questions_called_complaints, found.praise_called_complaints) == (0.5, 0)


def test_what_no_label_names_has_no_share():
    found = intent_metrics([C, X], [C, C])
    assert (found.questions_called_complaints, found.praise_called_complaints) == (None, None)


def test_urgency_by_hand():
    labels, scores = NO + YES + NO + YES + NO * 2, [0.8, 0.6, 0.45, 0.45, 0.3, 0.0]
    found = urgency_metrics(labels, scores, YES * 2 + NO * 4)
    assert found is not None
    # Of 8 pairs: 0.6 is above three of the four others, 0.45 above two and level with one.
    assert asdict(replace(found, calibration=None)) == approximately(
        {
            "posts": 6,
            "urgent": 2,
            "share": 1 / 3,
            "paged": 2,
            "paged_urgent": 1,
            "auc": (3 + 2.5) / 8,
            "precision_at_recall_80": 2 / 4,
            # Nothing above half of what is found is right.
            "recall_at_precision_60": 0,
            "calibration": None,
        }
    )
    assert found.calibration == calibration(labels, scores)


def test_calibration_by_hand():
    found = calibration(YES + NO + YES + NO * 2, [0.85, 0.85, 0.95, 0.05, 0.05])
    assert found is not None
    assert found.brier == pytest.approx((0.15**2 + 0.85**2 + 0.05**2 + 2 * 0.05**2) / 5)
    assert [(one.posts, one.share) for one in found.curve] == [(2, 0.0), (2, 0.5), (1, 1.0)]
    assert [one.score for one in found.curve] == pytest.approx([0.05, 0.85, 0.95])
    # Two posts are 0.05 off, two 0.35 and one 0.05.
    assert found.calibration_error == pytest.approx((2 * 0.05 + 2 * 0.35 + 0.05) / 5)
    assert calibration([], []) is None
    # A score of one belongs to the last tenth.
    assert [one.posts for one in calibration(YES * 2, [1.0, 0.9]).curve] == [2]


@pytest.mark.parametrize("labels", [[], YES * 3, NO * 3])
def test_urgency_cannot_be_measured_on_one_class(labels):
    assert urgency_metrics(labels, [0.5] * len(labels), labels) is None
