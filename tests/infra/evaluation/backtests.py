"""Backtests that tests run: the files that they compare, and what came of it."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from infra.cli.main import main

COLUMNS = ["id", "created_at", "author_id", "author_handle", "text", "reposted_id", "source"]
OVERCHARGED = "@NimbusAir you charged me twice and you won't refund me"
QUIZ = "@NimbusAir you charged me twice in the #NimbusQuiz and you won't refund me"
LANTERN = "landed, and off past the blue lantern"
LUNCH = "landed with Nimbus, off to lunch"
TERMS = 'always_urgent = ["blue lantern"]\nnever_urgent = ["#NimbusQuiz"]\n'
POSTS = [("1", OVERCHARGED), ("2", QUIZ), ("3", LANTERN), ("4", LUNCH)]
URGENCY = {"critical": 90, "high": 70, "normal": 40, "low": 5}


@dataclass
class Backtested:
    """What a backtest said, and wrote into ``out``."""

    result: Result
    out: Path

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]

    @property
    def said(self) -> list[str]:
        return self.result.stdout.splitlines()

    def figure(self, name: str) -> str:
        """What stands after ``name`` among the figures."""
        return next(line.strip()[len(name) :].strip() for line in self.said if line.strip().startswith(name))

    def shown(self, heading: str) -> list[str]:
        """The ids below a heading, in order."""
        if heading not in self.said:
            return []
        below = self.said[self.said.index(heading) + 1 :]
        end = next((number for number, line in enumerate(below) if not line.startswith("  ")), len(below))
        return [line.split(":")[0].strip() for line in below[:end] if ": urgency" in line]


def backtest(file: str, *options: str, brand: str = "@NimbusAir") -> Backtested:
    out = Path("changed.jsonl")
    result = CliRunner().invoke(main, ["backtest", file, "--brand", brand, "--out", str(out), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return Backtested(result, out)


def posts(*rows: tuple[str, str], **columns: str) -> str:
    """A recording with these ids and texts; ``columns`` hold for each row."""
    with Path("posts.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, COLUMNS)
        written.writeheader()
        for post_id, text in rows:
            sound = {"created_at": "2026-11-02T09:00:00Z", "author_id": "u1", "author_handle": "ana"}
            written.writerow({"id": post_id, "text": text} | sound | columns)
    return "posts.csv"


def terms(text: str, name: str = "terms.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def judged(post_id: object, severity: str = "low", intent: str = "complaint", **changes: object) -> dict[str, Any]:
    """A judgement as another release wrote it."""
    urgency = changes.get("urgency", URGENCY.get(severity, 0))
    reasons = [{"rule": f"intent.{intent}", "points": urgency, "text": "as it was then"}]
    return {"id": post_id, "intent": intent, "urgency": urgency, "severity": severity, "reasons": reasons} | changes


def judgements(*lines: dict[str, Any], name: str = "old.jsonl") -> str:
    Path(name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return name
