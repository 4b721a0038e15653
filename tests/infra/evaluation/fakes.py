"""Labelled files to write, and judges whose every answer a test knows."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from earshot.triage.judgement import Intent, Judgement, Reason, Severity
from infra.evaluation.labelled import LabelledPost


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """The rows as JSON lines, or as CSV, by the name of the file."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def judgement(intent: str, score: float, urgency: int = 0, rules: Sequence[str] = ()) -> Judgement:
    reasons = tuple(Reason(rule, 0, "") for rule in (f"intent.{intent}", *rules))
    return Judgement("en", None, Intent(intent), score, urgency, Severity.LOW, reasons, urgent_score=urgency / 100)


@dataclass(frozen=True)
class Told:
    """Answers by the post's id, whatever its words and whichever rules are off."""

    answers: Mapping[str, Judgement]

    def __call__(self, posts: Sequence[LabelledPost], disabled: frozenset[str] = frozenset()) -> list[Judgement]:
        return [self.answers[post.id] for post in posts]


@dataclass(frozen=True)
class Ruled:
    """Four rules, each for a word: ``broken`` and ``blue`` make a complaint, ``now`` makes it urgent, ``hm`` nothing.

    ``asked`` are the ids of each call and the rules that were off.
    """

    asked: list[tuple[list[str], set[str]]] = field(default_factory=list)

    def __call__(self, posts: Sequence[LabelledPost], disabled: frozenset[str] = frozenset()) -> list[Judgement]:
        self.asked.append(([post.id for post in posts], set(disabled)))
        return [self._judge(post.text.split(), disabled) for post in posts]

    def _judge(self, words: list[str], disabled: frozenset[str]) -> Judgement:
        rules = {"broken": "cue.broken", "blue": "cue.blue", "now": "stake.now", "hm": "cue.hm"}
        fired = [rule for word, rule in rules.items() if word in words and rule not in disabled]
        blamed = len({"cue.broken", "cue.blue"}.intersection(fired))
        urgency = 30 * blamed + 50 * ("stake.now" in fired)
        return judgement("complaint" if blamed else "other", (0.2, 0.8, 0.95)[blamed], urgency, fired)
