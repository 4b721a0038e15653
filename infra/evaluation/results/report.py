"""The results of an evaluation, and their text for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earshot.triage.judgement import Intent, Judgement
from infra.evaluation.ablation import KEY_FIGURES, Contribution
from infra.evaluation.baselines import TrainingSet
from infra.evaluation.labelled import LabelledFile
from infra.evaluation.results.calibration import Calibration
from infra.evaluation.results.metrics import ComplaintPredictions, IntentMetrics, UrgencyMetrics
from infra.evaluation.results.misclassified import Misclassification, MisclassificationKind
from infra.replay.rows import BadRow
from infra.terminal import COLUMNS, fitted, plain

_SHOWN_MISTAKES = 5
_SHOWN_RULES = 10
_COMPLAINT_LINES = (
    ("precision", "precision"),
    ("recall", "recall"),
    ("F1", "f1"),
    ("macro-F1", "macro_f1"),
    ("AUC", "auc"),
    ("average precision", "average_precision"),
    ("precision at recall 0.8", "precision_at_recall_80"),
    ("precision at recall 0.9", "precision_at_recall_90"),
    ("recall at precision 0.9", "recall_at_precision_90"),
)


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """All that an evaluation found. ``verdicts`` are Earshot's, and after them those of the baselines.

    ``intents`` is None where the labels do not have them, ``urgent`` where not both classes are known, ``training``
    where no baseline was trained. ``judgements`` are in the order of the posts; ``contributions`` and ``misclassified``
    begin with the largest and the worst.
    """

    measured: LabelledFile
    training: TrainingSet | None
    judgements: list[Judgement]
    verdicts: list[ComplaintPredictions]
    intents: IntentMetrics | None
    urgent: UrgencyMetrics | None
    contributions: list[Contribution]
    misclassified: list[Misclassification]

    @property
    def bad(self) -> list[BadRow]:
        """The rows that were left out, those of the training file last."""
        return self.measured.bad + (self.training.file.bad if self.training else [])


def as_text(report: EvaluationReport) -> str:
    """The figures, the rules that add most and those that do harm, and the posts that were misclassified worst."""
    parts = [_measured(report), _complaints(report), _intents(report), _urgent(report), _rules(report)]
    parts += [_worst(report.misclassified, kind) for kind in MisclassificationKind]
    return "\n\n".join("\n".join(part) for part in parts)


def _measured(report: EvaluationReport) -> Iterator[str]:
    figures, left_out = report.verdicts[0].figures, len(report.measured.bad)
    yield (
        f"{report.measured.name}: {_count(figures.posts, 'post')}, {_count(figures.complaints, 'complaint')} "
        f"({figures.share:.1%})" + (f"; {_count(left_out, 'row')} left out" if left_out else "")
    )
    if report.training:
        file, learned = report.training.file, report.training.posts
        known = len(file.posts) - learned
        yield f"{file.name}: {_count(learned, 'post')} trained TF-IDF" + (
            f"; {known} left out, since they are measured" if known else ""
        )


def _complaints(report: EvaluationReport) -> Iterator[str]:
    every = [one.figures for one in report.verdicts]
    rows = [["Complaint or not", *(one.name for one in report.verdicts)]]
    rows += [[f"  {name}", *(_figure(getattr(one, field)) for one in every)] for name, field in _COMPLAINT_LINES]
    rows.append(["  false complaints per 1,000 posts", *(f"{one.false_per_1000:.1f}" for one in every)])
    yield from _aligned(rows)
    yield from _calibration("complaint", every[0].calibration)


def _calibration(what: str, found: Calibration | None) -> Iterator[str]:
    """Whether the score means what it says, in a line, and the curve below it."""
    if found is None:
        return
    yield f"  the {what} score: Brier {_figure(found.brier)}, calibration error {_figure(found.calibration_error)}"
    yield from _aligned(
        [
            ["    mean score", *(f"{one.score:.2f}" for one in found.curve)],
            ["    share of them", *(f"{one.share:.2f}" for one in found.curve)],
            ["    posts", *(f"{one.posts:,}" for one in found.curve)],
        ]
    )


def _intents(report: EvaluationReport) -> Iterator[str]:
    intents = report.intents
    if intents is None:
        yield "Intents: not measured, since 'neutral' does not say which intent a post has"
        return
    yield f"Intents: macro-F1 {_figure(intents.macro_f1)}; on the right, what the posts were taken for"
    rows = [["  label", "posts", "precision", "recall", "F1", "|", *map(str, Intent)]]
    for intent, one in intents.each.items():
        figures = [_figure(one.precision), _figure(one.recall), _figure(one.f1)]
        rows.append([f"  {intent}", f"{one.posts:,}", *figures, "|", *map(str, intents.confusion[intent].values())])
    yield from _aligned(rows)
    shares = {"questions": intents.questions_called_complaints, "praise": intents.praise_called_complaints}
    wrong = [f"{share:.1%} of the {name}" for name, share in shares.items() if share is not None]
    if wrong:
        yield f"  called complaints: {', '.join(wrong)}"


def _urgent(report: EvaluationReport) -> Iterator[str]:
    urgent = report.urgent
    if urgent is None:
        yield "Urgent: not measured, since the labels do not have both urgent posts and others"
        return
    yield f"Urgent: {urgent.urgent:,} of {_count(urgent.posts, 'post')} ({urgent.share:.1%})"
    yield from _aligned(
        [
            ["  AUC of the urgent score", _figure(urgent.auc)],
            ["  precision at recall 0.8", _figure(urgent.precision_at_recall_80)],
            ["  recall at precision 0.6", _figure(urgent.recall_at_precision_60)],
        ]
    )
    yield f"  would alert somebody: {_count(urgent.paged, 'post')}, of which {urgent.paged_urgent:,} are urgent"
    yield from _calibration("urgent", urgent.calibration)


def _rules(report: EvaluationReport) -> Iterator[str]:
    rules = report.contributions
    yield f"Rules: {len(rules)} fired. What each adds: the figure with it, less the figure without it"
    most = [one for one in rules if one.total > 0][:_SHOWN_RULES]
    least = [one for one in reversed(rules) if one.total < 0][:_SHOWN_RULES]
    rows = [["", "posts", "macro-F1", "AUC", "intent macro-F1", "urgent AUC"]]
    for title, shown in (("  add most", most), ("  take most", least)):
        if shown:
            rows += [[title, *[""] * 5], *map(_rule, shown)]
    if len(rows) > 1:
        yield from _aligned(rows)


def _rule(one: Contribution) -> list[str]:
    figures = [f"{one.adds[name]:+.4f}" if name in one.adds else "-" for name in KEY_FIGURES]
    return [f"    {one.rule}", f"{one.posts:,}", *figures]


def _worst(misclassified: Sequence[Misclassification], kind: MisclassificationKind) -> Iterator[str]:
    found = [one for one in misclassified if one.kind is kind]
    yield f"{kind.capitalize()}: {len(found):,}" + (", the worst first (score, id, text)" if found else "")
    for one in found[:_SHOWN_MISTAKES]:
        start = f"  {one.judgement.complaint_score:.2f}  {plain(one.post.id)}  "
        yield start + fitted(one.post.text, COLUMNS - len(start))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left and all others to the right, two blanks apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *cells]).rstrip()


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _figure(value: float) -> str:
    return f"{value:.3f}"
