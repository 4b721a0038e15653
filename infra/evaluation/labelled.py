"""Posts that a person has labelled: the truth that triage is measured against."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from earshot.triage.judgement import Intent
from infra.replay import columns
from infra.replay.formats.reader import read_texts, require
from infra.replay.rows import BadRow, RecordingError, Row, RowError

NEUTRAL = "neutral"
"""The label of a post of which is only known that it is not a complaint."""

# Triage's own words, and those of the data sets that others made.
_LABELS: Mapping[str, Intent | None] = {
    **{str(intent): intent for intent in Intent},
    "negative": Intent.COMPLAINT,
    "positive": Intent.PRAISE,
    "noise": Intent.OTHER,
    NEUTRAL: None,
}
_URGENCIES = {"urgent": True, "normal": False, "none": False}


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post and its labels.

    ``intent`` is None where the label only says that it is not a complaint, ``urgent`` where it is unknown. Language
    and reach of the author are set where the file has them, since triage uses them.
    """

    id: str
    text: str
    intent: Intent | None
    urgent: bool | None = None
    language: str | None = None
    followers: int | None = None
    verified: bool = False

    @property
    def complaint(self) -> bool:
        return self.intent is Intent.COMPLAINT

    @property
    def label(self) -> str:
        """The intent, or ``neutral``."""
        return NEUTRAL if self.intent is None else str(self.intent)


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """The posts of a file in its order, complaints and others, and the rows that were left out, by line.

    ``name`` is without the folder; ``sha256``, of all bytes of the file, identifies its content. ``notes`` say how the
    file was understood.
    """

    name: str
    sha256: str
    posts: list[LabelledPost]
    bad: list[BadRow]
    notes: tuple[str, ...] = ()


def read_labelled(path: str | Path) -> LabelledFile:
    """The labelled posts of a file of CSV or JSON, or of a format that ``infra.replay.formats`` knows, with labels.

    A row holds ``id``, ``text`` and ``label`` (or ``intent``); where known ``urgency`` (urgent, normal or none) or
    ``urgent`` (true or false), and ``lang`` (or ``language``), ``followers`` and ``verified``. A row that cannot be
    used is in ``bad``. RecordingError where nothing can be measured: no such file or columns, no usable row, complaints
    only, or none.
    """
    rows = read_texts(path)
    require(rows, "id", "text", "intent" if "intent" in rows.columns and "label" not in rows.columns else "label")
    posts: dict[str, LabelledPost] = {}
    lines: dict[str, int] = {}
    for row in rows.good:
        try:
            post = _post(row)
            if post.id in posts:
                raise RowError(f"Post {post.id} is on line {lines[post.id]} already.", "Keep one; the first was taken.")
        except RowError as error:
            rows.refuse(row.line, error)
        else:
            posts[post.id], lines[post.id] = post, row.line
    bad = sorted(rows.bad, key=lambda row: row.line)
    _require_both(rows.file, list(posts.values()), bad)
    digest = sha256(Path(path).read_bytes()).hexdigest()
    return LabelledFile(Path(path).name, digest, list(posts.values()), bad, tuple(rows.notes))


def _post(row: Row) -> LabelledPost:
    values = row.values
    post_id = columns.identifier(values, "id")
    if post_id is None:
        raise RowError("Column 'id' is empty.", "Give each post an id of its own.")
    return LabelledPost(
        id=post_id,
        text=columns.text(values, "text"),
        intent=_intent(values),
        urgent=_urgent(values),
        language=columns.language(values),
        followers=columns.count(values, "followers"),
        verified=columns.truth(values, "verified"),
    )


def _intent(values: columns.Values) -> Intent | None:
    column = "label" if "label" in values else "intent"
    label = columns.word(values, column)
    if label is None:
        raise RowError(f"Column '{column}' is empty.", f"Write one of {', '.join(_LABELS)}, or leave the row out.")
    if label.lower() not in _LABELS:
        raise RowError(f"Column '{column}' is {label!r}, not a label.", f"Write one of {', '.join(_LABELS)}.")
    return _LABELS[label.lower()]


def _urgent(values: columns.Values) -> bool | None:
    urgency = columns.word(values, "urgency")
    if urgency is None:
        return None if columns.word(values, "urgent") is None else columns.truth(values, "urgent")
    if urgency.lower() not in _URGENCIES:
        raise RowError(f"Column 'urgency' is {urgency!r}.", "Write urgent, normal or none, or nothing where unknown.")
    return _URGENCIES[urgency.lower()]


def _require_both(file: str, posts: list[LabelledPost], bad: list[BadRow]) -> None:
    """RecordingError unless both classes are there. The first bad row is often the reason, so the message has it."""
    cause = f" {len(bad)} left out, the first of them: {bad[0]}" if bad else ""
    if not posts:
        raise RecordingError(f"{file} has no row that can be used: it needs complaints and other posts.{cause}")
    kinds = {post.complaint for post in posts}
    if len(kinds) == 1:
        found, lacking = ("only complaints", "others") if True in kinds else ("no complaint", "complaints")
        raise RecordingError(f"{file} has {found} among its {len(posts)} posts: add {lacking} to compare with.{cause}")
