"""``earshot evaluate``: triage held against the labels of a file, and beside what simpler means achieve."""

from collections.abc import Sequence
from pathlib import Path

from earshot.triage.judgement import Intent, Judgement
from infra.evaluation.ablation import Judge, contributions
from infra.evaluation.baselines import linear_model, plain_lexicon
from infra.evaluation.labelled import Labelled, read_labelled
from infra.evaluation.results.figures import IntentFigures, UrgentFigures, Verdicts, intent_figures, urgent_figures
from infra.evaluation.results.files import write
from infra.evaluation.results.mistakes import mistakes
from infra.evaluation.results.report import EvaluationReport


def evaluate(file: Path, judge: Judge, out: Path, baseline_file: Path | None = None) -> EvaluationReport:
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
        mistakes=mistakes(posts, judgements),
    )
    write(report, out)
    return report


def _earshot(posts: Sequence[Labelled], judgements: Sequence[Judgement]) -> Verdicts:
    scores = [judged.complaint_score for judged in judgements]
    called = [judged.intent is Intent.COMPLAINT for judged in judgements]
    return Verdicts.of("Earshot", [post.complaint for post in posts], scores, called)


def _intents(posts: Sequence[Labelled], judgements: Sequence[Judgement]) -> IntentFigures | None:
    labels = [post.intent for post in posts if post.intent is not None]
    return intent_figures(labels, [judged.intent for judged in judgements]) if len(labels) == len(posts) else None


def _urgent(posts: Sequence[Labelled], judgements: Sequence[Judgement]) -> UrgentFigures | None:
    known = [(post, judged) for post, judged in zip(posts, judgements, strict=True) if post.urgent is not None]
    return urgent_figures([bool(post.urgent) for post, _ in known], [judged.urgency for _, judged in known])
