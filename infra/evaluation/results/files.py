"""The files that an evaluation leaves behind. The same input gives the same bytes."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from infra.evaluation.ablation import KEY_FIGURES
from infra.evaluation.labelled import LabelledFile
from infra.evaluation.results.plot import draw
from infra.evaluation.results.report import EvaluationReport

FILES = ("figures.json", "predictions.csv", "errors.csv", "ablation.csv", "curves.png")
PREDICTION = ("id", "label", "intent", "complaint_score", "urgent_score", "urgency", "severity", "reasons")
ERROR = ("kind", "id", "label", "intent", "complaint_score", "text")
RULE = ("rule", "posts", "total", *KEY_FIGURES)
_MOST_ERRORS = 200
# Digits after the point. A rule that fires on one post of thousands changes the fifth and sixth.
_DIGITS, _DIGITS_OF_RULES = 4, 6


def write(report: EvaluationReport, out: Path) -> None:
    """Write ``FILES`` into the folder ``out``, which is created if needed."""
    out.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(_figures(report), indent=2, ensure_ascii=False)
    (out / "figures.json").write_text(figures + "\n", encoding="utf-8")
    _write_csv(out / "predictions.csv", PREDICTION, _predictions(report))
    _write_csv(out / "errors.csv", ERROR, _errors(report))
    _write_csv(out / "ablation.csv", RULE, _ablation(report))
    labels = [post.complaint for post in report.measured.posts]
    draw(out / "curves.png", labels, report.verdicts, report.intents)


def _figures(report: EvaluationReport) -> dict[str, object]:
    earshot, *baselines = report.verdicts
    training = report.training
    found: dict[str, object] = {
        "measured": _origin(report.measured),
        "complaint": asdict(earshot.figures),
        "intents": asdict(report.intents) if report.intents else None,
        "urgent": asdict(report.urgent) if report.urgent else None,
        "baselines": {one.name: asdict(one.figures) for one in baselines},
        "training": {**_origin(training.file), "trained_on": training.posts} if training else None,
    }
    return {name: _rounded(value) for name, value in found.items()}


def _origin(file: LabelledFile) -> dict[str, Any]:
    return {"file": file.name, "sha256": file.sha256, "rows": len(file.posts), "bad_rows": len(file.bad)}


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _rounded(item) for key, item in cast("dict[object, object]", value).items()}
    if isinstance(value, tuple):
        return [_rounded(item) for item in cast("tuple[object, ...]", value)]
    return round(value, _DIGITS) if isinstance(value, float) else value


def _predictions(report: EvaluationReport) -> Iterator[dict[str, Any]]:
    for post, judged in zip(report.measured.posts, report.judgements, strict=True):
        yield {
            "id": post.id,
            "label": post.label,
            "intent": judged.intent,
            "complaint_score": f"{judged.complaint_score:.{_DIGITS}f}",
            "urgent_score": f"{judged.urgent_score:.{_DIGITS}f}",
            "urgency": judged.urgency,
            "severity": judged.severity,
            "reasons": " ".join(reason.rule for reason in judged.reasons),
        }


def _errors(report: EvaluationReport) -> Iterator[dict[str, Any]]:
    for one in report.misclassified[:_MOST_ERRORS]:
        yield {
            "kind": one.kind,
            "id": one.post.id,
            "label": one.post.label,
            "intent": one.judgement.intent,
            "complaint_score": f"{one.judgement.complaint_score:.{_DIGITS}f}",
            "text": one.post.text,
        }


def _ablation(report: EvaluationReport) -> Iterator[dict[str, Any]]:
    for one in report.contributions:
        figures = {"total": one.total, **one.adds}
        shown = {name: f"{figure:.{_DIGITS_OF_RULES}f}" for name, figure in figures.items()}
        yield {"rule": one.rule, "posts": one.posts, **shown}


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
