"""Reads the corpus: rules and models are tuned on ``training/``, and measured on ``held_out/``.

Both have a folder for each manner of writing: ``tricky`` (varied, with traps), ``natural``, ``plain``, ``threads``
(replies, with what they answer) and ``languages``.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earshot.triage.encoder.scores import StakeKind
from earshot.triage.judgement import Intent

CORPUS = Path(__file__).parent
TRAINING, HELD_OUT = CORPUS / "training", CORPUS / "held_out"


@dataclass(frozen=True, slots=True)
class CorpusPost:
    """One post: its trade, its intent, whether it is urgent, and the reason for both; brands are invented.

    ``stake`` is what makes it urgent, where the writer noted that. ``displeased`` is whether the author is, about
    whatever, where the writer noted that. The labels of a post with ``answers`` (the post that it replies to) or
    ``earlier`` (its author's earlier posts, oldest first) are those of all of it together.
    """

    id: str
    trade: str
    intent: Intent
    urgent: bool
    reason: str
    text: str
    stake: StakeKind | None = None
    language: str = "en"
    displeased: bool | None = None
    answers: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """Whether the post is judged by its own words."""
        return not self.answers and not self.earlier


def read_posts(folder: Path) -> Iterator[CorpusPost]:
    """Every post of a part of the corpus, file by file, in the order of the files' names.

    The order is part of the digest that the trained models carry. ValueError, KeyError or TypeError where a line is
    not a complete post.
    """
    for path in sorted(folder.rglob("*.jsonl"), key=lambda path: path.name):
        for line in path.read_text(encoding="utf-8").splitlines():
            record: dict[str, Any] = json.loads(line)
            record["intent"] = Intent(record["intent"])
            if "stake" in record:
                record["stake"] = StakeKind(record["stake"])
            record["earlier"] = tuple(record.get("earlier", ()))
            yield CorpusPost(**record)


def english_posts(folder: Path) -> list[CorpusPost]:
    """Those of ``read_posts`` that are in English and stand alone: what the text model learns from."""
    return [post for post in read_posts(folder) if post.language == "en" and post.stands_alone]


def digest(posts: Sequence[CorpusPost]) -> str:
    """A SHA-256 over labels and texts: whether a model was trained on exactly these posts."""
    content = "\n".join(
        "\t".join(
            [
                post.intent,
                str(post.urgent),
                str(post.stake or ""),
                str(post.displeased),
                post.text,
                post.answers,
                *post.earlier,
            ]
        )
        for post in posts
    )
    return hashlib.sha256(content.encode()).hexdigest()
