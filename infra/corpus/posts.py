"""Reads the corpus: ``training/`` is what rules and model are tuned on, ``held_out/`` what neither may be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from earshot.triage.judgement import Intent

CORPUS = Path(__file__).parent
TRAINING, HELD_OUT = CORPUS / "training", CORPUS / "held_out"


@dataclass(frozen=True, slots=True)
class CorpusPost:
    """One post: what its author wants, whether somebody should be woken for it, and why; brands are invented."""

    id: str
    trade: str
    intent: Intent
    urgent: bool
    reason: str
    text: str


def read_posts(folder: Path) -> Iterator[CorpusPost]:
    """Every post of a part of the corpus, file by file. Raises where a line is no whole post."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield CorpusPost(**{**record, "intent": Intent(record["intent"])})
