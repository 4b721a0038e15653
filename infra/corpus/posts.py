"""Reads the corpus: rules and model are tuned on ``training/``, and measured on ``held_out/``.

Both have a folder for each manner of writing: ``tricky`` (varied, with traps), ``natural`` and ``plain``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earshot.triage.judgement import Intent

CORPUS = Path(__file__).parent
TRAINING, HELD_OUT = CORPUS / "training", CORPUS / "held_out"


@dataclass(frozen=True, slots=True)
class CorpusPost:
    """One post: its trade, its intent, whether it is urgent, and the reason for both; brands are invented."""

    id: str
    trade: str
    intent: Intent
    urgent: bool
    reason: str
    text: str


def read_posts(folder: Path) -> Iterator[CorpusPost]:
    """Every post of a part of the corpus, file by file, in the order of the files' names.

    The order is part of the digest that the trained model carries. ValueError, KeyError or TypeError where a line is
    not a complete post.
    """
    for path in sorted(folder.rglob("*.jsonl"), key=lambda path: path.name):
        for line in path.read_text(encoding="utf-8").splitlines():
            record: dict[str, Any] = json.loads(line)
            yield CorpusPost(intent=Intent(record.pop("intent")), **record)
