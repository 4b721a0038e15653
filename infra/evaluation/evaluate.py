"""``earshot evaluate``: triage measured on a labelled file, and compared with simpler baselines."""

from collections.abc import Sequence
from pathlib import Path

from earshot.triage.judgement import ALERTING, Intent, Judgement
from infra.evaluation.ablation import Triage, contributions
from infra.evaluation.baselines import linear_model, plain_lexicon
from infra.evaluation.labelled import LabelledPost, read_labelled
from infra.evaluation.results.files import write
from infra.evaluation.results.metrics import (
    ComplaintPredictions,
    IntentMetrics,
    UrgencyMetrics,
    intent_metrics,
    urgency_metrics,
)
from infra.evaluation.results.misclassified import misclassifications
from infra.evaluation.results.report import EvaluationReport


def evaluate(file: Path, judge: Triage, out: Path, baseline_file: Path | None = None) -> EvaluationReport:
    """Judge the posts of ``file``, measure, and write the files of ``files.FILES`` into ``out``.

    ``judge`` answers one judgement a post, in order; a linear baseline is trained on ``baseline_file``. RecordingError
    where a file cannot be used; then nothing is written.
    """
    measured = read_labelled(file)
    lessons = None if baseline_file is None else read_labelled(baseline_file)
    posts = measured.posts
    trained = None if lessons is None else linear_model(posts, lessons)
    judgements = judge(posts, frozenset())
    report = EvaluationReport(
        measured=measured,
        training=None if trained is None else trained.training,
        judgements=judgements,
        verdicts=[_earshot(posts, judgements), plain_lexicon(posts), *([] if trained is None else [trained.verdicts])],
        intents=_intents(posts, judgements),
        urgent=_urgent(posts, judgements),
        contributions=contributions(posts, judgements, judge),
        misclassified=misclassifications(posts, judgements),
    )
    write(report, out)
    return report


def _earshot(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> ComplaintPredictions:
    scores = [judged.complaint_score for judged in judgements]
    called = [judged.intent is Intent.COMPLAINT for judged in judgements]
    return ComplaintPredictions.of("Earshot", [post.complaint for post in posts], scores, called)


def _intents(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> IntentMetrics | None:
    labels = [post.intent for post in posts if post.intent is not None]
    return intent_metrics(labels, [judged.intent for judged in judgements]) if len(labels) == len(posts) else None


def _urgent(posts: Sequence[LabelledPost], judgements: Sequence[Judgement]) -> UrgencyMetrics | None:
    known = [(post, judged) for post, judged in zip(posts, judgements, strict=True) if post.urgent is not None]
    return urgency_metrics(
        [bool(post.urgent) for post, _ in known],
        [judged.urgent_score for _, judged in known],
        [judged.severity in ALERTING for _, judged in known],
    )
