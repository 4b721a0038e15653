"""Evaluations that tests run: the posts that they label, and what came of it."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.evaluation.results.report import EvaluationReport


@dataclass
class Evaluated:
    """What an evaluation said and left behind."""

    report: EvaluationReport
    out: Path

    @property
    def figures(self) -> dict[str, Any]:
        return json.loads((self.out / "figures.json").read_text("utf-8"))

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def post(post_id, label, text="hello", **columns):
    return {"id": post_id, "text": text, "label": label, **columns}


# What Ruled makes of them: "blue" makes a false alarm, and "broken" finds the complaints.
RULED = [
    post("1", "complaint", "broken and now", urgency="urgent"),
    post("2", "complaint", "broken hm", urgency="normal"),
    post("3", "complaint", "it fell off", urgency="normal"),
    post("4", "praise", "a lovely blue", urgency="none"),
    post("5", "question", "which one, hm", urgency="none"),
    post("6", "other", "on my way", urgency="none"),
]
LESSONS = [
    *(post(f"c{number}", "negative", f"@Grimwood it is ruined and late {number}") for number in range(10, 20)),
    *(post(f"n{number}", "neutral", f"@Brightly a sunny morning {number}") for number in range(10, 20)),
]
